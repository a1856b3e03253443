"""Statements the database plans once for a connection, and then only answers.

Planning costs PostgreSQL more than answering where a statement joins much and finds little. Its own
prepared statements spare that, but they are not for searches: planned without the word that is
looked for, a search walks the whole store. So only what is looked up by keys, numbers and moments
goes this way. Words that belong to the product (a state, a level) stand in the text: a plan for
some states only stays one. SQLite, and connections through PgBouncer, get everything as before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.db import connection

# On SQLite the driver would take ten megabytes of every process for nothing.
if connection.vendor == "postgresql":
    from psycopg import RawCursor
    from psycopg.sql import Literal
    from psycopg.types.datetime import TimestamptzLoader
    from psycopg.types.numeric import Int8

A_PLACE = re.compile("%[%s]")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Planned:
    """A statement with the product's own words written into it; the rest is put in each time.

    `varying` says which of the parameters those are, in the order of their places ($1, $2 …):
    the server's own way to write them, which nobody has to translate.
    """

    sql: str
    varying: tuple[int, ...]

    def rows(self, params: Sequence[Any]) -> list[Row]:
        """Its rows with all these parameters; it is planned for good after a few times."""
        values = [_of_one_type(params[place]) for place in self.varying]
        wrap: Any = connection.make_cursor
        if connection.queries_logged:
            wrap = connection.make_debug_cursor
        bare = RawCursor(connection.connection)
        read_moments_fast(bare)
        with wrap(bare) as cursor:
            cursor.execute(self.sql, values)
            found: list[Row] = cursor.fetchall()
        return found


def read_moments_fast(cursor: Any) -> None:
    """Let psycopg's own loader read the moments of a cursor on PostgreSQL.

    Django's gives each its zone in Python, which was a tenth of a page of fifty rows; the
    connection speaks UTC already. It cannot be set for a whole connection: Django asks the loader
    of a connection for its zone.
    """
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)


def planned(sql: str, params: Sequence[Any], given: Collection[int]) -> Planned | None:
    """A statement to be planned once; `given` are the places of what each call passes.

    None where the database plans every statement as it comes.
    """
    if connection.vendor != "postgresql":
        return None
    varying = [place for place, value in enumerate(params) if place in given or _is_a_number(value)]
    words = (value for place, value in enumerate(params) if place not in varying)
    places, numbers = iter(range(len(params))), count(1)

    def put_in(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if next(places) in varying:
            return f"${next(numbers)}"
        return Literal(_as_word(next(words))).as_string(None)

    return Planned(A_PLACE.sub(put_in, sql), tuple(varying))


def plans_once() -> bool:
    """Whether this connection keeps plans; it is opened where it was not."""
    if connection.vendor != "postgresql":
        return False
    connection.ensure_connection()
    return connection.connection.prepare_threshold is not None


def _is_a_number(value: Any) -> bool:
    """Whether it is a key, a number or a moment: readers and days differ by these alone."""
    return isinstance(value, int | date) and not isinstance(value, bool)


def _as_word(value: Any) -> Any:
    """A value as it is written; a choice is written as what it stands for."""
    return str(value) if isinstance(value, str) else value


def _of_one_type(value: Any) -> Any:
    """A number of whatever size in one type: a plan belongs to the types it was asked with."""
    return Int8(value) if isinstance(value, int) else value
