"""SQLite counts a store's cards by level and by owner and searches them, each in one index.

It knows no trigrams, no columns beside an index's own, and does not see that the states a statement
asks for are those of an index.
"""

from typing import Any

from django.db import migrations, models


class OnlyOn:
    """An operation that one database alone needs."""

    vendor = "sqlite"

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == self.vendor:
            super().database_forwards(app_label, schema_editor, *states)  # type: ignore[misc]


class AddIndex(OnlyOn, migrations.AddIndex):
    pass


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_consent")]

    operations = [
        AddIndex(
            "card",
            models.Index(
                fields=["store", "level", "next_contact_at", "state", "id", "search"],
                name="card_levels_of_store",
            ),
        ),
        AddIndex(
            "card",
            models.Index(
                fields=["store", "next_contact_at", "id", "state", "level", "search"],
                name="card_search_of_store",
            ),
        ),
        AddIndex(
            "card",
            models.Index(fields=["store", "owner", "state", "level"], name="card_owners_of_store"),
        ),
    ]
