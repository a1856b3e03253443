"""What is said with a no alarms; what came back is merged into none; a ticket keeps its store."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError

from complaints import actions
from complaints.models import Ticket
from crm.people import roles
from crm.people.models import Membership, User
from tests.complaints.answers import HOUR, looked_at, replied
from tests.complaints.complaints import clock_of, make_complaint
from tests.people import HIRED, NOW, Cast, make_card, make_cast, make_user


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + 6 * HOUR, tick=False):
        yield


def reopened(cast: Cast, words: str = "没好", **fields: object) -> Ticket:
    ticket = replied(cast, **fields)
    said = {"content": False, "words": words, "now": NOW + 4 * HOUR}
    actions.hear_customer(ticket, by=cast.xu, version=ticket.version, **said)
    ticket.refresh_from_db()
    return ticket


def test_a_threat_or_a_danger_said_with_a_no_makes_it_critical(cast: Cast) -> None:
    ticket = reopened(cast, "再不解决我找媒体曝光")
    assert (ticket.state, ticket.severity) == ("reopened", "critical")
    assert ticket.briefings.filter(to=cast.bai, reason="press").count() == 1
    assert ticket.entries.filter(kind="alarm").count() == 1
    first = ticket.clocks.filter(kind="acknowledge").order_by("-round")[0]
    assert first.due_at == NOW + 4.5 * HOUR


def test_so_does_one_by_the_customers_own_link(cast: Cast) -> None:
    ticket = replied(cast)
    link, _token = actions.make_answer_link(ticket, by=cast.wu, now=NOW + 4 * HOUR)  # type: ignore[misc]
    actions.answer_by_link(link, content=False, words="刹车又失灵了", now=NOW + 5 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.severity) == ("reopened", "critical")
    assert ticket.briefings.filter(to=cast.shen, reason="safety").count() == 1


def test_a_plain_no_alarms_nobody(cast: Cast) -> None:
    ticket = reopened(cast)
    assert ticket.severity == "normal"
    assert not ticket.briefings.exists()
    assert clock_of(ticket, "follow_up").void_at is not None


def test_what_came_back_is_what_another_goes_on_in_and_never_the_other_way(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    back = reopened(cast, ticket_fields={"card": card})
    fresh = make_complaint(cast, card=card)
    said = {"by": cast.wu, "now": NOW + 5 * HOUR}
    with pytest.raises(ValidationError):
        actions.merge_ticket(back, into=fresh, version=back.version, **said)
    actions.merge_ticket(fresh, into=back, version=fresh.version, **said)
    back.refresh_from_db()
    assert back.state == "reopened"


def test_who_serves_two_stores_takes_a_ticket_and_it_stays_in_its_own(cast: Cast) -> None:
    both = make_user("shuang", "双店", roles.SERVICE_AGENT, cast.chaoyang)
    here = {"store": cast.pudong, "team": cast.service_team, "valid_from": HIRED}
    Membership.objects.create(user=both, role=roles.SERVICE_AGENT, **here)
    ticket = looked_at(cast)
    ticket.responsible = None
    ticket.save()
    both = User.objects.get(pk=both.pk)
    actions.claim_ticket(ticket, by=both, version=ticket.version, now=NOW + HOUR)
    ticket.refresh_from_db()
    assert (ticket.responsible, ticket.store, ticket.team) == (
        *(both, cast.pudong),
        cast.service_team,
    )
