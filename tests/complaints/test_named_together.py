"""A complaint about more than one colleague: none of them has any part in it (CP-15)."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Ticket
from complaints.queues.approvers import asked_to_decide
from complaints.queues.people import service_of
from crm.notices.models import Notice
from crm.people.models import User
from tests.complaints.answers import HOUR, decide, looked_at, proposed
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        yield


def name(ticket: Ticket, about: User, by: User, **said: object) -> None:
    actions.name_colleague(
        ticket,
        **{
            "by": by,
            "version": ticket.version,
            "about": about,
            "reason": "客户指名",
            "now": NOW + HOUR,
            **said,
        },
    )
    ticket.refresh_from_db()


def opens(user: User, ticket: Ticket) -> int:
    return browser(user).get(f"/complaints/{ticket.public_id}/").status_code


def test_who_is_named_first_stays_out_when_a_second_is_named(cast: Cast) -> None:
    ticket = looked_at(cast)
    name(ticket, cast.lin, cast.wu)
    name(ticket, cast.chen, cast.wu)
    assert ticket.subjects == {cast.lin.pk, cast.chen.pk}
    assert opens(cast.lin, ticket) == opens(cast.chen, ticket) == 404
    assert not Ticket.objects.visible_to(cast.lin).exists()
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert cast.lin.name in page
    assert cast.chen.name in page
    with pytest.raises(ValidationError):
        name(ticket, cast.lin, cast.wu)


def test_neither_decides_answers_for_it_nor_hears_of_it(cast: Cast) -> None:
    ticket = looked_at(cast)
    name(ticket, cast.xu, cast.shen)
    name(ticket, cast.chen, cast.shen)
    assert cast.xu not in service_of(ticket, NOW)
    proposed(cast, ticket=ticket)
    proposal = ticket.proposals.get()
    assert asked_to_decide(proposal, NOW) == [cast.shen]
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.xu, "approve")
    assert not Notice.objects.filter(recipient=cast.xu, kind="proposal_waiting").exists()
    actions.alarm_ticket(
        ticket, by=cast.wu, version=ticket.version, reason="press", words="曝光", now=NOW + HOUR
    )
    assert not ticket.briefings.filter(to=cast.xu).exists()


def test_who_was_named_by_mistake_sees_it_again_only_where_it_is_said(cast: Cast) -> None:
    ticket = looked_at(cast)
    path = f"/complaints/{ticket.public_id}/colleague/"
    assert 'name="instead"' not in browser(cast.wu).get(path).content.decode()
    name(ticket, cast.lin, cast.wu)
    page = browser(cast.wu).get(path).content.decode()
    assert 'name="instead"' in page
    assert cast.lin.name in page
    sent = {"version": ticket.version, "about": cast.chen.public_id, "reason": "听错了"}
    assert browser(cast.wu).post(path, {**sent, "instead": "on"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.subjects == {cast.chen.pk}
    assert opens(cast.lin, ticket) == 200
    assert opens(cast.chen, ticket) == 404


def test_two_merge_where_both_are_about_the_same_people(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    ticket, twin = looked_at(cast, card=card), looked_at(cast, card=card)
    for one in (ticket, twin):
        name(one, cast.lin, cast.wu)
    name(ticket, cast.chen, cast.wu)
    said = {"into": ticket, "by": cast.wu, "now": NOW + HOUR}
    with pytest.raises(ValidationError):
        actions.merge_ticket(twin, version=twin.version, **said)
    name(twin, cast.chen, cast.wu)
    actions.merge_ticket(twin, version=twin.version, **said)
    assert not Ticket.objects.visible_to(cast.lin).exists()
