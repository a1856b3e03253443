"""Whether planned contacts were carried out in time is read from an index alone."""

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


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0004_indexes_of_a_day")]

    operations = [
        AddIndex(
            "contact",
            models.Index(
                fields=["planned", "occurred_at"],
                condition=models.Q(planned__isnull=False),
                name="contact_of_planned",
            ),
        ),
    ]
