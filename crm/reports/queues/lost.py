"""Customers lost in a period: why, from where, whose, and who was won back (RP-13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Count, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.customers.access import shown_name
from crm.customers.kpis import LOSER, lost_ones, then_else_now
from crm.customers.models import Card, Level
from crm.orders.kpis import level_at
from crm.people.models import User
from crm.reports.board import Number, read
from crm.reports.queues.asked import Asked, source_name
from crm.reports.queues.subjects import lost_namer
from crm.reports.queues.tiles import Shown
from crm.ui import numbers

LINES_AT_MOST = 15
RATE = "loss_rate"
WON_BACK = ("recovery_rate", "recovery_rate_of_consultants", "recovery_rate_of_supervisors")
# What no value and all the lesser ones are called in the address.
NONE, OTHERS = "none", "*"


# Words of one value of a column; some cards have none.
Namer = Callable[[str | None], str]


@dataclass(frozen=True)
class Way:
    """One way to divide the lost: the column that tells them apart, and that of its words.

    `namer` is asked once for a table, since it may read the words of a whole list.
    """

    title: Promise
    column: str
    words: str
    namer: Callable[[], Namer]


def name_words(name: str | None) -> str:
    """A person or a model by name; some cards have none."""
    return name or _("Not known")


def level_words(code: str | None) -> str:
    """A level in words; some cards were never judged."""
    return str(Level(code).label) if code else _("Not known")


def source_words(code: str | None) -> str:
    """Where a customer came from; some cards do not say."""
    return source_name(code or "")


PERSON = "person"
# By their names in the address.
WAYS = {
    "reason": Way(gettext_lazy("By reason"), "lost_reason", "lost_reason", lost_namer),
    "to": Way(
        gettext_lazy("By what they bought instead"), "lost_to", "lost_to", lambda: name_words
    ),
    PERSON: Way(gettext_lazy("By salesperson"), "loser_id", "loser_name", lambda: name_words),
    "source": Way(gettext_lazy("By source"), "source", "source", lambda: source_words),
    "level": Way(
        gettext_lazy("By level when lost"), "level_then", "level_then", lambda: level_words
    ),
    "model": Way(
        gettext_lazy("By model"), "product__public_id", "product__name", lambda: name_words
    ),
}


@dataclass(frozen=True)
class LostLine:
    """One reason, source, level, model or person with the customers lost."""

    label: str
    count: int
    whole: int
    key: str = ""

    @property
    def percent(self) -> Decimal | None:
        """Its share of all that were lost."""
        return numbers.percent(self.count, self.whole)


@dataclass(frozen=True)
class LostTable:
    """One way to divide the lost, the greatest first."""

    name: str
    title: Promise
    lines: list[LostLine]


@dataclass(frozen=True)
class LostReport:
    """The page: how many, in which tables, who was won back."""

    asked: Asked
    count: int
    before: int
    opened: Number
    rate: Shown
    tables: list[LostTable]
    won_back: list[Shown]
    picked: str


def lost_in(asked: Asked, *, before: bool = False) -> QuerySet[Any]:
    """The cards lost in the period and lost still; they belong to whoever had them then."""
    period = asked.before if before else asked.period
    rows = lost_ones().filter(lost_at__gte=period.begin, lost_at__lt=period.end)
    return with_loser(rows.filter(asked.question().mine(LOSER))).order_by()


def with_loser(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Lost cards with the level they had then, and who had them, by public id and name."""
    named: QuerySet[Any] = rows.annotate(
        level_then=level_at(OuterRef("lost_at")),
        loser_id=then_else_now("user__public_id", "owner__public_id", CharField),
        loser_name=then_else_now("user__name", "owner__name", CharField),
    )
    return named


def lost_report(asked: Asked, picked: Mapping[str, str] | None = None) -> LostReport:
    """Read the page; one statement for each table, however many were lost."""
    rows = lost_in(asked)
    count = rows.count()
    read_now = read([(key, asked.question()) for key in ("cards_begun", RATE, *WON_BACK)])
    opened, rate, *won = [answer.number() for answer in read_now]
    tables = [
        LostTable(name, way.title, _lines(rows, way, count)) for name, way in ways_of(asked).items()
    ]
    return LostReport(
        asked=asked,
        count=count,
        before=lost_in(asked, before=True).count(),
        opened=opened,
        rate=Shown(RATE, rate, asked.link(RATE)),
        tables=tables,
        won_back=[Shown(key, one, asked.link(key)) for key, one in zip(WON_BACK, won, strict=True)],
        picked=", ".join(_picked_words(tables, picked or {})),
    )


def ways_of(asked: Asked) -> dict[str, Way]:
    """The tables of these people: by person where each one is named to this reader."""
    return {name: way for name, way in WAYS.items() if name != PERSON or asked.names_people}


def lost_cards(asked: Asked, picked: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """The lost this reader may see, the latest first; of the picked lines of tables."""
    found = picked_cards(asked, picked)
    mine = Card.objects.visible_to(asked.reader).filter(pk__in=found.values("pk"))
    named = with_loser(lost_ones().filter(pk__in=mine.values("pk")))
    return named.select_related("customer", "product").order_by("-lost_at", "-id")


def picked_cards(asked: Asked, picked: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """All of the lost, or those of the picked lines of tables.

    `picked` names lines by table: a reason as written, a code, a public id, NONE or OTHERS. Raises
    Http404 for a table this reader is not shown.
    """
    rows, ways = lost_in(asked), ways_of(asked)
    found = rows
    for name, key in (picked or {}).items():
        if name not in ways:
            raise Http404
        found = found.filter(_line_of(rows, ways[name], key))
    return found


def _counts(rows: QuerySet[Any], way: Way) -> list[dict[str, Any]]:
    """The greatest lines of a table: what tells them apart, their words, and `n`."""
    found = rows.values(way.column, way.words).annotate(n=Count("pk"))
    return list(found.order_by("-n", way.words, way.column)[:LINES_AT_MOST])


def _lines(rows: QuerySet[Any], way: Way, whole: int) -> list[LostLine]:
    """The greatest lines, and one for all the others together."""
    called = way.namer()
    lines = [
        LostLine(called(one[way.words]), one["n"], whole, one[way.column] or NONE)
        for one in _counts(rows, way)
    ]
    if rest := whole - sum(line.count for line in lines):
        lines.append(LostLine(pgettext("lost", "All others"), rest, whole, OTHERS))
    return lines


def _line_of(rows: QuerySet[Any], way: Way, key: str) -> Q:
    """The cards of one line."""
    if key == OTHERS:
        return ~reduce(or_, (_is(way, one[way.column]) for one in _counts(rows, way)), Q(pk=None))
    return _is(way, "" if key == NONE else key)


def _is(way: Way, value: str | None) -> Q:
    """Cards with that value, or without any."""
    if value:
        return Q(**{way.column: value})
    return Q(**{way.column: ""}) | Q(**{f"{way.column}__isnull": True})


def _picked_words(tables: list[LostTable], picked: Mapping[str, str]) -> list[str]:
    """The picked lines by their words, as their tables have them."""
    words = {(table.name, line.key): line.label for table in tables for line in table.lines}
    return [words[one] for one in picked.items() if one in words]


@dataclass(frozen=True)
class LostCard:
    """A lost customer of the list, by the name this reader may read."""

    card: Card
    name: str
    reason: str
    loser: str


def lines_of(rows: Iterable[Any], reader: User) -> list[LostCard]:
    """The cards of one page."""
    called = lost_namer()
    return [
        LostCard(one, shown_name(reader, one), called(one.lost_reason), one.loser_name or "")
        for one in rows
    ]
