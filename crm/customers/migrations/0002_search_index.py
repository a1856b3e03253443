"""A trigram index over the search column on PostgreSQL; SQLite reads the column as it is."""

from django.db import migrations

TABLE, INDEX = "customers_card", "card_search_trigrams"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (search gin_trgm_ops)")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_first_tables")]

    operations = [migrations.RunPython(make_index, drop_index)]
