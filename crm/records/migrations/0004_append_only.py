"""From here on the database itself refuses to change or remove a row of the trail.

Forward only: a trail that can be switched to writable by a command is none. A later migration
that makes SQLite copy one of the tables has to put its triggers back (`verify_audit` and a test
say so).
"""

from django.db import migrations

TABLES = ("records_auditevent", "records_auditseal")
KEYS = {"records_auditevent": "id", "records_auditseal": "number"}
REFUSAL = "The audit trail is append-only."

FUNCTION = f"""
CREATE OR REPLACE FUNCTION records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation',
        DETAIL = TG_OP || ' on ' || TG_TABLE_NAME;
END $$
"""


def postgresql(table):
    """One trigger before the statement; ALWAYS, so that a replica's role does not pass it."""
    name = f"{table}_append_only"
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION records_append_only()"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def sqlite(table):
    """REPLACE removes a row without firing its delete trigger, so it is refused as an insert."""
    key, raised = KEYS[table], f"SELECT RAISE(ABORT, '{REFUSAL}')"
    same = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608  # nosec B608
    for verb, when in (
        ("update", f"BEFORE UPDATE ON {table}"),
        ("delete", f"BEFORE DELETE ON {table}"),
        ("replace", f"BEFORE INSERT ON {table} WHEN {same}"),
    ):
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} {when} BEGIN {raised}; END"


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(FUNCTION)
            statements = postgresql
        else:
            statements = sqlite
        for table in TABLES:
            for statement in statements(table):
                cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0003_audit_indexes")]

    operations = [migrations.RunPython(guard)]
