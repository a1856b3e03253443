"""The board lines up the KPIs of all rooms and reads many of them in few statements.

`read` is the one place where figures become numbers; dashboard, command and drill-down all call
it. One statement adds up as many figures as are asked for (`UNION ALL` of their counts).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, Value

from crm.records.kpis import Figure, Part, Question, Rate, Span, Tally
from crm.reports.kpis import SHOWN

# A compound statement of SQLite may have 500 terms.
TERMS_AT_ONCE = 200
SECONDS_PER_HOUR = 3600


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

    The group is a primary key, None for what belongs to nobody, 0 without grouping.
    """

    empty: Number
    numbers: dict[tuple[int, int | None], Number] = field(default_factory=dict)

    def number(self, period: int = 0, group: int | None = 0) -> Number:
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
Group = int | None


@dataclass(frozen=True)
class Term:
    """A figure to read, for which answer it is and which of its periods comes first."""

    answer: int
    first_period: int
    figure: Figure


def read(asked: Sequence[Asked]) -> list[Answer]:
    """An answer for each KPI key and question, in order, in as few statements as possible."""
    terms = list(_terms(asked))
    answers: list[Answer] = [Answer(Number(None, 0, None)) for _ in asked]
    for term in terms:
        answers[term.answer].empty = _number(term.figure, 0, 0, [])
    for term, period, group, numerator, denominator in _count(terms):
        number = _number(term.figure, numerator, denominator, [])
        answers[term.answer].numbers[term.first_period + period, group] = number
    for term, period, group, hours in _measure(terms):
        number = _number(term.figure, 0, len(hours), hours)
        answers[term.answer].numbers[term.first_period + period, group] = number
    return answers


def _terms(asked: Sequence[Asked]) -> Iterator[Term]:
    for answer, (key, question) in enumerate(asked):
        kpi = SHOWN[key]
        if kpi.alone:
            for period, alone in enumerate(question.one_by_one()):
                yield Term(answer, period, kpi.read(alone))
        else:
            yield Term(answer, 0, kpi.read(question))


def _number(figure: Figure, numerator: int, denominator: int, hours: list[float]) -> Number:
    """The number a figure amounts to: a rate of nothing and a median of nothing have no value."""
    if isinstance(figure, Tally):
        return Number(None, denominator, denominator)
    if isinstance(figure, Span):
        return Number(None, denominator, statistics.median(hours) if hours else None)
    value = figure.times * numerator / denominator if denominator else None
    return Number(numerator, denominator, value)


def _count(terms: Sequence[Term]) -> Iterator[tuple[Term, int, Group, int, int]]:
    """Numerator and denominator of every rate and count, by period and group."""
    sums: dict[tuple[int, int, Group], tuple[int, int]] = {}
    counted = [part.summed(tag) for tag, term in enumerate(terms) for part in _parts(term.figure)]
    for row in _united(counted):
        found = (row["tag"], row["in_period"], row["counted_for"])
        above, below = sums.get(found, (0, 0))
        sums[found] = above + row["above"] - row["less"], below + row["below"]
    for (tag, period, group), (above, below) in sums.items():
        yield terms[tag], period, group, above, below


def _parts(figure: Figure) -> tuple[Part, ...]:
    if isinstance(figure, Rate):
        return figure.parts
    return (Part(figure.rows),) if isinstance(figure, Tally) else ()


def _measure(terms: Sequence[Term]) -> Iterator[tuple[Term, int, Group, list[float]]]:
    """The hours behind every median, by period and group; each row belongs to one group."""
    hours: dict[tuple[int, int, Group], list[float]] = {}
    spans = [
        term.figure.rows.order_by()
        .annotate(tag=Value(tag), since=F(term.figure.begin), till=F(term.figure.until))
        .values("tag", "in_period", "counted_for", "since", "till")
        for tag, term in enumerate(terms)
        if isinstance(term.figure, Span)
    ]
    for row in _united(spans):
        found = (row["tag"], row["in_period"], row["counted_for"])
        seconds = (row["till"] - row["since"]).total_seconds()
        hours.setdefault(found, []).append(seconds / SECONDS_PER_HOUR)
    for (tag, period, group), values in hours.items():
        yield terms[tag], period, group, values


def _united(querysets: list[QuerySet[Any, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The rows of all querysets, a few hundred of them in one statement."""
    for start in range(0, len(querysets), TERMS_AT_ONCE):
        first, *others = querysets[start : start + TERMS_AT_ONCE]
        yield from first.union(*others, all=True) if others else first
