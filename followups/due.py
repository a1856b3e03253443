"""When a customer is to be contacted next, and what is late. Pure.

Moments are aware datetimes; days and times of day are those of the store's zone, which
`calendar` carries. Without a level the cycle of C counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar

ONE_DAY = dt.timedelta(days=1)
# An untimed contact is due at the last second of its day, and exported so.
LAST_SECOND = dt.time(23, 59, 59)


def due_at(day: dt.date, at: dt.time | None, zone: dt.tzinfo) -> dt.datetime:
    """The UTC moment a contact of that local day is due; without a time the end of the day."""
    return dt.datetime.combine(day, at or LAST_SECOND, tzinfo=zone).astimezone(dt.UTC)


def latest_day(level: str, after: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.date:
    """The last local day the level's cycle allows after a contact (LC-02)."""
    return calendar.local_day(after) + numbers.cycle_days(level) * ONE_DAY


def next_day(level: str, after: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.date:
    """The day suggested for the next contact: the last open one within the level's cycle.

    A store that is shut all that time leaves the cycle's last day.
    """
    latest = latest_day(level, after, numbers=numbers, calendar=calendar)
    first = calendar.local_day(after) + ONE_DAY
    day = latest
    while day >= first:
        if calendar.hours.slots(day):
            return day
        day -= ONE_DAY
    return latest


def next_try_day(
    level: str, after: dt.datetime, *, numbers: Numbers, calendar: Calendar
) -> dt.date:
    """The day suggested after an unanswered try: the next open one, never beyond the cycle."""
    latest = latest_day(level, after, numbers=numbers, calendar=calendar)
    day = calendar.local_day(after) + ONE_DAY
    while day < latest and not calendar.hours.slots(day):
        day += ONE_DAY
    return min(day, latest)


def same_time(like: dt.datetime | None, *, numbers: Numbers, zone: dt.tzinfo) -> dt.time | None:
    """The time of day of an earlier appointment, moved into calling hours; None stays untimed."""
    if like is None:
        return None
    at = like.astimezone(zone).time().replace(second=0, microsecond=0)
    earliest, latest = calling_hours(numbers)
    return min(max(at, earliest), latest)


def calling_hours(numbers: Numbers) -> tuple[dt.time, dt.time]:
    """From when until when customers are called, local time (N-27)."""
    return dt.time.fromisoformat(numbers.calling_from), dt.time.fromisoformat(numbers.calling_to)


def in_calling_hours(moment: dt.datetime, *, numbers: Numbers, zone: dt.tzinfo) -> bool:
    """Whether a customer may be called at that moment; both ends are included."""
    earliest, latest = calling_hours(numbers)
    return earliest <= moment.astimezone(zone).time() <= latest


def is_overdue(due: dt.datetime, now: dt.datetime) -> bool:
    """Whether an open contact is past its moment: from then its ladder runs."""
    return due < now


def within_cycle(
    level: str,
    due: dt.datetime,
    *,
    after: dt.datetime,
    numbers: Numbers,
    calendar: Calendar,
) -> bool:
    """Whether a contact due then comes no later than the cycle after `after` allows (LC-02)."""
    latest = latest_day(level, after, numbers=numbers, calendar=calendar)
    return calendar.local_day(due) <= latest


def gaps(start: dt.datetime, dues: Iterable[dt.datetime], zone: dt.tzinfo) -> list[int]:
    """Days from `start` to the first due moment and from each to the next, by local date."""
    days = [start.astimezone(zone).date()]
    days += sorted(due.astimezone(zone).date() for due in dues)
    return [(later - earlier).days for earlier, later in pairwise(days)]


def is_entered_late(occurred_at: dt.datetime, now: dt.datetime, *, numbers: Numbers) -> bool:
    """Whether a contact reaches the log later than the limit after it happened (CL-12, N-16)."""
    return now - occurred_at > dt.timedelta(hours=numbers.late_entry_hours)


def needs_supervisor_to_enter(
    occurred_at: dt.datetime, now: dt.datetime, *, numbers: Numbers
) -> bool:
    """Whether a contact lies so far back that only a supervisor may enter it (CL-12, N-16)."""
    return now - occurred_at > dt.timedelta(days=numbers.back_dating_days)


def may_undo(decided_at: dt.datetime, now: dt.datetime, *, numbers: Numbers) -> bool:
    """Whether a decision can still be taken back."""
    return now - decided_at <= dt.timedelta(seconds=numbers.undo_seconds)


def decision_limit(
    submitted_at: dt.datetime, *, numbers: Numbers, calendar: Calendar
) -> dt.datetime:
    """The first moment at which an undecided plan is over its limit (N-15)."""
    return calendar.nth_working_day_end(submitted_at, numbers.approval_limit_working_days)


def decision_escalates(
    submitted_at: dt.datetime, *, numbers: Numbers, calendar: Calendar
) -> dt.datetime:
    """The moment at which an undecided plan goes to the manager (N-15)."""
    return calendar.nth_working_day_end(submitted_at, numbers.approval_escalation_working_days)
