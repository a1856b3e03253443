"""When the managers' reports close, and which of them are missing (RP-07 to RP-09). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from crm.records.periods import ONE_DAY, Period, first_of_month, so_far, week_of

WEEK, MONTH, YEAR = "week", "month", "year"
KINDS = (WEEK, MONTH, YEAR)
# After a long stop so many periods are still caught up, the latest ones.
AT_MOST = {WEEK: 8, MONTH: 3, YEAR: 1}
# A report taken this long after its hour says so.
LATE_AFTER = dt.timedelta(hours=1)


def period_of(kind: str, day: dt.date, zone: dt.tzinfo) -> Period:
    """The week, month or year that holds a day."""
    if kind == WEEK:
        return week_of(day, zone)
    first = day.replace(day=1) if kind == MONTH else dt.date(day.year, 1, 1)
    return Period(first, first_of_month(first, months=1 if kind == MONTH else 12) - ONE_DAY, zone)


def before(kind: str, period: Period) -> Period:
    """The week, month or year before."""
    return period_of(kind, period.first - ONE_DAY, period.zone)


def closes_at(period: Period, at: dt.time) -> dt.datetime:
    """The moment a period's report is taken: that time of the day after it, local."""
    return dt.datetime.combine(period.last + ONE_DAY, at, tzinfo=period.zone)


def to_close(
    kind: str, closed: Collection[dt.date], *, now: dt.datetime, at: dt.time, zone: dt.tzinfo
) -> list[Period]:
    """The periods whose report is due and missing, oldest first.

    `closed` are the first days of those reported; one missing between them is asked for again.
    Without any, only the last period is: nobody waits for reports of a time before the house
    was opened.
    """
    period = before(kind, period_of(kind, now.astimezone(zone).date(), zone))
    if closes_at(period, at) > now:
        period = before(kind, period)
    missing: list[Period] = []
    begun = min(closed, default=period.first)
    for _back in range(AT_MOST[kind]):
        if period.first >= begun and period.first not in closed:
            missing.append(period)
        period = before(kind, period)
    return missing[::-1]


def is_late(due_at: dt.datetime, taken_at: dt.datetime) -> bool:
    """Whether a report was taken so much later than its hour that it says so."""
    return taken_at - due_at >= LATE_AFTER


def told_on(weekday: int, at: dt.time, *, now: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The last local date of that weekday (Monday is 0) whose hour has come."""
    local = now.astimezone(zone)
    day = local.date() - dt.timedelta(days=(local.weekday() - weekday) % 7)
    return day if dt.datetime.combine(day, at, tzinfo=zone) <= now else day - dt.timedelta(days=7)


def over_by(kind: str, day: dt.date, zone: dt.tzinfo) -> Period:
    """What a saved view of a running period shows on a date: of it only days that are over."""
    if kind == WEEK:
        return week_of(day - dt.timedelta(days=7), zone)
    return so_far(kind, day - ONE_DAY, zone)
