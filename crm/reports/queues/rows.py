"""The rows behind a figure: those above its line, those below it, and the difference."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.customers.access import can_list_cards, shown_name
from crm.customers.models import Card, Recovery
from crm.people.models import User
from crm.records.kpis import NOTHING, Figure, Part, Rate, Span
from crm.reports.access import reads_answers
from crm.reports.board import read
from crm.reports.kpis import Kpi, Unit, kpi_of
from crm.reports.queues.asked import Asked
from crm.reports.queues.subjects import subject_words
from crm.reports.queues.tiles import Shown
from crm.ui.lists import PAGE_SIZE
from crm.ui.moments import span

BELOW, ABOVE, REST, MINUS = "below", "above", "rest", "minus"
# Kept beside each row so that the page words it without asking again.
RELATED: dict[str, tuple[str, ...]] = {
    "Card": ("customer", "product", "owner"),
    "Contact": ("card__customer", "card__product", "staff"),
    "PlannedContact": ("card__customer", "card__product", "assignee"),
    "Order": ("card__customer", "product", "staff"),
    "Recovery": ("card__customer", "card__product", "handler"),
    "Visit": ("card__customer", "card__product", "assignee"),
    "Ticket": ("card__customer", "responsible"),
    "ReceptionEntry": ("card__customer", "product", "staff"),
    "CompetitorFinding": ("visit__card__customer", "noted_by"),
    "Clock": ("ticket__card__customer", "ticket__responsible"),
    "Correction": ("ticket__card__customer", "owner"),
    "Entry": ("ticket__card__customer", "by"),
}
# The moment a row is listed by, the latest first.
MOMENTS = {
    "Card": "opened_at",
    "Contact": "occurred_at",
    "PlannedContact": "due_at",
    "Order": "signed_at",
    "Recovery": "closed_at",
    "Visit": "completed_at",
    "Ticket": "reported_at",
    "ReceptionEntry": "arrived_at",
    "CompetitorFinding": "heard_on",
    "Clock": "due_at",
    "Correction": "due_on",
    "Entry": "at",
}
# Rows that hang on a ticket.
OF_TICKETS = ("Clock", "Correction", "Entry")


@dataclass(frozen=True)
class Side:
    """A list behind a figure: its key in the address, its words, its rows."""

    key: str
    label: str
    rows: QuerySet[Any]


@dataclass
class Rows:
    """A figure with one page of the rows behind it.

    `count` is how many rows the figure counts, `hidden` how many of them lie beyond what the
    reader may see, such as customers who have since been handed over.
    """

    shown: Shown
    figure: Figure
    sides: list[Side]
    side: Side
    count: int
    hidden: int
    page: Page[Any]
    hits: set[int] = field(default_factory=set)
    took: dict[int, timedelta] = field(default_factory=dict)
    beside: list[Shown] = field(default_factory=list)
    subject: str = ""

    @property
    def kpi(self) -> Kpi:
        return self.shown.kpi

    @property
    def kind(self) -> str:
        """The model of the rows, by which the page words them."""
        return self.side.rows.model.__name__


def rows_behind(asked: Asked, key: str, side_key: str, page: int) -> Rows:
    """One page of the rows behind a figure; an unknown side is everything below the line.

    Raises PermissionDenied where this reader reads a sum of answers and not the rows (RV-42),
    and Http404 for a line these rows cannot be narrowed to.
    """
    kpi, question = kpi_of(key), asked.question()
    if kpi.guarded and not reads_answers(asked.reader, asked.chosen.store_id):
        raise PermissionDenied
    figure = kpi.read(question)
    answer, *others = read([(name, question) for name in (key, *kpi.beside)])
    sides = sides_of(kpi, figure)
    side = next((one for one in sides if one.key == side_key), sides[0])
    visible = latest_first(visible_rows(side.rows, asked.reader))
    if kpi.guarded:
        visible = visible.exclude(owner=asked.reader)
    pages = Paginator(visible, PAGE_SIZE)
    count, shown_page = side.rows.count(), pages.get_page(page)
    pks = [row.pk for row in shown_page]
    return Rows(
        shown=Shown(key, answer.number(), asked.link(key)),
        figure=figure,
        sides=sides,
        side=side,
        count=count,
        hidden=count - pages.count,
        page=shown_page,
        hits=hits_among(pks, side, sides),
        took=took_by(figure, pks),
        beside=[
            Shown(one, other.number(), asked.link(one))
            for one, other in zip(kpi.beside, others, strict=True)
        ],
        subject=subject_words(key),
    )


def hits_among(pks: list[int], side: Side, sides: list[Side]) -> set[int]:
    """Which of these rows stand above the line."""
    above = next((one.rows for one in sides if one.key == ABOVE), None)
    if above is None or above.model is not side.rows.model:
        return set()
    return set(above.filter(pk__in=pks).values_list("pk", flat=True))


def visible_rows(rows: QuerySet[Any], reader: User) -> QuerySet[Any]:
    """Those of the rows the reader may see."""
    if rows.model is Recovery:
        return rows.filter(card__in=Card.objects.visible_to(reader))
    seen: QuerySet[Any] = rows.model._default_manager.visible_to(reader)
    return seen.filter(pk__in=rows.values("pk"))


def latest_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with what a page words them by, the latest first."""
    name = rows.model.__name__
    moment = F(MOMENTS[name]).desc(nulls_last=True)
    return rows.select_related(*RELATED[name]).order_by(moment, "-pk")


def sides_of(kpi: Kpi, figure: Figure) -> list[Side]:
    """The lists a figure opens, the widest first."""
    if not isinstance(figure, Rate):
        return [Side(BELOW, str(kpi.below), plain(figure.rows))]
    below = united([part for part in figure.parts if part.in_denominator])
    above = united([_hits(part) for part in figure.parts if part.hit != NOTHING])
    if kpi.unit is Unit.SCORE:
        minus = [replace(part, rows=part.rows.filter(part.miss)) for part in figure.parts]
        return [
            Side(BELOW, _("All answers"), below),
            Side(ABOVE, _("Promoters"), above),
            Side(MINUS, _("Detractors"), united(minus)),
        ]
    if below.model is not above.model:
        return [Side(BELOW, str(kpi.below), below), Side(ABOVE, str(kpi.above), above)]
    return [
        Side(BELOW, pgettext("rows", "All"), below),
        Side(ABOVE, _("Achieved"), above),
        Side(REST, _("Not achieved"), below.exclude(pk__in=above.values("pk"))),
    ]


def united(parts: list[Part]) -> QuerySet[Any]:
    """What the parts count, each once: customers as their cards, everything else as itself."""
    counted = [Q(pk__in=part.rows.values(part.counted)) for part in parts]
    model: Any = Card if parts[0].counted == "card" else parts[0].rows.model
    found: QuerySet[Any] = model._default_manager.filter(reduce(or_, counted))
    return found


def _hits(part: Part) -> Part:
    return replace(part, rows=part.rows.filter(part.hit))


def plain(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows without what was marked on them for counting."""
    found: QuerySet[Any] = rows.model._default_manager.filter(pk__in=rows.values("pk"))
    return found


def took_by(figure: Figure, pks: list[int]) -> dict[int, timedelta]:
    """How long each row took, where the figure is a median of times."""
    if not isinstance(figure, Span):
        return {}
    times = figure.rows.filter(pk__in=pks).values_list("pk", figure.begin, figure.until)
    return {pk: until - begin for pk, begin, until in times}


@dataclass(frozen=True)
class Line:
    """A row as the page shows it: whom it is about, what it is, when, whose, how it counted."""

    row: Any
    card: Card | None
    name: str
    facts: list[str]
    at: datetime | date | None
    person: User | None
    is_hit: bool
    took: timedelta | None
    # What has become of it since a report was closed, in words.
    since: str = ""

    @property
    def took_words(self) -> str:
        """How long it took, where the figure is a median of times."""
        return "" if self.took is None else span(self.took)


def lines_of(found: Rows, reader: User) -> list[Line]:
    """The rows of the page, worded for any kind of row."""
    return worded(found.kind, found.page, reader, hits=found.hits, took=found.took)


def worded(
    kind: str,
    rows: Iterable[Any],
    reader: User,
    *,
    hits: Container[int],
    took: Mapping[int, timedelta],
    since: Mapping[int, str] = MappingProxyType({}),
) -> list[Line]:
    """Rows of one kind in the words of their room, with how they counted."""
    lines = []
    for row in rows:
        card = card_of(kind, row, reader)
        lines.append(
            Line(
                row=row,
                card=card,
                name=shown_name(reader, card) if card else "",
                facts=_facts(kind, row),
                at=getattr(row, MOMENTS[kind]) or getattr(row, "due_on", None),
                person=reduce(getattr, RELATED[kind][-1].split("__"), row),
                is_hit=row.pk in hits,
                took=took.get(row.pk),
                since=since.get(row.pk, ""),
            )
        )
    return lines


def card_of(kind: str, row: Any, reader: User) -> Card | None:
    """Whom the row is about; what was heard is also for those who see no customers."""
    if kind == "CompetitorFinding":
        return row.visit.card if can_list_cards(reader) else None
    if kind in OF_TICKETS:
        row = row.ticket
    card: Card | None = row if kind == "Card" else row.card
    return card


def _facts(kind: str, row: Any) -> list[str]:
    """What the row is, in the words of its own room."""
    words: dict[str, Callable[[], tuple[str, ...]]] = {
        "Card": lambda: (row.card_no, row.model_name),
        "Contact": lambda: (row.get_method_display(), row.get_outcome_display()),
        "PlannedContact": lambda: (row.get_method_display(), row.content),
        "Order": lambda: (row.order_no, row.product.name),
        "Recovery": lambda: (row.recovery_no, row.order_no),
        "Visit": lambda: (row.visit_no, row.get_kind_display()),
        "Ticket": lambda: (row.ticket_no, row.get_category_display()),
        "ReceptionEntry": lambda: (row.entry_no, row.get_kind_display()),
        "Clock": lambda: (row.ticket.ticket_no, row.get_kind_display()),
        "Correction": lambda: (row.ticket.ticket_no, row.what),
        "Entry": lambda: (row.ticket.ticket_no, row.get_kind_display()),
        "CompetitorFinding": lambda: (
            f"{row.brand} {row.model}".strip(),
            row.words,
            "" if row.noted_by else _("by the customer's link"),
        ),
    }
    return [str(fact) for fact in words[kind]() if fact]
