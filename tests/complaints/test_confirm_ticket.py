"""The customer's word: who may enter it, once, and what the figures say of it."""

from __future__ import annotations

import io
import json

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from complaints import actions
from complaints.models import Ticket
from crm.people import roles
from crm.people.models import Membership
from crm.promises.models import Promise
from crm.records.states import Stale
from tests.complaints.problems import HOUR, browser, confirmed, make_problem, solved, told
from tests.people import HIRED, NOW, Cast, make_card, make_cast, make_ticket


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        yield


def test_who_solved_it_never_enters_the_customers_word(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.tang, role=roles.SERVICE_AGENT, store=cast.pudong, valid_from=HIRED
    )
    ticket = told(cast)
    path = f"/complaints/{ticket.public_id}/confirmation/"
    sent = {"version": ticket.version, "solved": "yes"}
    assert browser(cast.tang).post(path, sent).status_code == 403
    assert browser(cast.shen).post(path, sent).status_code == 403  # no manager either
    assert browser(cast.wu).post(path, sent).status_code == 302


def test_a_no_needs_the_customers_words(cast: Cast) -> None:
    ticket = told(cast)
    path = f"/complaints/{ticket.public_id}/confirmation/"
    sent = {"version": ticket.version, "solved": "no", "words": ""}
    refused = browser(cast.wu).post(path, sent)
    assert refused.status_code == 422
    assert "words" in refused.context["form"].errors


def test_a_word_sent_twice_counts_once_and_a_stale_one_is_shown_both_texts(cast: Cast) -> None:
    ticket = told(cast)
    path = f"/complaints/{ticket.public_id}/confirmation/"
    no = {"version": ticket.version, "solved": "no", "words": "还是不行", "request_id": "a1"}
    assert browser(cast.wu).post(path, no).status_code == 302
    assert browser(cast.wu).post(path, no).status_code == 302
    late = browser(cast.xu).post(path, {**no, "solved": "yes", "words": "好了", "request_id": "b"})
    assert late.status_code == 409
    assert "好了" in late.content.decode()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("in_progress", 1)


def test_nothing_is_confirmed_that_was_not_told(cast: Cast) -> None:
    ticket = solved(cast)
    with pytest.raises(Stale):
        actions.confirm_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 3 * HOUR)
    with pytest.raises(PermissionDenied):
        actions.tell_customer(
            ticket, by=cast.tang, version=ticket.version, words="好了", granted=True, now=NOW
        )


def test_a_problem_that_came_in_resolved_is_confirmed_too(cast: Cast) -> None:
    ticket = make_ticket(
        make_card(cast.lin), NOW, kind="problem", state="replied", resolved_at=NOW + HOUR
    )
    path = f"/complaints/{ticket.public_id}/confirmation/"
    no = {"version": ticket.version, "solved": "no", "words": "没好"}
    assert browser(cast.wu).post(path, no).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)  # nobody leads: to be routed


def test_a_complaint_is_not_closed_this_way(cast: Cast) -> None:
    complaint = make_problem(cast, kind="complaint")
    assert complaint.state == "registered"
    with pytest.raises(PermissionDenied):
        actions.confirm_ticket(complaint, by=cast.xu, version=complaint.version, now=NOW)


def test_a_declined_wish_keeps_the_promise(cast: Cast) -> None:
    ticket = solved(cast)
    Promise.objects.create(
        card=ticket.card,
        what="答复",
        due_at=NOW + 3 * HOUR,
        made_by=cast.wu,
        responsible=cast.wu,
        made_at=NOW,
        store=cast.pudong,
        source_room="complaints",
        source_model="ticket",
        source_id=ticket.public_id,
    )
    actions.tell_customer(
        ticket,
        by=cast.wu,
        version=ticket.version,
        words="不能赔偿，已说明",
        granted=False,
        now=NOW + 2 * HOUR,
    )
    promise = Promise.objects.get()
    assert (promise.state, promise.granted) == ("kept", False)


def figures() -> dict[str, tuple[int, int]]:
    """Numerator and denominator of the week's rates, as the command line says them."""
    out = io.StringIO()
    week = ("--from", "2026-03-09", "--to", "2026-03-15")
    call_command("kpi", *week, "--format", "json", stdout=out)
    kpis = json.loads(out.getvalue())["kpis"]
    return {key: (one["numerator"], one["denominator"]) for key, one in kpis.items()}


def test_live_problems_feed_the_figures_exactly(cast: Cast) -> None:
    confirmed(cast)
    told(cast)
    make_problem(cast)
    open_again = told(cast)
    make_ticket(open_again.card, NOW, kind="help")  # no complaint, no problem
    assert figures()["resolution_rate"] == (3, 4)
    actions.reopen_ticket(
        open_again, by=cast.xu, version=open_again.version, words="没好", now=NOW + 3 * HOUR
    )
    assert figures()["resolution_rate"] == (2, 4)
    assert figures()["reopen_rate"] == (1, 3)
    assert Ticket.objects.get(pk=open_again.pk).resolved_at == NOW + HOUR
