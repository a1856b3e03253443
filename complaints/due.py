"""When a silent department is asked again, and who is told after that (HP-06, HP-10, N-39). Pure.

Moments are aware datetimes; `calendar` carries the store's zone, working days and opening hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from complaints import clocks, states
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar

FIRST, REMIND, HEAD, MANAGER = "first", "remind", "head", "manager"
ONE_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Bell:
    """Whose bell rings when: the handlers', the department head's, the store manager's."""

    step: str
    at: dt.datetime


def bells_until_accepted(
    asked_at: dt.datetime, *, numbers: Numbers, calendar: Calendar
) -> list[Bell]:
    """A task neither accepted nor refused: asked again, then its head, then the manager (HP-10).

    Its first answer is due within working minutes, since a customer waits (N-38, HP-03); the rest
    is counted in the store's opening hours.
    """
    first = first_answer_by(asked_at, numbers=numbers, calendar=calendar)
    steps = {
        REMIND: numbers.department_answer_hours,
        HEAD: numbers.department_head_hours,
        MANAGER: numbers.department_manager_hours,
    }
    later = [
        Bell(step, calendar.add_opening_time(asked_at, dt.timedelta(hours=hours)))
        for step, hours in steps.items()
    ]
    return [Bell(FIRST, first), *later]


def first_answer_by(asked_at: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> dt.datetime:
    """Until when a department says yes or no to what it is asked about a customer (N-38)."""
    limit = clocks.Limit(numbers.department_first_minutes, clocks.WORKING)
    return clocks.due_at(asked_at, limit, calendar)


def bells_until_reported(
    heard_at: dt.datetime, *, numbers: Numbers, calendar: Calendar
) -> list[Bell]:
    """A task in progress of which nothing is heard: its handler, a working day later its head."""
    days = numbers.department_progress_working_days
    return [
        Bell(REMIND, calendar.nth_working_day_end(heard_at, days)),
        Bell(HEAD, calendar.nth_working_day_end(heard_at, days + 1)),
    ]


def bells_when_due(due_at: dt.datetime, *, numbers: Numbers, calendar: Calendar) -> list[Bell]:
    """A task that is due and not done: its handler at once, then its head, then the manager."""
    return [
        Bell(REMIND, due_at),
        Bell(
            HEAD,
            calendar.add_opening_time(due_at, dt.timedelta(hours=numbers.department_answer_hours)),
        ),
        Bell(
            MANAGER,
            calendar.add_opening_time(due_at, dt.timedelta(hours=numbers.department_manager_hours)),
        ),
    ]


def enough_tries(days: Collection[dt.date], *, numbers: Numbers) -> bool:
    """Whether a customer was tried often enough to be left, on enough different days (N-25)."""
    return len(days) >= numbers.visit_tries and len(set(days)) >= numbers.visit_try_days


def too_late_to_reopen(closed_at: dt.datetime, now: dt.datetime, *, numbers: Numbers) -> bool:
    """Whether it was closed so long ago that what comes now is another ticket (N-35)."""
    return now > closed_at + dt.timedelta(days=numbers.complaint_reopen_days)


def usual_due(
    asked_at: dt.datetime,
    promised: dt.datetime | None,
    *,
    numbers: Numbers,
    calendar: Calendar,
    kind: str = "",
) -> dt.datetime:
    """When a department's task is due unless said: by the customer's answer, else in N days.

    What it is asked for help with is answered sooner than a problem is solved (N-40).
    """
    if promised is not None and promised > asked_at:
        return promised
    is_help = kind == states.HELP
    days = numbers.help_answer_working_days if is_help else numbers.department_task_working_days
    return calendar.nth_working_day_end(asked_at, days) - ONE_SECOND


def is_overdue(due: dt.datetime | dt.date, now: dt.datetime, calendar: Calendar) -> bool:
    """Whether a moment, or a whole day of the store, has passed."""
    if isinstance(due, dt.datetime):
        return due < now
    return due < calendar.local_day(now)
