"""When the customer hears again: a promise on their card, else a bell of the ticket (CP-18)."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
import time_machine

from complaints import actions
from complaints.models import Ticket
from crm.customers.models import Card
from crm.notices.dispatch import drain
from crm.notices.models import Notice, Reminder
from crm.people.models import User
from crm.promises.actions import make_promise
from crm.promises.models import Promise
from tests.complaints.answers import approved, decide, looked_at, proposed, reply
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast

HOUR = dt.timedelta(hours=1)
SOON = NOW + 3 * HOUR


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def call(ticket: Ticket, by: User, next_at: dt.datetime | None = SOON) -> None:
    actions.contact_customer(
        ticket,
        by=by,
        version=ticket.version,
        way="call",
        words="已受理",
        has_plan=False,
        next_at=next_at,
        named=True,
        now=NOW,
    )


def rung(user: User, at: dt.datetime) -> bool:
    with time_machine.travel(at, tick=False):
        drain(now=at)
    return Notice.objects.filter(recipient=user, kind="answer_due").exists()


def test_over_an_undecided_complaint_a_promise_is_moved_and_not_answered(cast: Cast) -> None:
    ticket = looked_at(cast, answer_by=SOON)
    promise, wu = Promise.objects.get(), browser(cast.wu)
    page = f"/promises/{promise.public_id}/"
    sent = {"version": promise.version, "request_id": "p1", "answer": "换新车", "granted": "yes"}
    with time_machine.travel(NOW, tick=False):
        html = wu.get(page).content.decode()
        assert "该投诉尚未审批" in html
        assert 'name="answer"' not in html
        refused = wu.post(f"{page}answer/", sent)
        assert refused.status_code == 422
        assert "尚无审批结果" in refused.content.decode()
        assert "换新车" in refused.content.decode()  # what was typed is kept
    promise.refresh_from_db()
    assert (promise.state, promise.answer) == ("open", "")
    proposed(cast, ticket=ticket)
    decide(ticket, cast.xu, "approve")
    with time_machine.travel(NOW, tick=False):
        assert 'name="answer"' in browser(cast.wu).get(page).content.decode()
    reply(ticket, cast.wu)
    promise.refresh_from_db()
    assert promise.granted


def merged(cast: Cast) -> Ticket:
    """One that goes on for another, over which Wu had promised an answer."""
    ticket = looked_at(cast)
    twin = make_complaint(cast, card=ticket.card, answer_by=SOON)
    actions.merge_ticket(twin, into=ticket, by=cast.wu, version=twin.version, now=NOW)
    ticket.refresh_from_db()
    return ticket


def test_what_was_promised_over_a_merged_one_waits_for_the_decision_and_has_its_answer(
    cast: Cast,
) -> None:
    ticket = merged(cast)
    promise, wu = Promise.objects.get(), browser(cast.wu)
    page = f"/promises/{promise.public_id}/"
    sent = {"version": promise.version, "request_id": "p1", "answer": "换新车", "granted": "yes"}
    with time_machine.travel(NOW, tick=False):
        assert "该投诉尚未审批" in wu.get(page).content.decode()
        assert wu.post(f"{page}answer/", sent).status_code == 422
    proposed(cast, ticket=ticket)
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu)
    promise.refresh_from_db()
    assert (promise.granted, promise.kept_id) == (True, ticket.public_id)


def test_the_next_date_moves_what_was_promised_over_a_merged_one(cast: Cast) -> None:
    ticket = merged(cast)
    call(ticket, cast.wu, SOON + HOUR)
    first, second = Promise.objects.order_by("pk")
    assert (first.state, first.moved_to, second.due_at) == ("redated", second, SOON + HOUR)


def twice_promised(cast: Cast) -> Ticket:
    """Xu promised an answer over it besides, on the card, for an hour later than Wu."""
    ticket = looked_at(cast, answer_by=SOON)
    make_promise(ticket.card, by=cast.xu, what="回电", due_at=SOON + HOUR, source=ticket, now=NOW)
    return ticket


def test_of_two_dates_promised_over_one_complaint_the_next_one_stands_alone(cast: Cast) -> None:
    ticket = twice_promised(cast)
    call(ticket, cast.wu, SOON + 2 * HOUR)
    first, second, last = Promise.objects.order_by("pk")
    assert (first.state, second.state, last.state) == ("redated", "redated", "open")
    assert (first.moved_to, second.moved_to, last.due_at) == (last, last, SOON + 2 * HOUR)
    ringing = Reminder.objects.still_to_ring().filter(kind="promise_due")
    assert set(ringing.values_list("about_id", flat=True)) == {last.public_id}


def test_moved_on_its_own_page_it_takes_the_other_one_along(cast: Cast) -> None:
    twice_promised(cast)
    promise = Promise.objects.get(made_by=cast.xu)
    with time_machine.travel(NOW, tick=False):
        sent = {"version": promise.version, "request_id": "p1", "due_at": "2026-03-13 10:00"}
        moved = browser(cast.xu).post(f"/promises/{promise.public_id}/date/", sent)
    assert moved.status_code == 302
    last = Promise.objects.get(moved_to=None)
    assert [one.moved_to for one in Promise.objects.exclude(pk=last.pk)] == [last, last]


def test_what_else_was_promised_of_another_matter_stays_where_it_is(cast: Cast) -> None:
    ticket = looked_at(cast, answer_by=SOON)
    other = make_promise(ticket.card, by=cast.wu, what="寄资料", due_at=SOON + HOUR, now=NOW)
    call(ticket, cast.wu, SOON + 2 * HOUR)
    other.refresh_from_db()
    assert (other.state, other.moved_to) == ("open", None)


def test_the_answer_answers_an_older_promise_of_another_as_well(cast: Cast) -> None:
    """The card is another store's meanwhile: Wu answers for the complaint, not for the customer."""
    ticket = twice_promised(cast)
    theirs = Promise.objects.get(made_by=cast.xu)
    Promise.objects.filter(pk=theirs.pk).update(responsible=cast.shen)
    Card.objects.filter(pk=ticket.card.pk).update(store=cast.chaoyang)
    proposed(cast, ticket=ticket)
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu)
    assert {one.state for one in Promise.objects.all()} == {"kept"}
    assert not Reminder.objects.still_to_ring().filter(kind="promise_due").exists()


def test_the_next_date_moves_the_promise_and_says_nothing_else(cast: Cast) -> None:
    ticket = looked_at(cast, answer_by=SOON)
    call(ticket, cast.wu, SOON + HOUR)
    first, second = Promise.objects.order_by("pk")
    assert (first.state, first.moved_to) == ("redated", second)
    assert (second.due_at, second.what) == (SOON + HOUR, ticket.description)
    ticket.refresh_from_db()
    assert ticket.deadline == SOON


def test_without_a_card_whoever_answers_for_it_is_reminded(cast: Cast) -> None:
    ticket = make_complaint(cast, card=None)
    call(ticket, cast.wu)
    assert not Promise.objects.exists()
    assert rung(cast.wu, SOON)


def test_the_front_desk_promises_nothing_on_a_card_but_is_reminded(cast: Cast) -> None:
    make_complaint(cast, by=cast.fang, answer_by=SOON)
    assert not Promise.objects.exists()
    assert rung(cast.fang, SOON)


def test_who_takes_the_ticket_is_reminded_instead(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.fang, card=None, answer_by=SOON)
    actions.claim_ticket(ticket, by=cast.wu, version=ticket.version, now=NOW)
    assert rung(cast.wu, SOON)
    assert not rung(cast.fang, SOON)


def test_called_again_or_ended_nothing_rings(cast: Cast) -> None:
    ticket = make_complaint(cast, card=None)
    call(ticket, cast.wu)
    call(ticket, cast.wu, None)
    withdrawn = make_complaint(cast, card=None, answer_by=SOON)
    actions.withdraw_ticket(
        withdrawn, by=cast.wu, version=withdrawn.version, words="不用了", now=NOW
    )
    assert not rung(cast.wu, SOON)


def test_whom_it_is_about_is_reminded_of_nothing(cast: Cast) -> None:
    ticket = make_complaint(cast, card=None)
    call(ticket, cast.wu)
    actions.name_colleague(
        ticket, by=cast.xu, version=ticket.version, about=cast.wu, reason="客户来电", now=NOW
    )
    assert not rung(cast.wu, SOON)
    assert Notice.objects.filter(recipient=cast.xu, kind="answer_due").exists()


@pytest.mark.parametrize(
    "verb", [actions.withdraw_ticket, partial(actions.reject_ticket, way="call")]
)
def test_what_was_promised_over_a_ticket_that_ends_is_answered_with_a_no(
    cast: Cast, verb: object
) -> None:
    ticket = make_complaint(cast, answer_by=SOON)
    verb(ticket, by=cast.xu, version=ticket.version, words="客户撤回", now=NOW)  # type: ignore[operator]
    one = Promise.objects.get()
    assert (one.state, one.granted, one.answer) == ("kept", False, "客户撤回")


def test_an_inquiry_answered_answers_what_was_promised_over_it(cast: Cast) -> None:
    ticket = make_complaint(cast, kind="inquiry", answer_by=SOON)
    actions.answer_opinion(
        ticket, by=cast.wu, version=ticket.version, words="周六可以试驾", now=NOW + HOUR
    )
    assert (Promise.objects.get().state, Promise.objects.get().granted) == ("kept", True)


def test_what_a_withdrawn_complaint_was_granted_counts_no_more(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    first = approved(cast, amount=900, ticket_fields={"card": card})
    actions.withdraw_ticket(
        first, by=cast.wu, version=first.version, words="不用了", now=NOW + 2 * HOUR
    )
    second = proposed(cast, amount=200, ticket=looked_at(cast, card=card))
    assert second.proposals.get().customer_total == 200
    decide(second, cast.xu, "approve")
    reply(second, cast.wu)
