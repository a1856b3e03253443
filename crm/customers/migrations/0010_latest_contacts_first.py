"""A store's cards, the latest contact first, are read from an index in that order."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite reads another one backwards."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
            model = states[1].apps.get_model(app_label, self.model_name)
            schema_editor.add_index(model, self.index, concurrently=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0009_cards_opened_at_a_store")]

    operations = [
        AddIndex(
            "card",
            models.Index(
                F("store"),
                F("last_contact_at").desc(nulls_last=True),
                F("id").desc(),
                F("state"),
                F("level"),
                name="card_latest_of_store",
            ),
        ),
    ]
