"""What dashboard and menu count of a store or person is read from indexes alone."""

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

    dependencies = [("followups", "0002_plan_editors")]

    operations = [
        AddIndex(
            "contact",
            models.Index(
                fields=["store", "occurred_at"],
                include=["card", "staff", "direction", "outcome", "purpose"],
                name="contact_of_store",
            ),
        ),
        AddIndex(
            "contact",
            models.Index(
                fields=["card", "occurred_at"],
                condition=models.Q(direction="in"),
                name="contact_called_in",
            ),
        ),
        AddIndex(
            "plannedcontact",
            models.Index(
                fields=["store", "due_at"],
                include=["id", "state", "plan", "card", "assignee"],
                name="planned_of_store",
            ),
        ),
        AddIndex("plan", models.Index(fields=["id"], include=["state"], name="plan_with_state")),
        # The badge of the menu, on every page.
        AddIndex("plan", models.Index(fields=["author", "state"], name="plan_of_author")),
    ]
