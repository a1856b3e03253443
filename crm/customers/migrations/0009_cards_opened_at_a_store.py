"""Cards opened at a store in a period are counted from one index, in place of the store's own."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite knows no such thing."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        model = states[1].apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, concurrently=True)


def drop(_apps: Any, schema_editor: Any) -> None:
    """Drop the one of the store alone; on PostgreSQL nobody waits for it."""
    connection = schema_editor.connection
    on_server = connection.vendor == "postgresql"
    how = "DROP INDEX CONCURRENTLY IF EXISTS" if on_server else "DROP INDEX IF EXISTS"
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "customers_card")
    for name, facts in found.items():
        if facts["index"] and not facts["unique"] and facts["columns"] == ["first_store_id"]:
            schema_editor.execute(f"{how} {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0008_where_wishes_are_heard"),
        ("people", "0003_who_is_signed_in"),
    ]

    operations = [
        AddIndex(
            "card",
            models.Index(
                fields=["first_store", "opened_at", "state", "first_owner"],
                name="card_opened_at_store",
            ),
        ),
        # The state alone: SQLite would copy the table to take an index off a column.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="card",
                    name="first_store",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.store",
                    ),
                ),
            ],
            database_operations=[migrations.RunPython(drop, elidable=False)],
        ),
    ]
