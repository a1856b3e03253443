"""The clocks of a complaint: what is due when, in the store's working time (CP-31). Pure.

Moments are aware datetimes, answers are UTC; `calendar` carries the store's zone, working days and
opening hours. Working time is the store's opening hours on days the region works, make-up days
included. A limit in days ends with the last of them: "within two working days" is until midnight
of the second one after the day it began. What stood still is added to it in working time, so that
no pause costs more than it lasted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from complaints import spans
from complaints.spans import Span, Stand
from crm.rulebook.numbers import Numbers
from crm.workdays import ONE_DAY, Calendar

ACKNOWLEDGE, REPLY, VISIT, SOLUTION, RESOLUTION, FOLLOW_UP = KINDS = (
    *("acknowledge", "reply", "visit"),
    *("solution", "resolution", "follow_up"),
)
NORMAL, HIGH, CRITICAL = SEVERITIES = ("normal", "high", "critical")
# Minutes of working time, minutes in which the store is open on any day, whole working days.
WORKING, OPENING, DAYS = UNITS = ("working", "opening", "days")

# N-31 defines a figure, so it is no number of the rulebook (docs/kpis.md).
VISIT_WORKING_DAYS = 2
# Taking note of it is ours alone: it never waits for the customer.
NEVER_PAUSED = (ACKNOWLEDGE,)
A_SECOND = dt.timedelta(seconds=1)
NOTHING = dt.timedelta()

# How a clock stands.
MET, MET_LATE, PAUSED, LATE, SOON, RUNNING, VOID = (
    *("met", "met_late", "paused"),
    *("late", "soon", "running", "void"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take."""

    amount: int
    unit: str = DAYS


@dataclass(frozen=True, slots=True)
class Course:
    """A running clock: when it is due, when a warning rings, when the manager is told."""

    due_at: dt.datetime
    warn_at: dt.datetime
    manager_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """How severe a complaint was judged at a moment, and before; empty where nobody knows."""

    at: dt.datetime
    severity: str
    before: str = ""


def since_when(begun: dt.datetime, judged: Sequence[Judged]) -> dict[str, dt.datetime]:
    """Since when a complaint has been at least so severe without a break, from `begun` at most.

    `judged` in order of time; a severity above what it is now is missing. Where nobody knows what
    it was when the clock began it counts as the worst: nothing is due later by not knowing.
    """
    later = [one for one in judged if one.at > begun]
    first = [one.severity for one in judged if one.at <= begun] or [
        one.before for one in later[:1] if one.before
    ]
    level = SEVERITIES.index(first[-1] if first else CRITICAL)
    since = dict.fromkeys(SEVERITIES[: level + 1], begun)
    for one in later:
        level = SEVERITIES.index(one.severity)
        since = {name: since.get(name, one.at) for name in SEVERITIES[: level + 1]}
    return since


def limits(severity: str, numbers: Numbers) -> dict[str, Limit]:
    """What each clock of a complaint of this severity allows (N-23, N-31 to N-34)."""
    reply = Limit(numbers.complaint_reply_working_days)
    follow_up = Limit(numbers.complaint_follow_up_working_days)
    acknowledge = Limit(numbers.complaint_acknowledge_minutes, WORKING)
    solution = Limit(numbers.complaint_solution_working_days)
    resolution = Limit(numbers.complaint_resolution_working_days)
    if severity == HIGH:
        solution = Limit(numbers.complaint_solution_working_days_high)
        resolution = Limit(numbers.complaint_resolution_working_days_high)
    elif severity == CRITICAL:
        acknowledge = Limit(numbers.complaint_acknowledge_minutes_critical, OPENING)
        solution = Limit(numbers.complaint_solution_minutes_critical, OPENING)
        resolution = Limit(numbers.complaint_resolution_working_days_critical)
    return {
        ACKNOWLEDGE: acknowledge,
        REPLY: reply,
        VISIT: Limit(VISIT_WORKING_DAYS),
        SOLUTION: solution,
        RESOLUTION: resolution,
        FOLLOW_UP: follow_up,
    }


def due_at(
    started_at: dt.datetime, limit: Limit, calendar: Calendar, stands: Sequence[Stand] = ()
) -> dt.datetime:
    """When a clock runs out: the last moment in time.

    Minutes run in working time outside `stands`. Of a working day counts the part in which the
    clock ran: where parts are missing it runs out within a later day, once they have run there.
    """
    if limit.unit == DAYS:
        return _end_of_days(started_at, Fraction(limit.amount), calendar, stands)
    return _after(started_at, dt.timedelta(minutes=limit.amount), limit.unit, calendar, stands)


def course(
    started_at: dt.datetime,
    limit: Limit,
    calendar: Calendar,
    numbers: Numbers,
    stands: Sequence[Stand] = (),
) -> Course:
    """When it is due, and who hears of it before and after.

    A limit in minutes warns when a share of it is left, one in days as its last day opens. The
    manager follows so many minutes of the same kind of time after the due moment.
    """
    due = due_at(started_at, limit, calendar, stands)
    manager = dt.timedelta(minutes=numbers.complaint_manager_minutes)
    unit = WORKING if limit.unit == DAYS else limit.unit
    if limit.unit == DAYS:
        midnight = dt.datetime.combine(calendar.local_day(due), dt.time.min, tzinfo=calendar.zone)
        opens = next(calendar.working_spans(midnight), (midnight, midnight))[0]
        warn = min(opens.astimezone(dt.UTC), due)
    else:
        spent = dt.timedelta(minutes=limit.amount) * (100 - numbers.complaint_warn_percent) / 100
        warn = _after(started_at, spent, unit, calendar, stands)
    return Course(due, warn, _after(due, manager, unit, calendar))


def worked(
    begin: dt.datetime,
    end: dt.datetime,
    calendar: Calendar,
    stands: Sequence[Stand] = (),
    unit: str = WORKING,
) -> dt.timedelta:
    """How much working time lies between two moments, less what the clock stood still."""
    total = NOTHING
    for first, last in _running(begin, unit, calendar, stands):
        if first >= end:
            break
        total += min(last, end) - first
    return total


def pause_limit(
    began_at: dt.datetime, earlier: Iterable[Stand], *, numbers: Numbers, calendar: Calendar
) -> dt.datetime | None:
    """Until when it may wait for the customer; None where all its days of waiting are spent.

    The limit is one of working days over all pauses of a ticket together, parts of days counted as
    such.
    """
    spent = sum((_days_stood(stand, calendar) for stand in earlier), Fraction())
    left = numbers.complaint_pause_working_days - spent
    return _end_of_days(began_at, left, calendar) if left > 0 else None


def status(
    now: dt.datetime,
    *,
    due: dt.datetime,
    warn: dt.datetime,
    met: dt.datetime | None = None,
    paused: bool = False,
    void: bool = False,
) -> str:
    """How a clock stands; what was met late stays late."""
    if met is not None:
        return MET if met <= due else MET_LATE
    if void or paused:
        return VOID if void else PAUSED
    if now > due:
        return LATE
    return SOON if now >= warn else RUNNING


def _end_of_days(
    started_at: dt.datetime, count: Fraction, calendar: Calendar, stands: Sequence[Stand] = ()
) -> dt.datetime:
    """The end of the last of so many working days; the moment within it where but a part is left.

    The day it began does not count.
    """
    day, left = calendar.local_day(started_at), count
    while left > 0:
        day = calendar.add_working_days(day, 1)
        whole = spans.worked_on(day, calendar)
        ran = list(spans.less(whole, stands))
        share = spans.share(ran, whole)
        if share > left:
            return spans.within(ran, left, whole)
        left -= share
    return spans.midnight(day + ONE_DAY, calendar) - A_SECOND


def _days_stood(stand: Stand, calendar: Calendar) -> Fraction:
    """How many working days, and which part of one, a pause took out of the count."""
    first, last = calendar.local_day(stand.begin), calendar.local_day(stand.end)
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    worked = [spans.worked_on(day, calendar) for day in days if calendar.is_working_day(day)]
    ran = (spans.share(spans.less(whole, (stand,)), whole) for whole in worked)
    return sum((1 - share for share in ran), Fraction())


def _after(
    moment: dt.datetime,
    amount: dt.timedelta,
    unit: str,
    calendar: Calendar,
    stands: Sequence[Stand] = (),
) -> dt.datetime:
    """The moment by which so much time has run; a store that never works runs round the clock."""
    left = amount
    for begin, end in _running(moment, unit, calendar, stands):
        if begin + left <= end:
            return begin + left
        left -= end - begin
    return moment.astimezone(dt.UTC) + amount


def _running(
    moment: dt.datetime, unit: str, calendar: Calendar, stands: Sequence[Stand]
) -> Iterator[Span]:
    """The stretches after a moment in which the clock runs, in order."""
    return spans.less(calendar.working_spans(moment, every_day=unit == OPENING), stands)
