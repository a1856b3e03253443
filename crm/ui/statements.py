"""Statements put into SQL once and sent often: wording one costs more than a short answer to it.

What is kept is the statement, never a row of its answer. Its key must hold everything the wording
depends on: the reader and their posts, the filters, the local day. Moments, numbers and words that
are looked for differ from call to call: they are passed by name and put in anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

from crm.ui.planned import Planned, planned, plans_once, read_moments_fast

MOST = 2048
# What stands in for a value while a statement is worded: no row is a thousand years old or has
# such a key, and nobody types the two characters around a word.
SOME_MOMENT = datetime(1000, 1, 1, tzinfo=UTC)
SOME_NUMBER = -(10**15)
SOME_WORD = "\ue000{}\ue001"
SOME_KEY = "\ue002{}\ue003"
A_WORD = re.compile("\ue000\\d+\ue001")
A_CLOCK_READ = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")

One = datetime | int | str
# A tuple holds words a search looks for, anywhere in a column, or the keys of the rows of a page; a
# string is a whole value.
Value = datetime | int | str | tuple[str, ...] | tuple[int, ...]
Row = tuple[Any, ...]
Shape = tuple[tuple[str, int], ...]
Build = Callable[..., QuerySet[Any, Any]]


@dataclass(frozen=True)
class Statement:
    """A statement as the database takes it, and how its answer becomes values and rows.

    `places` says which parameter holds which of the values, counted through.
    """

    sql: str
    params: Row
    places: tuple[tuple[int, int], ...]
    compiler: Any
    converters: Mapping[int, Any]
    planned: Planned | None = None

    def rows(self, values: Mapping[str, Value]) -> list[Row]:
        """Send it with these values; the rows as tuples."""
        given, params = _one_by_one(values), list(self.params)
        for place, number in self.places:
            params[place] = _put_in(params[place], given[number])
        found = self._sent(params)
        if not self.converters:
            return list(found)
        return [tuple(row) for row in self.compiler.apply_converters(found, self.converters)]

    def _sent(self, params: list[Any]) -> list[Row]:
        """What the database answers."""
        if self.planned and plans_once():
            return self.planned.rows(params)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                read_moments_fast(cursor.cursor)
            cursor.execute(self.sql, params)
            found: list[Row] = cursor.fetchall()
        return found

    def named(self, values: Mapping[str, Value]) -> list[dict[str, Any]]:
        """Send it with these values; the rows by the names of their columns."""
        query = self.compiler.query
        names = query.selected or [*query.values_select, *query.annotation_select]
        return [dict(zip(names, row, strict=False)) for row in self.rows(values)]

    def objects(self, values: Mapping[str, Value]) -> list[Any]:
        """Send it with these values; the rows as instances, with what was joined."""
        what, select = self.compiler.klass_info, self.compiler.select
        places = what["select_fields"]
        begin, end = places[0], places[-1] + 1
        names = [column[0].target.attname for column in select[begin:end]]
        joined = get_related_populators(what, select, connection.alias)  # type: ignore[call-arg]
        beside = (self.compiler.annotation_col_map or {}).items()
        found = []
        for row in self.rows(values):
            made = what["model"].from_db(connection.alias, names, row[begin:end])
            for populator in joined:
                populator.populate(row, made)
            for name, place in beside:
                setattr(made, name, row[place])
            found.append(made)
        return found


# None where no row can match.
_kept: dict[tuple[str, Hashable, Shape], Statement | None] = {}


def rows_of(key: Hashable, build: Build, **values: Value) -> list[Row]:
    """The rows of `build(**values)`, a `values_list()`; it is only called for an unknown key.

    It is called with stand-ins for the values, so it may put them into its statement but neither
    look at them nor reckon with them. A statement that read a clock itself is not kept.
    """
    statement = _statement(key, build, values)
    return statement.rows(values) if statement else []


def values_of(key: Hashable, build: Build, **values: Value) -> list[dict[str, Any]]:
    """The same for a `values()`."""
    statement = _statement(key, build, values)
    return statement.named(values) if statement else []


def objects_of(key: Hashable, build: Build, **values: Value) -> list[Any]:
    """The same for a queryset of instances."""
    statement = _statement(key, build, values)
    return statement.objects(values) if statement else []


def _statement(key: Hashable, build: Build, values: Mapping[str, Value]) -> Statement | None:
    """The kept statement, worded and kept where it is unknown."""
    shape = tuple(
        (name, len(value) if isinstance(value, tuple) else 1) for name, value in values.items()
    )
    whole = (connection.vendor, key, shape)
    try:
        return _kept[whole]
    except KeyError:
        found = _worded(build, values)
    if found is None or not _has_read_a_clock(found):
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[whole] = found
    return found


def _worded(build: Build, values: Mapping[str, Value]) -> Statement | None:
    """The statement in SQL; None for one that is empty by itself."""
    stand_ins = _stand_ins(values)
    compiler = build(**stand_ins).query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    marks = {_adapted(mark): number for number, mark in enumerate(_one_by_one(stand_ins))}
    places = [
        (place, marks[mark])
        for place, mark in enumerate(map(_mark_in, params))
        if mark is not None and mark in marks
    ]
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    once = None
    if not any(isinstance(value, tuple) and value for value in values.values()):  # no search
        once = planned(sql, params, {place for place, _number in places})
    return Statement(sql, tuple(params), tuple(places), compiler, converters, once)


def _one_by_one(values: Mapping[str, Value]) -> list[One]:
    """Every value, and every word of those that are words."""
    found: list[One] = []
    for value in values.values():
        if isinstance(value, tuple):
            found.extend(value)
        else:
            found.append(value)
    return found


def _stand_ins(values: Mapping[str, Value]) -> dict[str, Value]:
    """Values of the same kinds of which each can be told from every other."""
    numbers = count()
    found: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, tuple):
            keys: Any = tuple(
                SOME_NUMBER - next(numbers)
                if isinstance(one, int)
                else SOME_WORD.format(next(numbers))
                for one in value
            )
            found[name] = keys
        elif isinstance(value, datetime):
            found[name] = SOME_MOMENT + timedelta(days=next(numbers))
        elif isinstance(value, str):
            found[name] = SOME_KEY.format(next(numbers))
        else:
            found[name] = SOME_NUMBER - next(numbers)
    return found


def _adapted(value: One) -> Any:
    """The value as the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _mark_in(param: Any) -> One | None:
    """What of a parameter may be a stand-in: all of it, or the word it looks for."""
    if isinstance(param, str) and (word := A_WORD.search(param)):
        return word[0]
    return param if isinstance(param, datetime | int | str) else None


def _put_in(param: Any, value: One) -> Any:
    """A parameter with the value where its stand-in was."""
    if isinstance(value, str) and A_WORD.search(param):
        word: str = connection.ops.prep_for_like_query(value)
        return A_WORD.sub(lambda _mark: word, param)
    return _adapted(value)


def _has_read_a_clock(statement: Statement) -> bool:
    """Whether a moment of a clock stands in it that no call names."""
    bound = {place for place, _number in statement.places}
    return any(
        _is_clock(param) for place, param in enumerate(statement.params) if place not in bound
    )


def _is_clock(param: Any) -> bool:
    """Whether a moment was read from a clock: those people mean have no fractions of seconds."""
    if isinstance(param, datetime):
        return param.microsecond != 0
    return isinstance(param, str) and A_CLOCK_READ.fullmatch(param) is not None
