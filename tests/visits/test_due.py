"""When a visit is due: working days, months, tries; all pure."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from tests.people import SHANGHAI, local
from visits import due
from visits.due import DAYS, MONTHS, WORKING_DAYS, Wait

# Spring Festival 2026: 15 to 23 February are off, Saturdays 14 and 28 are worked.
SPRING = Calendar(
    zone=SHANGHAI,
    holidays=frozenset(dt.date(2026, 2, day) for day in range(15, 24)),
    make_up_days=frozenset({dt.date(2026, 2, 14), dt.date(2026, 2, 28)}),
    published=frozenset({2026}),
)
NUMBERS = Numbers()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("after", "wait", "expected"),
    [
        ("2026-03-05", Wait(3, WORKING_DAYS), "2026-03-10"),  # Thursday: Fri, Mon, Tue
        ("2026-02-12", Wait(3, WORKING_DAYS), "2026-02-24"),  # over the festival, make-up Saturday
        ("2026-02-27", Wait(1, WORKING_DAYS), "2026-02-28"),  # a make-up Saturday counts
        ("2026-03-05", Wait(7, DAYS), "2026-03-12"),
        ("2026-03-05", Wait(30, DAYS), "2026-04-06"),  # 4 April is a Saturday here
        ("2026-02-10", Wait(7, DAYS), "2026-02-24"),  # the 17th lies in the festival
        ("2026-11-30", Wait(3, MONTHS), "2027-03-01"),  # 28 February 2027 is a Sunday
        ("2026-08-31", Wait(6, MONTHS), "2027-03-01"),
        ("2024-02-29", Wait(12, MONTHS), "2025-02-28"),
    ],
)
def test_a_visit_is_due_on_a_working_day(after, wait, expected):
    assert due.due_day(day(after), wait, SPRING) == day(expected)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 60))
def test_months_keep_the_day_or_take_the_months_last_one(start, count):
    later = due.add_months(start, count)
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == count
    assert later.day == start.day or (later + due.ONE_DAY).day == 1


def test_regular_visits_count_from_the_last_one_and_slow_down_after_a_year():
    wait, later = Wait(3, MONTHS), Wait(6, MONTHS)
    bought = day("2025-01-10")
    assert due.regular_day(bought, None, wait, later, SPRING) == day("2025-04-10")
    assert due.regular_day(bought, day("2025-05-06"), wait, later, SPRING) == day("2025-08-06")
    assert due.regular_day(bought, day("2026-02-03"), wait, later, SPRING) == day("2026-08-03")


def test_who_bought_long_before_a_rule_joins_in_their_own_rhythm():
    wait, later = Wait(3, MONTHS), Wait(6, MONTHS)
    bought, since = day("2023-02-10"), day("2026-03-02")
    assert due.regular_day_from(since, bought, None, wait, later, SPRING) == day("2026-08-12")
    lately = day("2026-01-05")
    assert due.regular_day_from(since, lately, None, wait, later, SPRING) == day("2026-04-06")
    recent = day("2025-12-15")
    assert due.regular_day_from(since, bought, recent, wait, later, SPRING) == day("2026-06-15")


def test_a_visit_planned_late_is_due_on_the_next_working_day():
    assert due.not_before_today(day("2026-03-01"), day("2026-03-07"), SPRING) == day("2026-03-09")
    assert due.not_before_today(day("2026-03-12"), day("2026-03-07"), SPRING) == day("2026-03-12")


@pytest.mark.parametrize(
    ("tries", "enough"),
    [
        ([], False),
        (["2026-03-09 10:00", "2026-03-10 15:00", "2026-03-11 10:00"], True),
        (["2026-03-09 10:00", "2026-03-09 15:00", "2026-03-10 10:00"], False),  # two days only
        (["2026-03-02 10:00", "2026-03-10 15:00", "2026-03-11 10:00"], False),  # too long ago
        (["2026-03-11 23:30", "2026-03-12 00:30", "2026-03-13 09:00"], True),  # local days
    ],
)
def test_three_tries_on_three_days_within_a_week_are_enough(tries, enough):
    moments = [local(text) for text in tries]
    assert due.tried_enough(moments, numbers=NUMBERS, calendar=SPRING) is enough


def test_who_does_not_answer_in_the_morning_is_called_the_next_afternoon():
    assert due.next_try(local("2026-03-13 10:40"), numbers=NUMBERS, calendar=SPRING) == local(
        "2026-03-16 15:00"
    )
    assert due.next_try(local("2026-03-12 16:40"), numbers=NUMBERS, calendar=SPRING) == local(
        "2026-03-13 10:00"
    )


def test_an_untimed_visit_is_due_at_the_last_second_of_its_day():
    assert due.end_of(day("2026-03-12"), SHANGHAI) == local("2026-03-12 23:59:59")


@pytest.mark.parametrize(
    ("made", "until"),
    [
        ("2026-03-12 10:00", "2026-03-12 23:59:59"),  # the same working day (N-26)
        ("2026-03-12 19:40", "2026-03-12 23:59:59"),
        ("2026-03-07 15:00", "2026-03-09 23:59:59"),  # a Saturday off: by Monday
        ("2026-02-14 11:00", "2026-02-14 23:59:59"),  # a make-up Saturday is worked
        ("2026-02-16 11:00", "2026-02-24 23:59:59"),  # in the festival
    ],
)
def test_answers_on_paper_are_entered_by_the_end_of_the_working_day(made, until):
    found = due.entry_due(local(made), numbers=NUMBERS, calendar=SPRING)
    assert found == local(until)


@pytest.mark.parametrize(
    ("at", "may"),
    [("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False), ("13:59", False),
     ("14:00", True), ("19:30", True), ("19:31", False)],
)  # fmt: skip
def test_nobody_is_called_early_late_or_at_midday(at, may):
    moment = local(f"2026-03-12 {at}")
    assert due.may_call(moment, numbers=NUMBERS, calendar=SPRING) is may
