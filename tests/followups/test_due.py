"""When Lin's customers are due: the cycle of each level, untimed days, lateness, entry limits."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rulebook.numbers import Numbers
from crm.workdays import WHOLE_WEEK, Calendar, OpeningHours
from followups import due
from tests.people import NOW, SHANGHAI, local

NUMBERS = Numbers()
OPEN_EVERY_DAY = Calendar(zone=SHANGHAI)
SHUT_ON_SATURDAYS = Calendar(
    zone=SHANGHAI, hours=OpeningHours(week=(*(WHOLE_WEEK,) * 5, (), WHOLE_WEEK))
)
ALWAYS_SHUT = Calendar(zone=SHANGHAI, hours=OpeningHours(week=((),) * 7))


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("H", "2026-03-14"),
        ("A", "2026-03-19"),
        ("B", "2026-03-27"),
        ("C", "2026-04-11"),
        ("", "2026-04-11"),
    ],
)
def test_the_next_contact_is_suggested_for_the_last_day_of_the_levels_cycle(level, expected):
    found = due.next_day(level, NOW, numbers=NUMBERS, calendar=OPEN_EVERY_DAY)

    assert found == dt.date.fromisoformat(expected)


def test_a_cycle_that_ends_on_a_closed_day_is_moved_forward_to_the_open_day_before():
    thursday = local("2026-03-12 10:20")

    found = due.next_day("H", thursday, numbers=NUMBERS, calendar=SHUT_ON_SATURDAYS)

    assert found == dt.date(2026, 3, 13)


def test_a_store_that_never_opens_leaves_the_cycles_last_day():
    assert due.next_day("H", NOW, numbers=NUMBERS, calendar=ALWAYS_SHUT) == dt.date(2026, 3, 14)


def test_a_customer_who_did_not_answer_is_tried_again_on_the_next_open_day():
    friday = local("2026-03-13 18:00")

    assert due.next_try_day("A", friday, numbers=NUMBERS, calendar=SHUT_ON_SATURDAYS) == dt.date(
        2026, 3, 15
    )
    assert due.next_try_day("A", NOW, numbers=NUMBERS, calendar=OPEN_EVERY_DAY) == dt.date(
        2026, 3, 13
    )


def test_a_contact_late_at_night_counts_from_the_stores_date():
    just_before_midnight = local("2026-03-12 23:59")

    assert due.latest_day(
        "H", just_before_midnight, numbers=NUMBERS, calendar=OPEN_EVERY_DAY
    ) == dt.date(2026, 3, 14)


def test_an_untimed_contact_is_due_in_the_last_second_of_its_local_day():
    found = due.due_at(dt.date(2026, 3, 12), None, SHANGHAI)

    assert found == local("2026-03-12 23:59:59")
    assert found.tzinfo is dt.UTC


def test_a_contact_is_overdue_from_the_moment_after_its_own():
    planned = local("2026-03-12 10:30")

    assert not due.is_overdue(planned, planned)
    assert due.is_overdue(planned, planned + dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    ("level", "day", "within"),
    [
        ("H", "2026-03-14 20:00", True),
        ("H", "2026-03-15 09:00", False),
        ("A", "2026-03-19 09:00", True),
        ("A", "2026-03-20 09:00", False),
        ("B", "2026-03-27 09:00", True),
        ("C", "2026-04-12 09:00", False),
    ],
)
def test_a_date_may_be_earlier_than_the_cycle_but_never_later(level, day, within):
    found = due.within_cycle(level, local(day), after=NOW, numbers=NUMBERS, calendar=OPEN_EVERY_DAY)

    assert found is within


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        (None, None),
        ("2026-03-12 14:30", dt.time(14, 30)),
        ("2026-03-12 07:15", dt.time(9, 0)),
        ("2026-03-12 21:00", dt.time(19, 30)),
    ],
)
def test_the_suggested_time_is_that_of_the_last_appointment_within_calling_hours(like, expected):
    moment = local(like) if like else None

    assert due.same_time(moment, numbers=NUMBERS, zone=SHANGHAI) == expected


@pytest.mark.parametrize(
    ("ago", "late", "supervisor"),
    [
        (dt.timedelta(0), False, False),
        (dt.timedelta(hours=24), False, False),
        (dt.timedelta(hours=24, seconds=1), True, False),
        (dt.timedelta(days=3), True, False),
        (dt.timedelta(days=3, seconds=1), True, True),
    ],
)
def test_entry_later_than_a_day_is_marked_and_beyond_three_days_needs_a_supervisor(
    ago, late, supervisor
):
    assert due.is_entered_late(NOW - ago, NOW, numbers=NUMBERS) is late
    assert due.needs_supervisor_to_enter(NOW - ago, NOW, numbers=NUMBERS) is supervisor


def test_gaps_are_counted_in_days_from_the_day_of_the_plan():
    steps = [local("2026-03-14 14:30"), local("2026-03-12 10:30"), local("2026-03-16 17:30")]

    assert due.gaps(local("2026-03-12 10:08"), steps, SHANGHAI) == [0, 2, 2]


def test_a_decision_can_be_undone_for_ten_seconds():
    assert due.may_undo(NOW, NOW + dt.timedelta(seconds=10), numbers=NUMBERS)
    assert not due.may_undo(NOW, NOW + dt.timedelta(seconds=11), numbers=NUMBERS)


def test_a_plan_of_friday_is_over_its_limit_on_tuesday_and_goes_up_on_wednesday():
    friday = local("2026-03-13 17:00")

    limit = due.decision_limit(friday, numbers=NUMBERS, calendar=OPEN_EVERY_DAY)
    escalates = due.decision_escalates(friday, numbers=NUMBERS, calendar=OPEN_EVERY_DAY)

    assert (limit, escalates) == (local("2026-03-17 00:00"), local("2026-03-18 00:00"))


moments = st.datetimes(
    dt.datetime(2024, 1, 1), dt.datetime(2030, 12, 31), timezones=st.just(dt.UTC)
)
weeks = st.lists(st.booleans(), min_size=7, max_size=7)


@given(moments, st.sampled_from(["H", "A", "B", "C", ""]), weeks)
def test_every_suggestion_lies_after_the_contact_and_within_the_cycle(after, level, open_days):
    week = tuple(WHOLE_WEEK if is_open else () for is_open in open_days)
    calendar = Calendar(zone=SHANGHAI, hours=OpeningHours(week=week))
    for suggest in (due.next_day, due.next_try_day):
        day = suggest(level, after, numbers=NUMBERS, calendar=calendar)
        moment = due.due_at(day, None, SHANGHAI)

        assert day > calendar.local_day(after)
        assert due.within_cycle(level, moment, after=after, numbers=NUMBERS, calendar=calendar)
        assert calendar.local_day(moment) == day
