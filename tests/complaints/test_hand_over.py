"""Who was asked first answers for it until another has said yes (PR-21, HP-09)."""

from __future__ import annotations

import pytest
import time_machine

from complaints import actions
from crm.customers.models import CaseAccess
from crm.notices.models import Notice
from crm.promises.actions import make_promise
from tests.complaints.problems import HOUR, browser, make_problem
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def offered(cast: Cast):
    """Wu asks Xu to take a problem over; the customer waits for an answer promised."""
    ticket = make_problem(cast)
    promise = make_promise(
        ticket.card, by=cast.wu, what="答复", due_at=NOW + HOUR, source=ticket, now=NOW
    )
    path = f"/complaints/{ticket.public_id}/handover/"
    sent = {"version": ticket.version, "to": cast.xu.pk, "reason": "我明天休假"}
    assert browser(cast.wu).post(path, sent).status_code == 302
    ticket.refresh_from_db()
    return ticket, promise


def test_until_it_is_accepted_nothing_moves(cast: Cast) -> None:
    ticket, promise = offered(cast)
    assert (ticket.responsible, ticket.offered_to) == (cast.wu, cast.xu)
    assert Notice.objects.filter(recipient=cast.xu, kind="ticket_offered").exists()
    mine = browser(cast.xu).get("/complaints/", {"show": "mine"}).context["lines"]
    assert [line.ticket.pk for line in mine] == [ticket.pk]
    promise.refresh_from_db()
    assert promise.responsible == cast.wu


def test_who_accepts_answers_for_it_and_for_what_was_promised(cast: Cast) -> None:
    ticket, promise = offered(cast)
    path = f"/complaints/{ticket.public_id}/handover/acceptance/"
    assert browser(cast.wu).post(path, {"version": ticket.version}).status_code == 403
    assert browser(cast.xu).post(path, {"version": ticket.version}).status_code == 302
    ticket.refresh_from_db()
    promise.refresh_from_db()
    assert (ticket.responsible, ticket.offered_to, promise.responsible) == (
        *(cast.xu, None),
        cast.xu,
    )
    sees = CaseAccess.objects.filter(card=ticket.card, until__isnull=True)
    assert sees.filter(user=cast.xu).exists()
    assert not sees.filter(user=cast.wu).exists()


def test_who_declines_says_why_and_the_first_goes_on(cast: Cast) -> None:
    ticket, _promise = offered(cast)
    path = f"/complaints/{ticket.public_id}/handover/refusal/"
    sent = {"version": ticket.version, "reason": ""}
    assert browser(cast.xu).post(path, sent).status_code == 422
    assert browser(cast.xu).post(path, {**sent, "reason": "我也休假"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.responsible, ticket.offered_to) == (cast.wu, None)
    assert Notice.objects.filter(recipient=cast.wu, kind="ticket_declined").exists()


def test_it_is_offered_to_this_stores_service_alone(cast: Cast) -> None:
    ticket = make_problem(cast)
    path = f"/complaints/{ticket.public_id}/handover/"
    sent = {"version": ticket.version, "to": cast.lin.pk, "reason": "忙"}
    assert browser(cast.wu).post(path, sent).status_code == 422


def test_an_offer_taken_back_by_a_newer_one_is_stale(cast: Cast) -> None:
    ticket, _promise = offered(cast)
    seen = ticket.version
    actions.decline_ticket(ticket, by=cast.xu, version=seen, reason="忙", now=NOW)
    late = browser(cast.xu).post(
        f"/complaints/{ticket.public_id}/handover/acceptance/", {"version": seen}
    )
    assert late.status_code == 403  # nobody is asked any more
