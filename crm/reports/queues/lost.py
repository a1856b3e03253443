"""Customers lost in a period: why, from where, whose, and who was won back (RP-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.customers.access import shown_name
from crm.customers.kpis import OWNER, cards
from crm.customers.models import Card, Level, Source
from crm.customers.states import LOST
from crm.people.models import User
from crm.reports.board import Number, read
from crm.reports.queues.asked import Asked, source_name
from crm.reports.queues.tiles import Shown
from crm.ui import numbers
from crm.vehicles.models import Product

LINES_AT_MOST = 15
WON_BACK = ("recovery_rate", "recovery_rate_of_consultants", "recovery_rate_of_supervisors")
NO_REASON = "none"


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
    tables: list[LostTable]
    won_back: list[Shown]
    reason: str
    reason_words: str


def lost_in(asked: Asked, *, before: bool = False) -> QuerySet[Card]:
    """The cards lost in the period and lost still; they belong to their owner."""
    period = asked.before if before else asked.period
    rows = cards().filter(lost_at__gte=period.begin, lost_at__lt=period.end, state=LOST)
    return rows.filter(asked.chosen.scope.of(OWNER)).order_by()


def lost_report(asked: Asked, reason: str = "") -> LostReport:
    """Read the page; one statement for each table, however many were lost."""
    rows = lost_in(asked)
    count = rows.count()
    read_now = read([(key, asked.question()) for key in ("cards_begun", *WON_BACK)])
    opened, *won = [answer.number() for answer in read_now]
    return LostReport(
        asked=asked,
        count=count,
        before=lost_in(asked, before=True).count(),
        opened=opened,
        tables=[_reasons(rows, count), *_others(rows, count, named=asked.names_people)],
        won_back=[Shown(key, one, asked.link(key)) for key, one in zip(WON_BACK, won, strict=True)],
        reason=reason,
        reason_words=reason_words("" if reason == NO_REASON else reason),
    )


def lost_cards(asked: Asked, reason: str = "") -> QuerySet[Card]:
    """The lost this reader may see, the latest first; of one reason where it is named."""
    mine = Card.objects.visible_to(asked.reader).filter(pk__in=lost_in(asked).values("pk"))
    if reason:
        mine = mine.filter(lost_reason="" if reason == NO_REASON else reason)
    return mine.select_related("customer", "owner", "product").order_by("-lost_at", "-id")


def reason_words(reason: str) -> str:
    """A reason as it was written; some cards name none."""
    return reason or _("No reason named")


def _counts(rows: QuerySet[Card], field: str) -> list[tuple[Any, int]]:
    found = rows.values(field).annotate(n=Count("pk")).order_by("-n", field)
    return [(one[field], one["n"]) for one in found[:LINES_AT_MOST]]


def _reasons(rows: QuerySet[Card], whole: int) -> LostTable:
    lines = [
        LostLine(reason_words(reason), n, whole, reason or NO_REASON)
        for reason, n in _counts(rows, "lost_reason")
    ]
    return LostTable("reason", gettext_lazy("By reason"), lines)


def _others(rows: QuerySet[Card], whole: int, *, named: bool) -> list[LostTable]:
    def table(name: str, title: Promise, field: str, names: Mapping[Any, str]) -> LostTable:
        lines = [
            LostLine(names.get(value) or _("Not known"), n, whole)
            for value, n in _counts(rows, field)
        ]
        return LostTable(name, title, lines)

    people = [table("person", gettext_lazy("By salesperson"), "owner", _names(rows, "owner", User))]
    return [
        *(people if named else []),
        table("source", gettext_lazy("By source"), "source", _sources()),
        table("level", gettext_lazy("By level when lost"), "level", _levels()),
        table("model", gettext_lazy("By model"), "product", _names(rows, "product", Product)),
    ]


def _sources() -> dict[str, str]:
    return {code: source_name(code) for code in ("", *Source.values)}


def _levels() -> dict[str, str]:
    return {code: str(label) for code, label in Level.choices}


def _names(rows: QuerySet[Card], field: str, model: Any) -> dict[int, str]:
    """The names of those a table may show; as many statements without any."""
    pks = {pk for pk, _n in _counts(rows, field) if pk}
    return {pk: one.name for pk, one in model.objects.in_bulk({0, *pks}).items()}


@dataclass(frozen=True)
class LostCard:
    """A lost customer of the list, by the name this reader may read."""

    card: Card
    name: str
    reason: str


def lines_of(rows: Iterable[Card], reader: User) -> list[LostCard]:
    """The cards of one page."""
    return [LostCard(one, shown_name(reader, one), reason_words(one.lost_reason)) for one in rows]
