"""Cards begun at a store are counted without looking at one: the index has their keys as well."""

from typing import Any

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


class RemoveIndex(migrations.RemoveIndex):
    """Nobody waits for it on PostgreSQL; one that is gone already stays gone."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        on_server = schema_editor.connection.vendor == "postgresql"
        how = "DROP INDEX CONCURRENTLY IF EXISTS" if on_server else "DROP INDEX IF EXISTS"
        schema_editor.execute(f'{how} "{self.name}"')


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0011_lost_to_what")]

    operations = [
        AddIndex(
            "card",
            models.Index(
                fields=["first_store", "opened_at", "state", "first_owner", "id"],
                name="card_begun_at_store",
            ),
        ),
        RemoveIndex("card", "card_opened_at_store"),
    ]
