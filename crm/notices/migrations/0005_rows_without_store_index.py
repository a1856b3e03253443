"""Indexes of reminders, lines and deliveries that no question is answered from are dropped."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNREAD = (
    ("notices_reminder", "recipient_id"),
    ("notices_reminder", "store_id"),
    ("notices_reminder", "team_id"),
    ("notices_notice", "store_id"),
    ("notices_delivery", "store_id"),
)


def drop(_apps: Any, schema_editor: Any) -> None:
    """Drop them; on PostgreSQL nobody waits for it."""
    connection = schema_editor.connection
    on_server = connection.vendor == "postgresql"
    how = "DROP INDEX CONCURRENTLY IF EXISTS" if on_server else "DROP INDEX IF EXISTS"
    for table, column in UNREAD:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, facts in found.items():
            if facts["index"] and not facts["unique"] and facts["columns"] == [column]:
                schema_editor.execute(f"{how} {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notices", "0004_fewer_indexes"),
        ("people", "0003_who_is_signed_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The state alone: SQLite would copy the tables to take an index off a column.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="delivery",
                    name="store",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.store",
                        verbose_name="store",
                    ),
                ),
                migrations.AlterField(
                    model_name="notice",
                    name="store",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.store",
                        verbose_name="store",
                    ),
                ),
                migrations.AlterField(
                    model_name="reminder",
                    name="recipient",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="reminder",
                    name="store",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.store",
                        verbose_name="store",
                    ),
                ),
                migrations.AlterField(
                    model_name="reminder",
                    name="team",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            database_operations=[migrations.RunPython(drop, elidable=False)],
        ),
    ]
