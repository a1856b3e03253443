"""The list's orders and counts are read from its indexes alone; nobody waits while they are made."""

from typing import Any

from django.db import migrations, models


class Beside:
    """Made and dropped beside running writers on PostgreSQL; SQLite knows no such thing."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)  # type: ignore[misc]
            return
        if isinstance(self, migrations.AddIndex):
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
            schema_editor.add_index(
                states[1].apps.get_model(app_label, "card"), self.index, concurrently=True
            )
        else:
            name = self.name  # type: ignore[attr-defined]
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')


class AddIndex(Beside, migrations.AddIndex):
    pass


class RemoveIndex(Beside, migrations.RemoveIndex):
    pass


def add(name: str, *fields: str) -> AddIndex:
    return AddIndex("card", models.Index(fields=list(fields), name=name))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0002_search_index")]

    operations = [
        add("card_of_owner", "owner", "next_contact_at", "id", "state", "level"),
        add("card_of_team", "team", "next_contact_at", "id", "state", "level"),
        add("card_of_store", "store", "next_contact_at", "id", "state", "level"),
        add("card_last_of_store", "store", "last_contact_at", "id", "state", "level"),
        RemoveIndex("card", "card_owner_next"),
        RemoveIndex("card", "card_team_next"),
        RemoveIndex("card", "card_store_next"),
    ]
