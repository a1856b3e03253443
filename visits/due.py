"""When a return visit is due, and when the tries have been enough (RV-10..16, RV-30). Pure.

Days are local dates of the store, moments aware datetimes; `calendar` carries zone, working days
and opening hours.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar

ONE_DAY = dt.timedelta(days=1)
LAST_SECOND = dt.time(23, 59, 59)
WORKING_DAYS, DAYS, MONTHS = "working_days", "days", "months"
UNITS = (WORKING_DAYS, DAYS, MONTHS)
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Wait:
    """How long after its cause a visit is due: so many working days, days or months."""

    count: int
    unit: str = WORKING_DAYS


def due_day(after: dt.date, wait: Wait, calendar: Calendar) -> dt.date:
    """The day a visit is due; one that would fall on a day off moves to the next working day."""
    if wait.unit == WORKING_DAYS:
        return calendar.add_working_days(after, wait.count)
    day = add_months(after, wait.count) if wait.unit == MONTHS else after + wait.count * ONE_DAY
    return on_working_day(day, calendar)


def on_working_day(day: dt.date, calendar: Calendar) -> dt.date:
    """The day itself, or the first working day after it."""
    return day if calendar.is_working_day(day) else calendar.add_working_days(day, 1)


def add_months(day: dt.date, count: int) -> dt.date:
    """The same day of a later month; the last one of a month that is too short (RV-11)."""
    index = day.year * MONTHS_A_YEAR + day.month - 1 + count
    year, month = index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1
    return dt.date(year, month, min(day.day, months.monthrange(year, month)[1]))


def at_least_every(count: int, wait: Wait) -> Wait:
    """The wait of a VIP: no longer than so many months where the rule counts in months (N-21)."""
    return Wait(min(count, wait.count), MONTHS) if wait.unit == MONTHS else wait


def regular_day(
    delivered: dt.date, last_visit: dt.date | None, wait: Wait, later: Wait, calendar: Calendar
) -> dt.date:
    """The next regular visit of an owner: counted from the last one made, else from delivery.

    `wait` holds in the first year after delivery, `later` ever after (RV-11, N-21).
    """
    start = max(delivered, last_visit) if last_visit else delivered
    in_first_year = start < add_months(delivered, MONTHS_A_YEAR)
    return due_day(start, wait if in_first_year else later, calendar)


def regular_day_from(
    since: dt.date,
    delivered: dt.date,
    last_visit: dt.date | None,
    wait: Wait,
    later: Wait,
    calendar: Calendar,
) -> dt.date:
    """The first regular visit from a rule's first day on: who bought long before joins in.

    They keep the rhythm of their own delivery, so that a new rule does not ask everybody at once.
    """
    day = regular_day(delivered, last_visit, wait, later, calendar)
    while day < since:
        day = regular_day(delivered, day, wait, later, calendar)
    return day


def not_before_today(day: dt.date, today: dt.date, calendar: Calendar) -> dt.date:
    """A visit planned late is due on the first working day from today on."""
    return day if day >= today else on_working_day(today, calendar)


def tried_enough(tries: Iterable[dt.datetime], *, numbers: Numbers, calendar: Calendar) -> bool:
    """Whether a visit may close as not reached: enough tries on enough different days (N-25).

    Only tries of the last N days count, reckoned from the latest.
    """
    days = sorted(calendar.local_day(moment) for moment in tries)
    if not days:
        return False
    window = [day for day in days if (days[-1] - day).days < numbers.visit_try_window_days]
    return len(window) >= numbers.visit_tries and len(set(window)) >= numbers.visit_try_days


def next_try(after: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.datetime:
    """When to call again after a try in vain: the next working day at the other half of the day.

    Whoever does not answer in the morning is asked in the afternoon, and the other way round;
    always within calling hours (N-27).
    """
    local = after.astimezone(calendar.zone)
    day = calendar.add_working_days(local.date(), 1)
    earliest, latest = (
        dt.time.fromisoformat(at) for at in (numbers.calling_from, numbers.calling_to)
    )
    hour = dt.time(15, 0) if local.time() < dt.time(12, 30) else dt.time(10, 0)
    at = min(max(hour, earliest), latest)
    return dt.datetime.combine(day, at, tzinfo=calendar.zone).astimezone(dt.UTC)


def may_call(at: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> bool:
    """Whether a customer may be called at this moment without having agreed it (RV-18, N-27)."""
    local = at.astimezone(calendar.zone).strftime("%H:%M")
    rests = numbers.calling_rest_from <= local < numbers.calling_rest_until
    return numbers.calling_from <= local <= numbers.calling_to and not rests


def entry_due(made_at: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.datetime:
    """Until when answers on paper are entered: the end of the working day they were given on.

    Given on a day off, of the next one; so many working days later where the rulebook says so
    (RV-29, N-26).
    """
    day = calendar.local_day(made_at)
    more = numbers.visit_entry_working_days + (not calendar.is_working_day(day))
    return end_of(calendar.add_working_days(day, more) if more else day, calendar.zone)


def end_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The last second of a local day, in UTC: an untimed visit is due then."""
    return dt.datetime.combine(day, LAST_SECOND, tzinfo=zone).astimezone(dt.UTC)


def appeal_ends(published_at: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.datetime:
    """Until when a visitor may appeal against an audit: the end of the N-th day after (SA-01)."""
    day = published_at.astimezone(calendar.zone).date() + numbers.audit_appeal_days * ONE_DAY
    return end_of(day, calendar.zone)
