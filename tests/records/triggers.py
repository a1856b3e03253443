"""The triggers that make the trail append-only: laid aside for a flush or for a forger."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection

guard = import_module("crm.records.migrations.0004_append_only")


def disarming(connection: Any) -> Iterator[str]:
    """The statements that take the triggers away; none before the tables are there."""
    for table in tables(connection):
        if connection.vendor == "postgresql":
            yield f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"
        else:
            yield from (
                f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
                for verb in ("update", "delete", "replace")
            )


def rearming(connection: Any) -> Iterator[str]:
    """The statements that put them back."""
    for table in tables(connection):
        if connection.vendor == "postgresql":
            yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only"
        else:
            yield from guard.sqlite(table)


def tables(connection: Any) -> Iterator[str]:
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor)
    yield from (table for table in guard.TABLES if table in there)


@contextmanager
def forging() -> Iterator[Any]:
    """A cursor of somebody who may switch the triggers off, and puts them back afterwards."""
    with connection.cursor() as cursor:
        connection.check_constraints()  # PostgreSQL alters no table with checks still to come
        for statement in disarming(connection):
            cursor.execute(statement)
        yield cursor
        connection.check_constraints()
        for statement in rearming(connection):
            cursor.execute(statement)
