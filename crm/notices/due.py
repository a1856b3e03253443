"""When a bell rings, when it may be put off, and when lateness shows. Pure.

Moments are aware datetimes; `calendar` carries the store's zone and opening hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from crm.notices import states
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar, OpeningHours

DIGEST_OVER = 5
DIGEST_AFTER = dt.timedelta(hours=4)

ATTEMPTS_AT_MOST = 5
CRASHES_AT_MOST = 3
BACK_OFF_FIRST = dt.timedelta(seconds=30)
BACK_OFF_LONGEST = dt.timedelta(hours=1)

# Outside the house (reminders.md section 2).
HELD_AFTER = dt.timedelta(hours=24)
FAILURES_IN_A_ROW = 10
PAUSE = dt.timedelta(minutes=10)

SCHEDULE_LATE_AFTER = dt.timedelta(minutes=2)
AMBER_AFTER_S = 60
RED_AFTER_S = 120
LATE_AFTER = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Ring:
    """One bell of an occasion: which step, when the rule puts it, and when it may ring."""

    step: str
    at: dt.datetime


def lead_rings(
    due_at: dt.datetime, *, untimed: bool, numbers: Numbers, calendar: Calendar
) -> list[Ring]:
    """The bells ahead of a planned contact (RM-01, RM-03, N-11).

    The day before at the store's local time, and so many minutes before; something that has
    only a day gets no bell by the minute.
    """
    eve = calendar.local_day(due_at) - dt.timedelta(days=1)
    at = dt.datetime.combine(eve, numbers.day_before_time(), tzinfo=calendar.zone)
    rings = [Ring(states.DAY_BEFORE, at.astimezone(dt.UTC))]
    if not untimed:
        before = due_at - dt.timedelta(minutes=numbers.remind_minutes_before)
        rings.append(Ring(states.BEFORE, before))
    return rings


def ladder_rings(due_at: dt.datetime, *, numbers: Numbers) -> list[Ring]:
    """The bells after the due moment: the owner again, the supervisor, the manager (N-12)."""
    return [
        Ring(states.LATE_OWNER, due_at + dt.timedelta(hours=numbers.overdue_owner_hours)),
        Ring(states.LATE_SUPERVISOR, due_at + dt.timedelta(hours=numbers.overdue_supervisor_hours)),
        Ring(states.LATE_MANAGER, due_at + dt.timedelta(hours=numbers.overdue_manager_hours)),
    ]


def into_opening_hours(
    at: dt.datetime, calendar: Calendar, *, critical: bool, due_at: dt.datetime | None = None
) -> dt.datetime:
    """The moment itself while the store is open, else its next opening (RM-04).

    What is critical rings at once, and a bell ahead of `due_at` never moves behind it.
    """
    if critical:
        return at
    opening = calendar.next_opening(at)
    if due_at is not None and at <= due_at:
        return max(at, min(opening, due_at))
    return opening


def rings_to_write(
    rings: list[Ring],
    *,
    due_at: dt.datetime,
    calendar: Calendar,
    critical: bool,
    now: dt.datetime,
) -> list[Ring]:
    """Bells with their final moment; one whose moment has passed when armed is not written."""
    return [
        Ring(ring.step, into_opening_hours(ring.at, calendar, critical=critical, due_at=due_at))
        for ring in rings
        if ring.at > now
    ]


def folds(*, told_in_sweep: int, late_by: dt.timedelta) -> bool:
    """Whether one more line goes into the person's digest instead of standing alone.

    More than five in one sweep, or more than four hours late, is a standstill being caught up.
    """
    return told_in_sweep > DIGEST_OVER or late_by > DIGEST_AFTER


def after_quiet(
    moment: dt.datetime, quiet: tuple[dt.time, dt.time] | None, zone: dt.tzinfo
) -> dt.datetime:
    """The moment itself, or the end of the quiet hours it falls into (N-27).

    Quiet hours are local to `zone` and may run over midnight; None or equal times mean none.
    """
    if quiet is None:
        return moment
    hours = OpeningHours(quiet_from=quiet[0], quiet_until=quiet[1])
    return Calendar(zone=zone, hours=hours).after_quiet_hours(moment)


def back_off(attempts: int, *, jitter: float) -> dt.timedelta:
    """How long to wait after the `attempts`-th failure; `jitter` is between 0.8 and 1.2."""
    doubled = BACK_OFF_FIRST * (1 << min(max(attempts - 1, 0), 10))
    return min(doubled, BACK_OFF_LONGEST) * jitter


def level(seen_s: float | None) -> str:
    """The banner: `ok`, `amber` (reminders are late) or `red` (the worker is not running).

    `seen_s` is the age of the last heartbeat in seconds, None when there never was one.
    """
    if seen_s is None or seen_s > RED_AFTER_S:
        return "red"
    return "amber" if seen_s > AMBER_AFTER_S else "ok"


def snooze_limit(due_at: dt.datetime | None, calendar: Calendar) -> dt.datetime | None:
    """Until when a bell may be put off: the end of the due day (N-13); None without a due time."""
    if due_at is None:
        return None
    day = calendar.local_day(due_at) + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time.min, tzinfo=calendar.zone)


def snooze_until(
    now: dt.datetime, minutes: int, *, due_at: dt.datetime | None, calendar: Calendar
) -> dt.datetime | None:
    """When a bell put off for `minutes` comes back; None when no time is left to put it off."""
    until = now + dt.timedelta(minutes=minutes)
    limit = snooze_limit(due_at, calendar)
    if limit is None or until <= limit:
        return until
    return limit if limit > now else None


def shortest_retry(longest_s: float, queue_limit: int, workers: int, bulk: int) -> float:
    """Seconds after which an unfinished task may be taken for lost, at the earliest.

    A task waits in memory behind what its cluster holds already, and its lock runs meanwhile
    (measured: without this rule 8 of 24 tasks started twice).
    """
    return longest_s * (queue_limit + workers + bulk) / workers
