"""Statements built once and sent often: wording one costs more than a short answer to it.

What is kept is the statement, never a row of its answer. Its key must hold everything the wording
depends on: the reader and their posts, the filters, the local day. Moments that move on with
the clock are passed beside the key and put in anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

MOST = 1024
# Stand in a statement for the moments passed beside its key; no row is a thousand years old.
MARKS = tuple(datetime(1001 + number, 1, 1, tzinfo=UTC) for number in range(4))
# The same for words that are looked for with LIKE; two characters nobody types stand around each.
WORD_MARKS = tuple(f"\ue000{number}\ue001" for number in range(12))
A_WORD = re.compile("\ue000(\\d+)\ue001")
A_CLOCK_READ = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")

Row = tuple[Any, ...]
Build = Callable[..., QuerySet[Any, Any]]


@dataclass(frozen=True)
class Statement:
    """A statement as the database takes it, and how its answer becomes values and rows."""

    alias: str
    sql: str
    params: Row
    moments: tuple[tuple[int, int], ...]
    words: tuple[tuple[int, int], ...]
    compiler: Any

    def ask(self, moments: tuple[datetime, ...], words: Sequence[str] = ()) -> list[Row]:
        """Send it with these moments and words; the rows as plain values."""
        connection = connections[self.alias]
        params = list(self.params)
        for place, number in self.moments:
            params[place] = connection.ops.adapt_datetimefield_value(moments[number])
        for place, number in self.words:
            word = connection.ops.prep_for_like_query(words[number])
            params[place] = params[place].replace(WORD_MARKS[number], word)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        columns = [column[0] for column in self.compiler.select[: self.compiler.col_count]]
        converters = self.compiler.get_converters(columns)
        if not converters:
            return list(found)
        return [tuple(row) for row in self.compiler.apply_converters(found, converters)]

    def values(
        self, moments: tuple[datetime, ...], words: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Send it with these moments and words; the rows by the names of their columns."""
        query = self.compiler.query
        names = query.selected or [*query.values_select, *query.annotation_select]
        return [dict(zip(names, row, strict=False)) for row in self.ask(moments, words)]

    def objects(self, moments: tuple[datetime, ...], words: Sequence[str] = ()) -> list[Any]:
        """Send it with these moments and words; the rows as instances, with what was joined."""
        what, select = self.compiler.klass_info, self.compiler.select
        places = what["select_fields"]
        begin, end = places[0], places[-1] + 1
        names = [column[0].target.attname for column in select[begin:end]]
        joined = get_related_populators(what, select, self.alias)  # type: ignore[call-arg]
        beside = (self.compiler.annotation_col_map or {}).items()
        found = []
        for row in self.ask(moments, words):
            made = what["model"].from_db(self.alias, names, row[begin:end])
            for populator in joined:
                populator.populate(row, made)
            for name, place in beside:
                setattr(made, name, row[place])
            found.append(made)
        return found


_kept: dict[Hashable, Statement] = {}


def values_of(
    key: Hashable, build: Build, *moments: datetime, words: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows of ``build(*moments)``, a `values()`; it is only called for an unknown key.

    With ``words`` it is called with marks for them as ``words=``.
    """
    statement = _statement(key, build, moments, len(words))
    if statement is None:
        return list(build(*moments, **_named(words)))
    return statement.values(moments, words)


def objects_of(
    key: Hashable, build: Build, *moments: datetime, words: Sequence[str] = ()
) -> list[Any]:
    """The same for a queryset of instances."""
    statement = _statement(key, build, moments, len(words))
    if statement is None:
        return list(build(*moments, **_named(words)))
    return statement.objects(moments, words)


def _named(words: Sequence[str]) -> dict[str, Sequence[str]]:
    return {"words": words} if words else {}


def _statement(
    key: Hashable, build: Build, moments: tuple[datetime, ...], words: int
) -> Statement | None:
    """The kept statement; None where there is none to keep."""
    key = (key, len(moments), words)
    found = _kept.get(key)
    if found is None:
        if words > len(WORD_MARKS):
            return None
        found = _compiled(build(*MARKS[: len(moments)], **_named(WORD_MARKS[:words])))
        if found is None:
            return None
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = found
    return found


def _compiled(rows: QuerySet[Any, Any]) -> Statement | None:
    """The statement of a queryset; None for one that is empty by itself or has read a clock."""
    connection = connections[rows.db]
    compiler = rows.query.get_compiler(using=rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    marks: dict[str | datetime | None, int] = {
        connection.ops.adapt_datetimefield_value(mark): number for number, mark in enumerate(MARKS)
    }
    places, texts = [], []
    for place, value in enumerate(params):
        if not isinstance(value, str | datetime):
            continue
        if value in marks:
            places.append((place, marks[value]))
        elif isinstance(value, str) and (mark := A_WORD.search(value)):
            texts.append((place, int(mark[1])))
        elif _is_clock(value):
            return None
    return Statement(rows.db, sql, tuple(params), tuple(places), tuple(texts), compiler)


def _is_clock(value: str | datetime) -> bool:
    """Whether a moment was read from a clock: those people mean have no fractions of seconds."""
    if isinstance(value, datetime):
        return value.microsecond != 0
    return A_CLOCK_READ.fullmatch(value) is not None
