"""Indexes for what is on its way out of the house or in trouble; nobody waits meanwhile."""

from typing import Any

from django.db import migrations, models


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite knows no such thing."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        model = states[1].apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.add_index(model, self.index, concurrently=True)


def validate(_apps: Any, schema_editor: Any) -> None:
    """Look at the old rows under a lock that stops nobody."""
    if schema_editor.connection.vendor == "postgresql":
        for name in ("delivery_state_is_known", "delivery_leased_while_claimed"):
            schema_editor.execute(f"ALTER TABLE notices_delivery VALIDATE CONSTRAINT {name}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notices", "0002_deliveries_outside")]

    operations = [
        AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state", "dead")), fields=["id"], name="reminder_dead"
            ),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["channel", "not_before", "id"],
                name="delivery_waiting",
            ),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "claimed")),
                fields=["lease_until"],
                name="delivery_held",
            ),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ("dead", "unknown", "held"))),
                fields=["reminder"],
                name="delivery_in_trouble",
            ),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("notice__isnull", False)),
                fields=["notice"],
                name="delivery_of_notice",
            ),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("folded_into__isnull", False)),
                fields=["folded_into"],
                name="delivery_folded",
            ),
        ),
        migrations.RunPython(validate, migrations.RunPython.noop),
    ]
