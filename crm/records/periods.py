"""Periods of whole local days, over which every figure is taken (kpi.md). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

ONE_DAY = timedelta(days=1)
# Kinds of periods a reader chooses; "own" comes with its two dates.
TODAY, WEEK, MONTH, QUARTER, OWN = "today", "week", "month", "quarter", "own"
THIRTY = "30days"
THIRTY_DAYS = 30


@dataclass(frozen=True, order=True)
class Period:
    """Two local dates, both included, in the store's zone."""

    first: date
    last: date
    zone: tzinfo

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"A period must not end before it begins: {self.first}, {self.last}.")

    @property
    def begin(self) -> datetime:
        """The period's first moment."""
        return start_of(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return start_of(self.last + ONE_DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def shifted(self, days: int) -> Period:
        """The period moved by whole days; to the past when negative."""
        by = timedelta(days=days)
        return Period(self.first + by, self.last + by, self.zone)


def start_of(day: date, zone: tzinfo) -> datetime:
    """Midnight at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone)


def week_of(day: date, zone: tzinfo) -> Period:
    """The ISO week, Monday first, that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), zone)


def month_of(day: date, zone: tzinfo) -> Period:
    """The calendar month that holds a day."""
    first = day.replace(day=1)
    return Period(first, first_of_month(first, months=1) - ONE_DAY, zone)


def quarter_of(day: date, zone: tzinfo) -> Period:
    """The calendar quarter that holds a day."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return Period(first, first_of_month(first, months=3) - ONE_DAY, zone)


def first_of_month(day: date, *, months: int) -> date:
    """The first day of the month that lies `months` after the day's own."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def week_so_far(today: date, zone: tzinfo) -> Period:
    """The running week from Monday to today."""
    return Period(week_of(today, zone).first, today, zone)


def so_far(kind: str, today: date, zone: tzinfo) -> Period:
    """The running period of a kind up to today; month and quarter are those of the calendar."""
    first = {
        TODAY: today,
        WEEK: week_of(today, zone).first,
        MONTH: month_of(today, zone).first,
        THIRTY: today - timedelta(days=THIRTY_DAYS - 1),
        QUARTER: quarter_of(today, zone).first,
    }[kind]
    return Period(first, today, zone)


def before(kind: str, period: Period) -> Period:
    """What it is compared with: the whole week, month or quarter before, else what precedes it."""
    whole = {WEEK: week_of, MONTH: month_of, QUARTER: quarter_of}
    if kind in whole:
        return whole[kind](period.first - ONE_DAY, period.zone)
    return preceding(period)


def preceding(period: Period) -> Period:
    """As many whole months before a period of whole months, else as many days before."""
    after = period.last + ONE_DAY
    if period.first.day != 1 or after.day != 1:
        return period.shifted(-period.days)
    months = (after.year - period.first.year) * 12 + after.month - period.first.month
    return Period(first_of_month(period.first, months=-months), period.first - ONE_DAY, period.zone)


def last_weeks(count: int, today: date, zone: tzinfo) -> tuple[Period, ...]:
    """The last `count` ISO weeks, oldest first; the running one ends today."""
    running = week_of(today, zone)
    weeks = [running.shifted(-7 * back) for back in range(count - 1, 0, -1)]
    return (*weeks, week_so_far(today, zone))
