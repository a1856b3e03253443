"""Figures read from the rows of the business, many of them in few statements.

One statement adds up as many figures as are asked for (`UNION ALL` of their counts); figures of
long periods go alone (`long.py`).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import compress
from typing import Any

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value

from crm.records.kpis import Figure, Part, Question, Rate, Span, Tally
from crm.reports.board.adding import Middle, Place, add_up, hours, measure
from crm.reports.board.long import counts, is_great, middles
from crm.reports.board.numbers import Answer, Group, Number, Slot, number_of
from crm.reports.kpis import kpi_of
from crm.ui.statements import SOME_MOMENT, values_of

# SQLite takes 500 terms at once, but each look into another table walks past whatever the terms
# before it have left open: where courses are read week by week, fewer at once are quicker there.
TERMS_AT_ONCE, BESIDE_COURSES = 200, {"postgresql": 200, "sqlite": 40}
SHEETS = 256

Asked = tuple[str, Question]
Counts = QuerySet[Any, dict[str, Any]]
# What stands above and below the line, or a median, by period and group.
Sums = Mapping[tuple[int, Group], tuple[int, int]]
Measured = Mapping[tuple[int, Group], Middle]


@dataclass(frozen=True)
class Term:
    """A figure to read, for which answer it is and which of its periods comes first."""

    answer: int
    first_period: int
    figure: Figure


@dataclass(frozen=True)
class Sheet:
    """The questions of a page, which are the same each time it is opened but for the moment.

    Its statements are kept: wording them costs more than most of them take.
    """

    asked: tuple[Asked, ...]

    def terms(self, now: datetime | None = None) -> list[Term]:
        """Every figure to read, as of that moment."""
        return list(_terms([(key, replace(one, asked_at=now)) for key, one in self.asked]))


def read_live(asked: Sequence[Asked]) -> list[Answer]:
    """An answer for each KPI key and question, in order.

    In as few statements as possible; of more than a quarter, what has many rows takes its own.
    """
    many = [_is_of_many(key, question) for key, question in asked]
    few = [not is_many for is_many in many]
    together = iter(_read_together(list(compress(asked, few))))
    alone = iter(_read_alone(list(compress(asked, many))))
    return [next(alone if is_many else together) for is_many in many]


def _is_of_many(key: str, question: Question) -> bool:
    """Whether a group of stores has millions of the rows it counts."""
    if not question.is_long:
        return False
    return any(_counts_many(term.figure) for term in _terms([(key, question)]))


def _counts_many(figure: Figure) -> bool:
    spans = [figure.rows] if isinstance(figure, Span) else []
    return any(map(is_great, [*(part.rows for part in parts_of(figure)), *spans]))


def _read_together(asked: Sequence[Asked]) -> list[Answer]:
    now = next((one.asked_at for _key, one in asked if one.asked_at is not None), None)
    moments = {"now": now} if now else {}
    sheet = Sheet(tuple((key, replace(one, asked_at=None)) for key, one in asked))
    slots, counted, spans, has_courses = _laid_out(sheet, SOME_MOMENT if now else None)
    at_once = BESIDE_COURSES[connection.vendor] if has_courses else TERMS_AT_ONCE
    sums = add_up(_rows(sheet, "counts", counted, at_once, _counts_of, moments))
    measured = measure(_rows(sheet, "spans", spans, at_once, _spans_of, moments))
    return _answers(len(asked), slots, sums, measured)


def _read_alone(asked: Sequence[Asked]) -> list[Answer]:
    """The same of millions of rows: each part alone, planned for its own moments."""
    if not asked:
        return []
    terms = list(_terms(asked))
    parts = ((tag, part) for tag, term in enumerate(terms) for part in parts_of(term.figure))
    sums = add_up(row for tag, part in parts for row in counts(part, tag))
    return _answers(len(asked), _slots(terms), sums, _medians(terms))


def answer_of(asked: Asked, sums: Sums, measured: Measured | None = None) -> Answer:
    """The answer of one question, from the sums and medians of its periods and groups."""
    slots = _slots(list(_terms([asked]))[:1])
    of_term = {(0, *place): two for place, two in sums.items()}
    return _answers(1, slots, of_term, {(0, *at): one for at, one in (measured or {}).items()})[0]


def sums_of(parts: Iterable[Part]) -> Sums:
    """What stands above and below the line by period and group; one statement for each part."""
    found = add_up(row for part in parts for row in part.summed(0))
    return {(period, group): two for (_tag, period, group), two in found.items()}


def _medians(terms: Sequence[Term]) -> dict[Place, Middle]:
    """Every median of many times: PostgreSQL sorts them and sends what is in the middle."""
    if connection.vendor != "postgresql":
        return measure(row for times in _spans_of(terms) for row in times)
    return {
        (tag, period, group): (count, statistics.median(map(hours, two)))
        for tag, term in enumerate(terms)
        if isinstance(term.figure, Span)
        for period, group, count, two in middles(term.figure)
    }


def _answers(
    how_many: int,
    slots: Sequence[Slot],
    sums: Mapping[Place, tuple[int, int]],
    measured: Mapping[Place, Middle],
) -> list[Answer]:
    """Every number where its question looks for it."""
    answers: list[Answer] = [Answer(Number(None, 0, None)) for _ in range(how_many)]
    for slot in slots:
        answers[slot.answer].empty = number_of(slot, 0, 0)
    for (tag, period, group), (above, below) in sums.items():
        slot = slots[tag]
        number = number_of(slot, above, below)
        answers[slot.answer].numbers[slot.first_period + period, group] = number
    for (tag, period, group), (times, median) in measured.items():
        slot = slots[tag]
        number = number_of(slot, 0, times, median)
        answers[slot.answer].numbers[slot.first_period + period, group] = number
    return answers


@lru_cache(SHEETS)
def _laid_out(sheet: Sheet, now: datetime | None) -> tuple[tuple[Slot, ...], int, int, bool]:
    """Where each term's numbers go; how many parts are counted, how many terms measured.

    And whether courses of many rows are among them.
    """
    terms = sheet.terms(now)
    asked = ((key, replace(one, asked_at=now)) for key, one in sheet.asked)
    has_courses = any(_is_course_of_many(key, one) for key, one in asked)
    return _slots(terms), len(_counts_of(terms)), len(_spans_of(terms)), has_courses


def _slots(terms: Sequence[Term]) -> tuple[Slot, ...]:
    return tuple(
        Slot(one.answer, one.first_period, type(one.figure), getattr(one.figure, "times", 1))
        for one in terms
    )


def _terms(asked: Sequence[Asked]) -> Iterator[Term]:
    for answer, (key, question) in enumerate(asked):
        kpi = kpi_of(key)
        if kpi.alone or _is_course_of_many(key, question):
            for period, alone in enumerate(question.one_by_one()):
                yield Term(answer, period, kpi.read(alone))
        else:
            yield Term(answer, 0, kpi.read(question))


def _is_course_of_many(key: str, question: Question) -> bool:
    """Whether each period is better read by itself, along an index from its begin to its end.

    To tell a row's period from its moment costs more than to read the row, and so does sorting the
    customers of all periods to tell those who come twice in one.
    """
    kpi, is_course = kpi_of(key), question.by is None and len(question.periods) > 1
    together = not kpi.alone and is_course and not question.is_long
    return together and _counts_many(kpi.read(question))


def _counts_of(terms: Sequence[Term]) -> list[Counts]:
    """Numerator and denominator of every rate and count, by period and group."""
    return [part.summed(tag) for tag, term in enumerate(terms) for part in parts_of(term.figure)]


def _spans_of(terms: Sequence[Term]) -> list[Counts]:
    """The times of which every median is one, by period and group."""
    return [
        took_by(term.figure)
        .annotate(tag=Value(tag))
        .values("tag", "in_period", "counted_for", "took")
        for tag, term in enumerate(terms)
        if isinstance(term.figure, Span)
    ]


def took_by(span: Span) -> QuerySet[Any]:
    """The rows of a median, each with the time it `took`: none where it has no end in time."""
    took = ExpressionWrapper(F(span.until) - F(span.begin), output_field=DurationField())
    asked_of = span.rows if span.asked_of is None else span.asked_of
    rows: QuerySet[Any] = asked_of.order_by().annotate(took=took)
    return rows


def _rows(
    sheet: Sheet,
    kind: str,
    count: int,
    at_once: int,
    parts_of: Callable[[Sequence[Term]], list[Counts]],
    moments: Mapping[str, datetime],
) -> Iterator[dict[str, Any]]:
    """The rows of all parts, so many of them in one statement."""
    for start in range(0, count, at_once):

        def united(start: int = start, **at: datetime) -> Counts:
            first, *others = parts_of(sheet.terms(**at))[start : start + at_once]
            return first.union(*others, all=True) if others else first

        yield from values_of(("board", sheet, kind, start), united, **moments)


def parts_of(figure: Figure) -> tuple[Part, ...]:
    """The rows a figure counts, by table; a median counts none."""
    if isinstance(figure, Rate):
        return figure.parts
    return (Part(figure.rows),) if isinstance(figure, Tally) else ()
