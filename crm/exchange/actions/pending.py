"""Writes made ready before the transaction that does them, so that it holds its lock shortly.

New rows get their keys ahead and wait, as the database takes them, in a file; what changes
stored rows waits as a call. Inside the transaction both run in the order they were made.
"""

from __future__ import annotations

import pickle  # nosec B403: reads back only what this process wrote into a nameless file
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from crm.exchange.actions.ready import Given, columns_of, ready

AT_ONCE = 2000


class Pending:
    """What a transaction is going to do, in order."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)

    def later(self, step: Callable[[], None]) -> None:
        """Do this inside the transaction."""
        self._steps.append(step)

    def insert(
        self, model: type[Model], rows: Sequence[Given], step: Callable[[int], None]
    ) -> list[int]:
        """Give new rows their keys and make them ready; `step` is told of each part written."""
        if not rows:
            return []
        columns, pks = columns_of(model), list(reserved(model, len(rows)))
        for row, pk in zip(rows, pks, strict=True):
            if isinstance(row, Model):
                row.pk = pk
        for start in range(0, len(rows), AT_ONCE):
            place = self._kept.tell()
            end = start + AT_ONCE
            part = [
                ready(row, pk, columns)
                for row, pk in zip(rows[start:end], pks[start:end], strict=True)
            ]
            pickle.dump(part, self._kept, protocol=pickle.HIGHEST_PROTOCOL)
            self._steps.append(lambda place=place: self._write(model, place, step))  # type: ignore[misc]
        return pks

    def _write(self, model: type[Model], place: int, step: Callable[[int], None]) -> None:
        self._kept.seek(place)
        rows = pickle.load(self._kept)  # noqa: S301  # nosec B301: our own, see above
        write(model, rows)
        step(len(rows))

    def run(self) -> None:
        """Do everything; the caller holds the transaction."""
        while self._steps:
            steps, self._steps = self._steps, []
            for one in steps:
                one()

    def close(self) -> None:
        """Drop the file."""
        self._kept.close()


def reserved(model: type[Model], count: int) -> Iterator[int]:
    """Keys that nobody else will be given; those not used in the end stay unused."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            where = "WHERE name = %s"
            cursor.execute(f"UPDATE sqlite_sequence SET seq = seq + %s {where}", [count, table])  # noqa: S608  # nosec B608
            if not cursor.rowcount:
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
                )
            cursor.execute(f"SELECT seq FROM sqlite_sequence {where}", [table])  # noqa: S608  # nosec B608
            last = cursor.fetchone()[0]
            return iter(range(last - count + 1, last + 1))
        named = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(named, [f'"{table}"', count])
        return iter(sorted(row[0] for row in cursor.fetchall()))


def write(model: type[Model], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows that are ready, the fastest way the database has."""
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    key = [field for field in fields if field.primary_key]
    named = [*key, *(field for field in fields if not field.primary_key)]
    columns = [quote(field.column or "") for field in named]
    into = f"{quote(model._meta.db_table)} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608  # nosec B608
