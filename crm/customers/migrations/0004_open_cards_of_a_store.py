"""A store's open cards are counted and ordered from one index that holds no others."""

from typing import Any

from django.db import migrations, models

OPEN = ("prospect", "potential", "lead", "lost_applied", "freeze_applied", "frozen", "recovery")


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite knows no such thing."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        model = states[1].apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, concurrently=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0003_list_indexes")]

    operations = [
        AddIndex(
            "card",
            models.Index(
                fields=["store", "level", "next_contact_at"],
                include=["id", "owner", "state"],
                condition=models.Q(state__in=OPEN),
                name="card_open_of_store",
            ),
        ),
    ]
