"""A person's day and a store's board are read from one index each, on both databases.

SQLite knows no columns beside an index's own, nor an index of one state for a statement that names
its state as a value: it has indexes of its own.
"""

from typing import Any

from django.db import migrations, models


class AddIndexOnSQLite(migrations.AddIndex):
    """PostgreSQL has these columns beside those of its own indexes."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            super().database_forwards(app_label, schema_editor, *states)


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


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0003_board_indexes")]

    operations = [
        AddIndex(
            "plannedcontact",
            models.Index(
                fields=["assignee", "due_at"],
                include=["id", "plan", "card", "method"],
                condition=models.Q(state="planned"),
                name="planned_day_of_person",
            ),
        ),
        RemoveIndex("plannedcontact", "planned_open_of_person"),
        AddIndexOnSQLite(
            "plannedcontact",
            models.Index(
                fields=["store", "due_at", "state", "assignee", "plan", "card", "id"],
                name="planned_board_of_store",
            ),
        ),
        AddIndexOnSQLite(
            "plannedcontact",
            models.Index(
                fields=["assignee", "state", "due_at", "plan", "card", "method", "id"],
                name="planned_states_of_person",
            ),
        ),
    ]
