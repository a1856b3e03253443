"""The dates a contact form offers."""

import datetime as dt

import pytest

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from followups.suggestions import Slot, Suggestions
from tests.people import NOW, SHANGHAI, local

SATURDAY = local("2026-03-14 14:30")


def offers(level="H", **fields):
    return Suggestions(
        now=NOW, level=level, numbers=Numbers(), calendar=Calendar(zone=SHANGHAI), **fields
    )


def test_a_day_the_cycle_names_is_not_offered_twice():
    assert offers("H").chips() == ["cycle", "tomorrow", "pick"]
    assert offers("A").chips() == ["cycle", "tomorrow", "after", "pick"]


def test_the_plans_own_next_step_comes_first_and_is_chosen():
    found = offers(own_next=Slot(SATURDAY, untimed=False))

    assert found.chips()[0] == found.default == "plan"
    assert offers().default == "cycle"


def test_it_keeps_the_time_of_day_of_the_appointment():
    assert offers(like=local("2026-03-12 14:30")).by_cycle("H") == Slot(SATURDAY, untimed=False)
    assert offers().by_cycle("H").untimed


def test_a_contact_entered_late_is_never_followed_up_in_the_past():
    found = offers().by_cycle("H", after=NOW - dt.timedelta(days=3))

    assert found.due_at == local("2026-03-13 23:59:59")


@pytest.mark.parametrize("key", ["plan", "pick"])
def test_some_chips_name_no_date_of_their_own(key):
    assert offers().slot(key, level="H", outcome="reached", after=NOW) is None
