"""Figures of kept days and weeks, each of which stands for itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from crm.records.kpis import Belongs, By, Question
from crm.records.periods import ONE_DAY, Period
from crm.reports.board.counting import added
from crm.reports.board.keeping import A_WEEK, SPAN_DAYS, Touched
from crm.reports.board.live import Sums, answer_of, read_live
from crm.reports.board.numbers import Answer
from crm.reports.models import KeptSum

# So many days that are not kept are read beside the others.
MOST_LIVE_DAYS = 62
GROUPED = Belongs("group", "", "")


def are_of_spans(key: str, question: Question) -> bool:
    """Whether its periods are made of kept days, or are the kept weeks."""
    if key not in SPAN_DAYS:
        return False
    if SPAN_DAYS[key] == 1:
        return question.by in (None, By.PERSON)
    return question.by is None and all(period.days <= A_WEEK for period in question.periods)


def of_spans(key: str, question: Question, changed: Touched) -> Answer | None:
    """A figure of kept days or weeks, and of the others from the rows; None of too many others."""
    rows = KeptSum.objects.filter(key=key, by=question.by or "")
    kept = _kept_firsts(key, question) - changed.firsts(key)
    others = [
        (number, alone)
        for number, period in enumerate(question.periods)
        for alone in _without(period, kept, SPAN_DAYS[key])
    ]
    if sum(period.days for _number, period in others) > MOST_LIVE_DAYS:
        return None
    found: list[Sums] = [_summed(question.on_days(rows.filter(first__in=kept), "first", GROUPED))]
    if others:
        alone = replace(question, periods=tuple(period for _number, period in others))
        live = read_live([(key, alone)])[0].numbers
        for (place, group), number in live.items():
            two = (number.numerator or 0, number.denominator)
            found.append({(others[place][0], group): two})
    return answer_of((key, question), added(found))


def _kept_firsts(key: str, question: Question) -> set[date]:
    """The first days of the kept spans that lie whole in a period of the question."""
    first, last = question.periods[0].first, question.periods[-1].last
    rows = KeptSum.objects.filter(key=key, by="", first__range=(first, last))
    found, days = set(rows.values_list("first", flat=True)), SPAN_DAYS[key]
    if days == 1:
        return found
    return found & {period.first for period in question.periods if period.days == days}


def _without(period: Period, kept: set[date], days: int) -> Iterator[Period]:
    """What of a period is not kept: runs of its days; a week is kept whole or not at all."""
    if days > 1:
        if period.first not in kept:
            yield period
        return
    begin = period.first
    for number in range(period.days + 1):
        day = period.first + number * ONE_DAY
        if day in kept or day > period.last:
            if begin < day:
                yield Period(begin, day - ONE_DAY, period.zone)
            begin = day + ONE_DAY


def _summed(rows: QuerySet[Any]) -> Sums:
    sums = rows.order_by().values("in_period", "counted_for")
    found = sums.annotate(above_all=Sum("above"), below_all=Sum("below"))
    return {
        (row["in_period"], row["counted_for"]): (row["above_all"], row["below_all"])
        for row in found
    }
