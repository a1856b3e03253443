"""A year's figures of millions of contacts come from an index; three that others begin with go."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNREAD = (
    ("followups_contact", "card_id"),
    ("followups_contact", "planned_id"),
    ("followups_contact", "staff_id"),
)


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite knows no such thing."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        model = states[1].apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, concurrently=True)


class RemoveIndex(migrations.RemoveIndex):
    """Dropped beside running writers on PostgreSQL."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.name}"')


def drop(_apps: Any, schema_editor: Any) -> None:
    """Drop those of one column; on PostgreSQL nobody waits for it."""
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
        ("customers", "0008_where_wishes_are_heard"),
        ("followups", "0006_entered_when"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndex(
            "contact",
            models.Index(
                fields=["card", "occurred_at"],
                include=["staff", "team", "store", "direction", "outcome", "purpose"],
                name="contact_of_card",
            ),
        ),
        RemoveIndex("contact", "contact_card_occurred"),
        AddIndex(
            "contact",
            models.Index(
                fields=["card", "occurred_at"],
                condition=models.Q(("direction", "in"), ~models.Q(("purpose", "care"))),
                name="contact_called_back",
            ),
        ),
        RemoveIndex("contact", "contact_called_in"),
        # The state alone: SQLite would copy the tables to take an index off a column.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="contact",
                    name="card",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="customers.card",
                    ),
                ),
                migrations.AlterField(
                    model_name="contact",
                    name="planned",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="followups.plannedcontact",
                    ),
                ),
                migrations.AlterField(
                    model_name="contact",
                    name="staff",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            database_operations=[migrations.RunPython(drop, elidable=False)],
        ),
    ]
