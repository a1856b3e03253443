"""SQLite reads a store's contacts of some weeks from one index; PostgreSQL has its own."""

from typing import Any

from django.db import migrations, models


class AddIndex(migrations.AddIndex):
    """SQLite knows no columns beside an index's own, so they are in it."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            super().database_forwards(app_label, schema_editor, *states)


class Migration(migrations.Migration):
    dependencies = [("followups", "0008_week_of_a_person")]

    operations = [
        AddIndex(
            "contact",
            models.Index(
                fields=["store", "occurred_at", "card", "direction", "purpose", "outcome", "staff"],
                name="contact_board_of_store",
            ),
        ),
    ]
