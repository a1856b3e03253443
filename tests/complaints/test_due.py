"""When a silent department is asked again, over an evening and a weekend (HP-06, HP-10, N-39)."""

from __future__ import annotations

import datetime as dt

import pytest

from complaints import due
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar, OpeningHours, Slot
from tests.people import SHANGHAI, local

WEEK = tuple((Slot(dt.time(9), dt.time(18)),) if day < 6 else () for day in range(7))
CALENDAR = Calendar(zone=SHANGHAI, hours=OpeningHours(week=WEEK))


def steps(bells: list[due.Bell]) -> dict[str, str]:
    return {bell.step: bell.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for bell in bells}


@pytest.mark.parametrize(
    ("asked", "first", "remind", "head", "manager"),
    [
        ("2026-03-12 10:00", "03-12 10:30", "03-12 14:00", "03-12 18:00", "03-13 17:00"),
        ("2026-03-12 17:00", "03-12 17:30", "03-13 12:00", "03-13 16:00", "03-14 15:00"),
        (
            "2026-03-14 17:00",
            "03-16 09:30",
            "03-16 12:00",
            "03-16 16:00",
            "03-17 15:00",
        ),  # Sunday is shut
        ("2026-03-15 12:00", "03-16 09:30", "03-16 13:00", "03-16 17:00", "03-17 16:00"),
    ],
)
def test_a_task_nobody_accepts(
    asked: str, first: str, remind: str, head: str, manager: str
) -> None:
    bells = due.bells_until_accepted(local(asked), numbers=Numbers(), calendar=CALENDAR)
    rung = {"first": first, "remind": remind, "head": head, "manager": manager}
    assert steps(bells) == rung


def test_a_task_of_which_nothing_is_heard() -> None:
    bells = due.bells_until_reported(
        local("2026-03-12 10:00"), numbers=Numbers(), calendar=CALENDAR
    )
    assert steps(bells) == {"remind": "03-17 00:00", "head": "03-18 00:00"}


def test_a_task_is_due_by_the_answer_promised_else_in_three_working_days() -> None:
    asked, promised = local("2026-03-12 10:00"), local("2026-03-13 16:00")
    rules = {"numbers": Numbers(), "calendar": CALENDAR}
    assert due.usual_due(asked, promised, **rules) == promised
    assert due.usual_due(asked, None, **rules) == local("2026-03-17 23:59:59")
    assert due.usual_due(asked, asked - dt.timedelta(days=1), **rules) == local(
        "2026-03-17 23:59:59"
    )
    assert due.usual_due(asked, None, kind="help", **rules) == local("2026-03-16 23:59:59")
