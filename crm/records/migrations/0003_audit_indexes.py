"""How the trail is asked: by object, by person, by action, always the newest first.

On PostgreSQL the indexes are built beside the writers; a build that was broken off is dropped
and built again when the migration is.
"""

from django.db import migrations, models

WANTED = {
    "audit_subject_at": ("subject_id", "at"),
    "audit_actor_at": ("actor_id", "at"),
    "audit_action_at": ("action", "at"),
}


def build(apps, schema_editor):
    beside = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    for name, columns in WANTED.items():
        listed = ", ".join(f'"{column}"' for column in columns)
        schema_editor.execute(f'DROP INDEX {beside} IF EXISTS "{name}"')
        schema_editor.execute(f'CREATE INDEX {beside} "{name}" ON "records_auditevent" ({listed})')
    schema_editor.execute(f'DROP INDEX {beside} IF EXISTS "audit_subject"')


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("records", "0002_audit_seals")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build)],
            state_operations=[
                migrations.RemoveIndex(model_name="auditevent", name="audit_subject"),
                migrations.AddIndex(
                    model_name="auditevent",
                    index=models.Index(fields=["subject_id", "at"], name="audit_subject_at"),
                ),
                migrations.AddIndex(
                    model_name="auditevent",
                    index=models.Index(fields=["actor", "at"], name="audit_actor_at"),
                ),
                migrations.AddIndex(
                    model_name="auditevent",
                    index=models.Index(fields=["action", "at"], name="audit_action_at"),
                ),
            ],
        )
    ]
