"""Rows by the hundred thousand: templates of a model's columns, written past the ORM."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

CHUNK = 5_000
FOREIGN_KEYS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"""
INDEXES = """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
    WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)"""


class Table:
    """The columns of a model with the defaults of a new row; `row` overrides by attribute."""

    def __init__(self, model: type[models.Model], **same: Any) -> None:
        self.model = model
        fields = model._meta.concrete_fields
        self.columns = [str(field.column) for field in fields]
        self.place = {field.attname: n for n, field in enumerate(fields)}
        blank = model(**same)
        self.base = [
            field.get_db_prep_save(getattr(blank, field.attname), connection) for field in fields
        ]

    def row(self, **values: Any) -> list[Any]:
        """One row; moments through `moment`, everything else as the database takes it."""
        made = self.base.copy()
        for name, value in values.items():
            made[self.place[name]] = value
        return made


def moment(at: dt.datetime) -> Any:
    """An aware moment as the database's driver takes it."""
    return at if connection.vendor == "postgresql" else f"{at.astimezone(dt.UTC):%F %T}"


def write(table: Table, rows: Iterable[list[Any]]) -> int:
    """Write the rows by COPY or in long INSERTs; returns how many."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in table.columns)
    name = quote(table.model._meta.db_table)
    count = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    count += 1
        else:
            marks = ", ".join(["%s"] * len(table.columns))
            for chunk in chunks(rows):
                cursor.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", chunk)
                count += len(chunk)
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model]):
            cursor.execute(statement)
    return count


def chunks(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """The rows in lists of a few thousand."""
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


@contextmanager
def unindexed(tables: list[str]) -> Iterator[None]:
    """Rows are written to these tables of PostgreSQL before their indexes and keys exist.

    Inside one transaction: a tenth of the time for millions of rows, and all of it or nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL work_mem = '256MB'")
        cursor.execute(FOREIGN_KEYS, [tables])
        keys = cursor.fetchall()
        for table, name, _words in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _words in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, words in indexes:
            cursor.execute(words)
        for table, name, words in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {words}')
