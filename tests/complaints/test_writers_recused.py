"""Whoever wrote a draft of the solution decides nothing on it, whoever sends it (SoD 5, 6)."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from complaints import actions
from complaints.models import Ticket
from complaints.queues.approvers import asked_to_decide
from tests.complaints.answers import HOUR, decide, looked_at, reply, solution
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        yield


def sent_by_another(cast: Cast) -> Ticket:
    """Xu wrote words and amount, Wu pressed send."""
    ticket = looked_at(cast)
    for by, submit in ((cast.xu, False), (cast.wu, True)):
        actions.propose_solution(
            ticket, solution(), by=by, version=ticket.version, now=NOW + HOUR, submit=submit
        )
    return ticket


def test_who_wrote_a_draft_another_sent_does_not_approve_it(cast: Cast) -> None:
    ticket = sent_by_another(cast)
    assert asked_to_decide(ticket.proposals.get(), NOW + HOUR) == [cast.shen]
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.xu, "approve")
    decide(ticket, cast.shen, "approve")


def test_nor_does_who_wrote_one_that_was_returned(cast: Cast) -> None:
    ticket = sent_by_another(cast)
    decide(ticket, cast.shen, "return", comment="写清楚")
    actions.propose_solution(
        ticket, solution(), by=cast.wu, version=ticket.version, now=NOW + 2 * HOUR
    )
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.xu, "approve")


def test_nor_do_they_enter_the_customers_word_or_close_it(cast: Cast) -> None:
    ticket = sent_by_another(cast)
    decide(ticket, cast.shen, "approve")
    reply(ticket, cast.wu)
    heard = {"content": True, "words": "好", "now": NOW + 4 * HOUR}
    with pytest.raises(PermissionDenied):
        actions.hear_customer(ticket, by=cast.xu, version=ticket.version, **heard)
    with pytest.raises(PermissionDenied):
        actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 5 * HOUR)
