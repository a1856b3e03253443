"""Trigram indexes over what tickets are found by on PostgreSQL; SQLite reads the columns."""

from django.db import migrations

INDEXES = {
    "ticket_words": ("complaints_ticket", ("description", "ticket_no", "ledger_no")),
    "intake_words": ("complaints_intake", ("name", "subject", "demand", "phone")),
}


def make_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, (table, columns) in INDEXES.items():
            # As a search without regard to case compares them.
            made = ", ".join(f"UPPER({column}::text) gin_trgm_ops" for column in columns)
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({made})")


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0011_problems_converted"),
        ("customers", "0002_search_index"),
    ]

    operations = [migrations.RunPython(make_indexes, drop_indexes)]
