"""The board lines up the KPIs of all rooms and reads many of them in few statements.

`read` is the one place where figures become numbers; dashboard, command and drill-down all call
it. One statement adds up as many figures as are asked for (`UNION ALL` of their counts).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.expressions import CombinedExpression

from crm.records.kpis import Figure, Part, Question, Rate, Span, Tally
from crm.reports.kpis import kpi_of
from crm.ui.statements import SOME_MOMENT, values_of

# A compound statement of SQLite may have 500 terms.
TERMS_AT_ONCE = 200
SHEETS = 256
SECONDS_PER_HOUR = 3600


# The primary key of a group or the code of a source, None for what belongs to nobody.
Group = int | str | None


@dataclass(frozen=True)
class Number:
    """One figure as kpi.md prints it: exact, with what stands above and below the line."""

    numerator: int | None
    denominator: int
    value: float | int | None

    def as_json(self) -> dict[str, float | int | None]:
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
        }


@dataclass
class Answer:
    """The numbers of one KPI: one for each period and group of its question.

    The group is a primary key or code, None for what belongs to nobody, 0 without grouping.
    """

    empty: Number
    numbers: dict[tuple[int, Group], Number] = field(default_factory=dict)

    def number(self, period: int = 0, group: Group = 0) -> Number:
        """The number of a period and group; that of no rows where there are none."""
        return self.numbers.get((period, group), self.empty)

    def over_groups(self, period: int = 0) -> Number:
        """All groups together, of a figure that counts rows of which each is in one group.

        Never for one that counts customers: somebody in two groups is one customer.
        """
        found = [one for (at, _group), one in self.numbers.items() if at == period]
        below = sum(one.denominator for one in found)
        if self.empty.numerator is None:
            return Number(None, below, below)
        above = sum(one.numerator or 0 for one in found)
        return Number(above, below, above / below if below else None)


Asked = tuple[str, Question]
Sums = QuerySet[Any, dict[str, Any]]


@dataclass(frozen=True)
class Term:
    """A figure to read, for which answer it is and which of its periods comes first."""

    answer: int
    first_period: int
    figure: Figure


@dataclass(frozen=True)
class Slot:
    """What is known of a term without wording it: where its numbers go and what they are."""

    answer: int
    first_period: int
    kind: type[Figure]
    times: int


@dataclass(frozen=True)
class Sheet:
    """The questions of a page, which are the same each time it is opened but for the moment.

    Its statements are kept: wording them costs more than most of them take.
    """

    asked: tuple[Asked, ...]

    def terms(self, now: datetime | None = None) -> list[Term]:
        """Every figure to read, as of that moment."""
        return list(_terms([(key, replace(one, asked_at=now)) for key, one in self.asked]))


def read(asked: Sequence[Asked]) -> list[Answer]:
    """An answer for each KPI key and question, in order, in as few statements as possible."""
    now = next((one.asked_at for _key, one in asked if one.asked_at is not None), None)
    moments = {"now": now} if now else {}
    sheet = Sheet(tuple((key, replace(one, asked_at=None)) for key, one in asked))
    slots, counted, spans = _laid_out(sheet, SOME_MOMENT if now else None)
    answers: list[Answer] = [Answer(Number(None, 0, None)) for _ in asked]
    for slot in slots:
        answers[slot.answer].empty = _number(slot, 0, 0, [])
    sums = _count(_rows(sheet, "counts", counted, _counts_of, moments))
    for (tag, period, group), (above, below) in sums.items():
        slot = slots[tag]
        number = _number(slot, above, below, [])
        answers[slot.answer].numbers[slot.first_period + period, group] = number
    for (tag, period, group), hours in _measure(
        _rows(sheet, "spans", spans, _spans_of, moments)
    ).items():
        slot = slots[tag]
        number = _number(slot, 0, len(hours), hours)
        answers[slot.answer].numbers[slot.first_period + period, group] = number
    return answers


@lru_cache(SHEETS)
def _laid_out(sheet: Sheet, now: datetime | None) -> tuple[tuple[Slot, ...], int, int]:
    """Where each term's numbers go; how many parts are counted, how many terms measured."""
    terms = sheet.terms(now)
    slots = tuple(
        Slot(one.answer, one.first_period, type(one.figure), getattr(one.figure, "times", 1))
        for one in terms
    )
    return slots, len(_counts_of(terms)), len(_spans_of(terms))


def _terms(asked: Sequence[Asked]) -> Iterator[Term]:
    for answer, (key, question) in enumerate(asked):
        kpi = kpi_of(key)
        if kpi.alone:
            for period, alone in enumerate(question.one_by_one()):
                yield Term(answer, period, kpi.read(alone))
        else:
            yield Term(answer, 0, kpi.read(question))


def _counts_of(terms: Sequence[Term]) -> list[Sums]:
    """Numerator and denominator of every rate and count, by period and group."""
    return [part.summed(tag) for tag, term in enumerate(terms) for part in _parts(term.figure)]


def _spans_of(terms: Sequence[Term]) -> list[Sums]:
    """The times of which every median is one, by period and group."""
    return [
        term.figure.rows.order_by()
        .annotate(tag=Value(tag), took=_time_between(term.figure))
        .values("tag", "in_period", "counted_for", "took")
        for tag, term in enumerate(terms)
        if isinstance(term.figure, Span)
    ]


def _time_between(span: Span) -> ExpressionWrapper[CombinedExpression]:
    return ExpressionWrapper(F(span.until) - F(span.begin), output_field=DurationField())


def _rows(
    sheet: Sheet,
    kind: str,
    count: int,
    parts_of: Callable[[Sequence[Term]], list[Sums]],
    moments: Mapping[str, datetime],
) -> Iterator[dict[str, Any]]:
    """The rows of all parts, a few hundred of them in one statement."""
    for start in range(0, count, TERMS_AT_ONCE):

        def united(start: int = start, **at: datetime) -> Sums:
            first, *others = parts_of(sheet.terms(**at))[start : start + TERMS_AT_ONCE]
            return first.union(*others, all=True) if others else first

        yield from values_of(("board", sheet, kind, start), united, **moments)


def _number(slot: Slot, numerator: int, denominator: int, hours: list[float]) -> Number:
    """The number a figure amounts to: a rate of nothing and a median of nothing have no value."""
    if issubclass(slot.kind, Tally):
        return Number(None, denominator, denominator)
    if issubclass(slot.kind, Span):
        return Number(None, denominator, statistics.median(hours) if hours else None)
    value = slot.times * numerator / denominator if denominator else None
    return Number(numerator, denominator, value)


Place = tuple[int, int, Group]


def _count(rows: Iterable[dict[str, Any]]) -> dict[Place, tuple[int, int]]:
    """The parts of a figure added up: numerator and denominator by term, period and group."""
    sums: dict[Place, tuple[int, int]] = {}
    for row in rows:
        found = (row["tag"], row["in_period"], row["counted_for"])
        above, below = sums.get(found, (0, 0))
        sums[found] = above + row["above"] - row["less"], below + row["below"]
    return sums


def _parts(figure: Figure) -> tuple[Part, ...]:
    if isinstance(figure, Rate):
        return figure.parts
    return (Part(figure.rows),) if isinstance(figure, Tally) else ()


def _measure(rows: Iterable[dict[str, Any]]) -> dict[Place, list[float]]:
    """The hours behind every median, by term, period and group; each row belongs to one group."""
    hours: dict[Place, list[float]] = {}
    for row in rows:
        found = (row["tag"], row["in_period"], row["counted_for"])
        hours.setdefault(found, []).append(row["took"].total_seconds() / SECONDS_PER_HOUR)
    return hours
