"""The rulebook as the house reads it: numbers, calendar, options."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import get_language

from crm import workdays
from crm.rulebook.models import CalendarDay, Number, OpeningHours, Option
from crm.rulebook.numbers import Numbers, numbers_from


class Book:
    """The whole rulebook as it was read, and what was made of it for each store.

    The rows are few and change a few times a year. What they mean is worked out once and kept
    in the process for as long as the rows read are the same.
    """

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self.made: dict[tuple[object, ...], workdays.Calendar] = {}

    def of(self, part: str) -> Iterator[tuple[str, str, int | None]]:
        """Key, value and store of the rows of one part."""
        return (row[1:] for row in self.rows if row[0] == part)

    def numbers(self, store_id: int | None) -> Numbers:
        """A store's own numbers over those for all, over the defaults."""
        common = {key: value for key, value, store in self.of(NUMBER) if store is None}
        own = {key: value for key, value, store in self.of(NUMBER) if store == store_id}
        return numbers_from(common | own)

    def stores_with_numbers(self) -> set[int]:
        """Which stores have a number of their own."""
        return {store for _key, _value, store in self.of(NUMBER) if store is not None}

    def calendar(self, store_id: int | None, numbers: Numbers) -> workdays.Calendar:
        """The region's working days with the opening hours of a store."""
        wanted = (store_id, numbers, settings.CALENDAR_REGION, settings.TIME_ZONE)
        if wanted not in self.made:
            self.made[wanted] = self._calendar(store_id, numbers)
        return self.made[wanted]

    def calendar_of_all(self) -> workdays.Calendar:
        """The region's working days with the usual hours."""
        return self.calendar(None, self.numbers(None))

    def _calendar(self, store_id: int | None, numbers: Numbers) -> workdays.Calendar:
        region = settings.CALENDAR_REGION
        days: dict[str, set[dt.date]] = defaultdict(set)
        for key, kind, store in self.of(DAY):
            where, day = key.split(" ")
            if where == region and store in (None, store_id):
                days[kind].add(dt.date.fromisoformat(day))
        make_up = frozenset(days[CalendarDay.Kind.WORKDAY])
        return workdays.Calendar(
            region=region,
            zone=ZoneInfo(settings.TIME_ZONE),
            holidays=frozenset(days[CalendarDay.Kind.HOLIDAY]),
            make_up_days=make_up,
            published=frozenset(day.year for day in make_up),
            hours=replace(
                self.hours(store_id, numbers), closed=frozenset(days[CalendarDay.Kind.CLOSED])
            ),
        )

    def hours(self, store_id: int | None, numbers: Numbers) -> workdays.OpeningHours:
        """A store's slots as it entered them; the usual ones where it entered none."""
        start, end = numbers.quiet_time()
        slots: dict[int, list[workdays.Slot]] = defaultdict(list)
        for weekday, times, store in self.of(HOURS):
            if store == store_id and store is not None:
                opens, closes = (dt.time.fromisoformat(time) for time in times.split(" "))
                slots[int(weekday)].append(workdays.Slot(opens, closes))
        if not slots:
            return workdays.OpeningHours(quiet_from=start, quiet_until=end)
        week = tuple(tuple(sorted(slots[weekday])) for weekday in range(7))
        return workdays.OpeningHours(week=week, quiet_from=start, quiet_until=end)


Row = tuple[str, str, str, int | None]
NUMBER, DAY, HOURS = "number", "day", "hours"
FALLBACK = "label_zh_hans"
_read: list[Book] = [Book(())]
AS_JSON = {
    "postgresql": "json_agg(json_build_array(one.part, one.a, one.b, one.c))",
    "sqlite": "json_group_array(json_array(one.part, one.a, one.b, one.c))",
}


def book() -> Book:
    """The rulebook as it stands now; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(*_statement(connection.vendor))
        rows: tuple[Row, ...] = tuple(cursor.fetchall())
    return _kept(rows)


def book_lately() -> Book:
    """The rulebook as this process read it last; read now where it never did."""
    return _read[0] if _read[0].rows else book()


def _kept(rows: tuple[Row, ...]) -> Book:
    if _read[0].rows != rows:
        _read[0] = Book(rows)
    return _read[0]


def book_beside() -> RawSQL:
    """The rulebook as one value, to be read beside the row of another statement."""
    sql, params = _statement(connection.vendor)
    return RawSQL(f"(SELECT {AS_JSON[connection.vendor]} FROM ({sql}) one)", params)  # noqa: S608, S611  # nosec


def book_from(read: Any) -> Book:
    """The rulebook from what `book_beside` read."""
    rows = json.loads(read) if isinstance(read, str) else read
    return _kept(tuple((row[0], row[1], row[2], row[3]) for row in rows or ()))


@cache
def _statement(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The rows of all three tables as text, put into SQL once for each kind of database."""
    text, space = CharField(), Value(" ")
    parts = [
        rows.order_by()
        .annotate(part=Value(part), a=first, b=second, c=store)
        .values_list("part", "a", "b", "c")
        for part, rows, first, second, store in (
            (NUMBER, Number.objects.in_force(), F("key"), F("value"), F("store_id")),
            (
                DAY,
                CalendarDay.objects.all(),
                Concat("region", space, Cast("day", text)),
                F("kind"),
                F("store_id"),
            ),
            (
                HOURS,
                OpeningHours.objects.all(),
                Cast("weekday", text),
                Concat(Cast("opens", text), space, Cast("closes", text)),
                F("store_id"),
            ),
        )
    ]
    sql: tuple[str, tuple[Any, ...]] = (
        parts[0].union(*parts[1:], all=True).order_by("part", "a", "c").query.sql_with_params()
    )
    return sql


def rules_for(store_id: int | None) -> tuple[Numbers, workdays.Calendar]:
    """The numbers in force in a store and its working calendar; one statement."""
    found = book()
    numbers = found.numbers(store_id)
    return numbers, found.calendar(store_id, numbers)


def numbers_for(store_id: int | None) -> Numbers:
    """The numbers in force in a store: its own rows over those for all, over the defaults."""
    return book().numbers(store_id)


def working_calendar(store_id: int | None = None) -> workdays.Calendar:
    """The region's working days with a store's opening hours; without a store the usual ones."""
    return rules_for(store_id)[1]


def option_choices(kind: str, keep: str = "") -> list[tuple[str, str]]:
    """Code and label of the options on offer, in the reader's language.

    A retired option is offered only where `keep` says that the row has it (CC-29).
    """
    offered = Option.objects.filter(Q(retired=False) | Q(code=keep), kind=kind)
    choices = [(option.code, label_of(option)) for option in offered]
    if keep and keep not in dict(choices):
        choices.append((keep, keep))
    return choices


def option_labels(kind: str) -> dict[str, str]:
    """Code → label in the reader's language, retired options included."""
    return {option.code: label_of(option) for option in Option.objects.filter(kind=kind)}


def label_beside(kind: str, code: OuterRef) -> Subquery:
    """An option's words in the active language, to be read beside the row that keeps its code."""
    column = f"label_{(get_language() or '').replace('-', '_')}"
    known = column in {field.name for field in Option._meta.fields}
    columns = dict.fromkeys((column, FALLBACK) if known else (FALLBACK,))
    words = Coalesce(*(NullIf(one, Value("")) for one in columns), "code")
    rows = Option.objects.filter(kind=kind, code=code).order_by()
    return Subquery(rows.annotate(words=words).values("words")[:1])


def label_of(option: Option) -> str:
    """The option's words in the active language, else in 简体; its code where it has none."""
    language = (get_language() or "").replace("-", "_")
    return getattr(option, f"label_{language}", "") or getattr(option, FALLBACK) or option.code
