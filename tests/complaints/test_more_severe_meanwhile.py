"""What became more severe since it was put before somebody is decided anew, higher (CP-13, 16)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Proposal, Ticket
from complaints.queues.approvers import asked_to_decide
from crm.notices.models import Notice
from crm.people.models import User
from crm.records.states import Stale
from tests.complaints.answers import HOUR, approved, decide, looked_at, proposed, reply
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast

IN_A_MEETING: dict[str, Any] = {"minutes": "已开会", "met_on": NOW.date()}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        yield


def alarm(ticket: Ticket, by: User) -> None:
    said = {"reason": "safety", "words": "刹车失灵", "now": NOW + 3 * HOUR}
    actions.alarm_ticket(ticket, by=by, version=ticket.version, **said)
    ticket.refresh_from_db()


def told(user: User, kind: str) -> bool:
    return Notice.objects.filter(recipient=user, kind=kind).exists()


def latest(ticket: Ticket) -> Proposal:
    found = ticket.proposals.first()
    assert found is not None
    return found


def test_what_a_lower_role_approved_is_not_answered_once_it_is_critical(cast: Cast) -> None:
    ticket = approved(cast)
    words = latest(ticket).words
    alarm(ticket, cast.wu)
    assert (ticket.state, ticket.severity) == ("approving", "critical")
    again = latest(ticket)
    assert (again.state, again.role, again.is_major) == ("waiting", "general_manager", True)
    assert (again.words, again.author, again.decided_by) == (words, cast.wu, None)
    assert told(cast.bai, "proposal_waiting")
    with pytest.raises(Stale):
        reply(ticket, cast.wu)
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.shen, "approve", **IN_A_MEETING)
    with pytest.raises(ValidationError):
        decide(ticket, cast.bai, "approve")
    decide(ticket, cast.bai, "approve", **IN_A_MEETING)
    reply(ticket, cast.wu, now=NOW + 4 * HOUR)
    assert ticket.state == "replied"


def test_what_waits_is_put_before_the_higher_role_at_once(cast: Cast) -> None:
    ticket = proposed(cast)
    said = {"severity": "high", "reason": "每天用车", "now": NOW + 2 * HOUR}
    actions.judge_severity(ticket, by=cast.wu, version=ticket.version, **said)
    assert asked_to_decide(latest(ticket), NOW) == [cast.shen]
    assert told(cast.shen, "proposal_waiting")
    alarm(ticket, cast.wu)
    assert asked_to_decide(latest(ticket), NOW) == [cast.bai]
    page = browser(cast.bai).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert f"/complaints/{ticket.public_id}/proposal/decision/" in page
    decide(ticket, cast.bai, "approve", **IN_A_MEETING)
    assert ticket.proposals.count() == 1


def test_a_critical_one_merged_into_it_counts_as_well(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    ticket = approved(cast, ticket_fields={"card": card})
    twin = make_complaint(cast, card=card, description="高速上刹车失灵")
    actions.merge_ticket(twin, into=ticket, by=cast.wu, version=twin.version, now=NOW + 3 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.state, latest(ticket).role) == ("approving", "general_manager")


def test_what_the_needed_role_approved_with_minutes_stays_approved(cast: Cast) -> None:
    ticket = proposed(cast, ticket=looked_at(cast, severity="critical"))
    decide(ticket, cast.bai, "approve", **IN_A_MEETING)
    alarm(ticket, cast.wu)
    assert ticket.state == "approved"


def test_judged_milder_it_stays_before_whom_it_was_put(cast: Cast) -> None:
    ticket = proposed(cast, ticket_fields={"severity": "high"})
    said = {"severity": "normal", "reason": "可以等", "now": NOW + 2 * HOUR}
    actions.judge_severity(ticket, by=cast.wu, version=ticket.version, **said)
    assert asked_to_decide(latest(ticket), NOW + dt.timedelta(0)) == [cast.shen]
