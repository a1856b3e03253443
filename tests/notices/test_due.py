"""When a bell rings: pure rules, told with plain moments."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.notices import due
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar, OpeningHours, Slot
from tests.people import local

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPEN_DAILY = Calendar(zone=SHANGHAI)
SHUT_SUNDAYS = Calendar(
    zone=SHANGHAI,
    hours=OpeningHours(week=(*((Slot(dt.time(9), dt.time(18)),),) * 6, ())),
)


def rings(due_at: dt.datetime, *, now: str = "2026-03-01 09:00", **changes: object) -> list[str]:
    """The bells of a planned contact as text, in the store's time."""
    untimed = bool(changes.get("untimed"))
    numbers = Numbers(**{k: v for k, v in changes.items() if k != "untimed"})  # type: ignore[arg-type]
    found = due.lead_rings(due_at, untimed=untimed, numbers=numbers, calendar=OPEN_DAILY)
    found += due.ladder_rings(due_at, numbers=numbers)
    kept = due.rings_to_write(
        found, due_at=due_at, calendar=OPEN_DAILY, critical=False, now=local(now)
    )
    return [f"{ring.step} {ring.at.astimezone(SHANGHAI):%m-%d %H:%M}" for ring in kept]


def test_a_timed_contact_rings_the_day_before_and_an_hour_before_and_then_up_the_ladder() -> None:
    assert rings(local("2026-03-12 15:00")) == [
        "day 03-11 08:30",
        "before 03-12 14:00",
        "owner 03-12 19:00",
        "supervisor 03-13 15:00",
        "manager 03-15 15:00",
    ]


def test_an_untimed_contact_gets_no_bell_by_the_minute() -> None:
    found = rings(local("2026-03-12 23:59"), untimed=True)
    assert [ring.split()[0] for ring in found] == ["day", "owner", "supervisor", "manager"]


def test_a_bell_whose_moment_has_passed_is_not_written() -> None:
    assert rings(local("2026-03-12 15:00"), now="2026-03-12 14:30")[0] == "owner 03-12 19:00"


def test_a_manager_may_change_the_numbers() -> None:
    found = rings(local("2026-03-12 15:00"), remind_minutes_before=30, overdue_owner_hours=1)
    assert "before 03-12 14:30" in found
    assert "owner 03-12 16:00" in found


def test_four_hours_after_midnight_is_the_next_opening() -> None:
    found = rings(local("2026-03-12 23:59"), untimed=True)
    assert "owner 03-13 08:30" in found


def test_a_bell_ahead_never_moves_behind_the_due_moment() -> None:
    at, due_at = local("2026-03-12 06:00"), local("2026-03-12 07:00")
    moved = due.into_opening_hours(at, OPEN_DAILY, critical=False, due_at=due_at)
    assert moved == due_at


def test_outside_opening_hours_it_waits_for_the_next_opening_unless_critical() -> None:
    sunday = local("2026-03-15 10:00")
    assert due.into_opening_hours(sunday, SHUT_SUNDAYS, critical=False) == local("2026-03-16 09:00")
    assert due.into_opening_hours(sunday, SHUT_SUNDAYS, critical=True) == sunday


def test_the_day_before_is_told_in_the_stores_zone_also_where_clocks_change() -> None:
    berlin = Calendar(zone=ZoneInfo("Europe/Berlin"))
    due_at = dt.datetime(2026, 3, 30, 12, 0, tzinfo=berlin.zone)
    (day, before) = due.lead_rings(due_at, untimed=False, numbers=Numbers(), calendar=berlin)
    assert day.at == dt.datetime(2026, 3, 29, 6, 30, tzinfo=dt.UTC)  # 08:30 summer time
    assert before.at == due_at - dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "due_on", "eve"),
    [
        # The night has 23 hours, then 25; China knows no change.
        ("Europe/Berlin", "2026-03-29T12:00", "2026-03-28T07:30"),
        ("Europe/Berlin", "2026-10-25T12:00", "2026-10-24T06:30"),
        ("Europe/Berlin", "2026-10-26T12:00", "2026-10-25T07:30"),
        ("Asia/Shanghai", "2026-03-29T12:00", "2026-03-28T00:30"),
    ],
)
def test_the_eve_is_half_past_eight_by_the_wall_clock(zone: str, due_on: str, eve: str) -> None:
    there = Calendar(zone=ZoneInfo(zone))
    due_at = dt.datetime.fromisoformat(due_on).replace(tzinfo=there.zone)
    (day, before) = due.lead_rings(due_at, untimed=False, numbers=Numbers(), calendar=there)
    assert day.at == dt.datetime.fromisoformat(eve).replace(tzinfo=dt.UTC)
    assert due_at.astimezone(dt.UTC) - before.at.astimezone(dt.UTC) == dt.timedelta(hours=1)


@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)), st.booleans())
def test_no_bell_rings_before_its_rule_says(naive: dt.datetime, untimed: bool) -> None:
    due_at = naive.replace(tzinfo=SHANGHAI)
    rules = due.lead_rings(due_at, untimed=untimed, numbers=Numbers(), calendar=OPEN_DAILY)
    rules += due.ladder_rings(due_at, numbers=Numbers())
    for rule in rules:
        moved = due.into_opening_hours(rule.at, OPEN_DAILY, critical=False, due_at=due_at)
        assert moved >= rule.at
        assert rule.at > due_at or moved <= due_at


@pytest.mark.parametrize(
    ("told", "late_minutes", "folds"),
    [(1, 0, False), (5, 0, False), (6, 0, True), (1, 240, False), (1, 241, True)],
)
def test_more_than_five_or_four_hours_late_is_one_digest(
    told: int, late_minutes: int, folds: bool
) -> None:
    late_by = dt.timedelta(minutes=late_minutes)
    assert due.folds(told_in_sweep=told, late_by=late_by) is folds


def test_each_failure_doubles_the_wait_up_to_an_hour() -> None:
    waits = [due.back_off(n, jitter=1).total_seconds() for n in (1, 2, 3, 4, 5, 12, 400)]
    assert waits == [30, 60, 120, 240, 480, 3600, 3600]


@pytest.mark.parametrize(
    ("seen_s", "level"),
    [(0, "ok"), (60, "ok"), (61, "amber"), (120, "amber"), (121, "red"), (None, "red")],
)
def test_the_banner_turns_amber_after_a_minute_and_red_after_two(
    seen_s: float | None, level: str
) -> None:
    assert due.level(seen_s) == level


def test_a_bell_can_be_put_off_until_the_end_of_the_due_day_at_most() -> None:
    now, due_at = local("2026-03-12 22:00"), local("2026-03-12 15:00")
    until = due.snooze_until(now, 30, due_at=due_at, calendar=OPEN_DAILY)
    assert until == local("2026-03-12 22:30")
    capped = due.snooze_until(now, 240, due_at=due_at, calendar=OPEN_DAILY)
    assert capped == local("2026-03-13 00:00")
    next_day = local("2026-03-13 00:30")
    assert due.snooze_until(next_day, 30, due_at=due_at, calendar=OPEN_DAILY) is None
