"""The week of a person is read from one index; that of the foreign key alone goes."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE, COLUMN = "followups_plannedcontact", "assignee_id"


class AddIndex(migrations.AddIndex):
    """Made beside running writers on PostgreSQL; SQLite has no columns beside an index's own."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
            model = states[1].apps.get_model(app_label, self.model_name)
            schema_editor.add_index(model, self.index, concurrently=True)


def drop(_apps: Any, schema_editor: Any) -> None:
    """Every index that begins with the person serves what this one did; nobody waits for it."""
    connection = schema_editor.connection
    on_server = connection.vendor == "postgresql"
    how = "DROP INDEX CONCURRENTLY IF EXISTS" if on_server else "DROP INDEX IF EXISTS"
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, TABLE)
    for name, facts in found.items():
        if facts["index"] and not facts["unique"] and facts["columns"] == [COLUMN]:
            schema_editor.execute(f"{how} {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("followups", "0007_figures_of_a_year"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndex(
            "plannedcontact",
            models.Index(
                fields=["assignee", "due_at"],
                include=["id", "state", "plan", "card"],
                name="planned_of_person",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="plannedcontact",
                    name="assignee",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            database_operations=[migrations.RunPython(drop, elidable=False)],
        ),
    ]
