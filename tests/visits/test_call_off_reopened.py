"""A complaint that is reopened: nobody asks about its old answer, its next one is asked about."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints import actions as complaints
from complaints.models import Ticket
from crm.notices.models import Notice
from tests.complaints.answers import HOUR, decide, proposed, replied, reply
from tests.people import NOW, Cast, make_cast
from visits import actions
from visits.models import Visit, VisitRule


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.exclude(trigger="complaint").update(active=False)
    VisitRule.objects.update(since=dt.date(2026, 1, 1), assigns_itself=False)
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + 6 * HOUR, tick=False):
        yield


def no(ticket: Ticket, cast: Cast) -> None:
    complaints.hear_customer(
        ticket, by=cast.xu, version=ticket.version, content=False, words="没好", now=NOW + 4 * HOUR
    )


def answered_again(ticket: Ticket, cast: Cast) -> None:
    """On the very same day, and decided by the manager: a level higher."""
    proposed(cast, ticket=ticket, words="换桩")
    decide(ticket, cast.shen, "approve")
    reply(ticket, cast.wu, words="换桩", now=NOW + 5 * HOUR)


def test_the_visit_of_an_answer_that_will_not_do_is_called_off_and_its_visitor_told(cast):
    ticket = replied(cast)
    visit = Visit.objects.get()
    actions.assign_visit(visit, to=cast.xu, by=cast.xu, version=visit.version, now=NOW + 3 * HOUR)
    ticket.refresh_from_db()
    complaints.reopen_complaint(
        ticket, by=cast.wu, version=ticket.version, words="没好", now=NOW + 4 * HOUR
    )
    visit.refresh_from_db()
    assert (visit.state, bool(visit.end_reason)) == ("cancelled", True)
    assert Notice.objects.filter(recipient=cast.xu, kind="visit_reopened").count() == 1
    assert actions.plan_all(now=NOW + 4 * HOUR) == 0  # the worker asks about no answer of old


def test_a_second_answer_on_the_same_day_brings_one_visit_more(cast):
    ticket = replied(cast)
    no(ticket, cast)
    answered_again(ticket, cast)
    assert actions.plan_all(now=NOW + 6 * HOUR) == 0
    states = Visit.objects.filter(ticket=ticket).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "pending"]


def test_a_visit_that_was_made_and_awaits_its_entry_stays_and_takes_in_no_later_answer(cast):
    ticket = replied(cast)
    Visit.objects.update(state="awaiting_entry")
    no(ticket, cast)
    answered_again(ticket, cast)
    states = Visit.objects.filter(ticket=ticket).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["awaiting_entry", "pending"]
