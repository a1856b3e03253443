"""SQLite counts what is planned in a store in one index: it knows no columns beside an index's own."""

from typing import Any

from django.db import migrations, models


class AddIndexOnSQLite(migrations.AddIndex):
    """PostgreSQL has these columns in `planned_of_store`."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            super().database_forwards(app_label, schema_editor, *states)


class Migration(migrations.Migration):
    dependencies = [("followups", "0003_board_indexes")]

    operations = [
        AddIndexOnSQLite(
            "plannedcontact",
            models.Index(
                fields=["store", "due_at", "state", "assignee", "plan", "card", "id"],
                name="planned_board_of_store",
            ),
        ),
    ]
