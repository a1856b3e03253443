"""Statements put into SQL once: wording a large read costs more than the database's answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

KEPT = 512
DATED = re.compile(r"\d{4}-\d\d-\d\d")
# What stands in for a bound value while a statement is worded: no row ever has it.
SOME_MOMENT = dt.datetime(1000, 1, 1, tzinfo=dt.UTC)
SOME_NUMBER = -(10**15)
Value = dt.datetime | int


@dataclass(frozen=True)
class Worded:
    """A statement in SQL: where each bound value goes, and how columns become values."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, str], ...]
    converters: Mapping[int, tuple[list[Any], Any]]

    def run(self, values: Mapping[str, Value]) -> list[tuple[Any, ...]]:
        """The rows, with the bound values of this call."""
        params = list(self.params)
        for place, name in self.places:
            params[place] = adapted(values[name])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return [self.read(row) for row in found] if self.converters else found

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row as Python values: SQLite has no moments and no booleans."""
        values = list(row)
        for place, (converters, expression) in self.converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)


class Prepared:
    """A queryset of `values_list` that is built and worded once for each key.

    `build(*key, **values)` gives the queryset. Everything it depends on must be in `key`, above
    all the `Reach` of the reader; only moments and numbers named in `values` change from call
    to call. A moment that is neither would be kept for ever: a statement that has one is worded
    anew each time, unless `dated` says that its moments follow from the key.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *, dated: bool = False) -> None:
        self.build = build
        self.dated = dated
        self.known: dict[tuple[Hashable, ...], Worded | None] = {}

    def rows(self, *key: Hashable, **values: Value) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        whole = (connection.vendor, tuple(values), key)
        if whole in self.known:
            worded = self.known[whole]
            return worded.run(values) if worded else []
        worded = self.worded(key, values)
        if worded is None or self.dated or not has_moments(worded):
            if len(self.known) >= KEPT:
                self.known.clear()
            self.known[whole] = worded
        return worded.run(values) if worded else []

    def worded(self, key: Iterable[Hashable], values: Mapping[str, Value]) -> Worded | None:
        """The statement in SQL; None where no row can match."""
        stand_ins = {
            name: stand_in(place, value) for place, (name, value) in enumerate(values.items())
        }
        compiler = self.build(*key, **stand_ins).query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        names = {adapted(value): name for name, value in stand_ins.items()}
        places = tuple(
            (place, names[param])
            for place, param in enumerate(params)
            if isinstance(param, (dt.datetime, int, str)) and param in names
        )
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        return Worded(sql, tuple(params), places, compiler.get_converters(columns))


def stand_in(place: int, value: Value) -> Value:
    """A value of the same kind that can be told from every other."""
    if isinstance(value, dt.datetime):
        return SOME_MOMENT + dt.timedelta(days=place)
    return SOME_NUMBER - place


def adapted(value: Value) -> Any:
    """The value as the database's driver takes it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def has_moments(worded: Worded) -> bool:
    """Whether a moment or date stands in the statement that no call names."""
    bound = {place for place, _name in worded.places}
    return any(
        isinstance(param, dt.date) or (isinstance(param, str) and DATED.match(param) is not None)
        for place, param in enumerate(worded.params)
        if place not in bound
    )
