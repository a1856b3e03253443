"""What waits to be claimed alone has an index of its own; indexes nobody reads are dropped.

Each reminder that rings writes six rows' worth of index entries, so those that only a search by
prefix would use, and one that begins like two others, cost more than anything they give.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = ("notices_reminder", "notices_notice", "notices_delivery")


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite knows no such thing."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        model = states[1].apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.add_index(model, self.index, concurrently=True)


def drop(_apps: Any, schema_editor: Any) -> None:
    """Drop what is not read; on PostgreSQL nobody waits for it."""
    connection = schema_editor.connection
    on_server = connection.vendor == "postgresql"
    how = "DROP INDEX CONCURRENTLY IF EXISTS" if on_server else "DROP INDEX IF EXISTS"
    with connection.cursor() as cursor:
        found = {
            name: facts
            for table in TABLES
            for name, facts in connection.introspection.get_constraints(cursor, table).items()
            if facts["index"] and not facts["unique"]
        }
    for name, facts in found.items():
        only_recipient = facts["columns"] == ["recipient_id"] and name.startswith("notices_notice")
        if name.endswith("_like") or only_recipient:
            schema_editor.execute(f"{how} {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("notices", "0003_delivery_indexes"),
    ]

    operations = [
        AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("crashes__gt", 0), ("state", "pending")),
                fields=["not_before", "id"],
                name="reminder_waiting_alone",
            ),
        ),
        # The state alone: SQLite would copy the table to take an index off a column.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="notice",
                    name="recipient",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
            database_operations=[migrations.RunPython(drop, elidable=False)],
        ),
    ]
