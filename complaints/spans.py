"""Stretches of working time: those of a day, what of them is left outside others. Pure.

Moments are aware datetimes, answers are UTC; `calendar` carries the store's zone and hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from crm.workdays import ONE_DAY, Calendar

A_MICROSECOND = dt.timedelta(microseconds=1)
NOTHING = dt.timedelta()
# Begin and end.
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Stand:
    """A stretch in which the clocks stood still, its end not included."""

    begin: dt.datetime
    end: dt.datetime


def within(part: Iterable[Span], share: Fraction, whole: Iterable[Span]) -> dt.datetime:
    """The moment of `part` by which this share of the whole has passed; `part` is longer."""
    left = int(share * (length(whole) // A_MICROSECOND)) * A_MICROSECOND
    for begin, end in part:
        if begin + left <= end:
            return begin + left
        left -= end - begin
    raise AssertionError("part is longer")


def worked_on(day: dt.date, calendar: Calendar) -> list[Span]:
    """The working time of a day; all of it where the region works and the store is shut."""
    slots = calendar.working_slots(day)
    if not slots:
        return [(midnight(day, calendar), midnight(day + ONE_DAY, calendar))]
    return [(at(day, slot.opens, calendar), at(day, slot.closes, calendar)) for slot in slots]


def share(part: Iterable[Span], whole: Iterable[Span]) -> Fraction:
    """Which part of the whole these stretches are."""
    return Fraction(length(part) // A_MICROSECOND, length(whole) // A_MICROSECOND)


def length(spans: Iterable[Span]) -> dt.timedelta:
    """How long they are together."""
    return sum((end - begin for begin, end in spans), NOTHING)


def midnight(day: dt.date, calendar: Calendar) -> dt.datetime:
    """The first moment of a day in the store's zone."""
    return at(day, dt.time.min, calendar)


def at(day: dt.date, time: dt.time, calendar: Calendar) -> dt.datetime:
    """A time of a day in the store's zone."""
    return dt.datetime.combine(day, time, tzinfo=calendar.zone).astimezone(dt.UTC)


def less(spans: Iterable[Span], stands: Sequence[Stand]) -> Iterator[Span]:
    """What of these stretches is left outside the stands, in order."""
    ordered = sorted(stands, key=lambda stand: stand.begin)
    for opens, closes in spans:
        begin = opens
        for stand in ordered:
            if begin < stand.begin < closes:
                yield begin, stand.begin
            if stand.begin < closes and stand.end > begin:
                begin = max(begin, stand.end)
        if begin < closes:
            yield begin, closes
