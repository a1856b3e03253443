"""A promise is kept by an answer in time, even "no"; moved only before it expires."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers.actions import hand_over
from crm.notices.models import Reminder
from crm.promises.actions import answer_promise, break_promises, make_promise, move_promise
from crm.promises.models import OF_TICKETS, Promise
from crm.promises.queues import promise_list, promise_queue
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.complaints.answers import replied
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast, make_contact

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def promise(cast: Cast, **more) -> Promise:
    values = {"by": cast.lin, "what": "报价", "due_at": NOW + DAY, "now": NOW} | more
    return make_promise(make_card(cast.lin, "张伟"), **values)


def answer(row: Promise, cast: Cast, at: dt.datetime, *, granted: bool = True) -> None:
    answer_promise(row, by=cast.lin, version=row.version, answer="已答复", granted=granted, now=at)


@pytest.mark.parametrize(
    ("after", "granted", "state"),
    [(DAY, True, "kept"), (HOUR, False, "kept"), (DAY + dt.timedelta(seconds=1), True, "late")],
)
def test_an_answer_in_time_keeps_it_even_when_it_is_no(cast, after, granted, state):
    row = promise(cast)
    answer(row, cast, NOW + after, granted=granted)
    assert Promise.objects.get().state == state
    assert not Reminder.objects.filter(about_id=row.public_id, state="pending").exists()


def test_whoever_promised_is_reminded_before_and_after(cast):
    row = promise(cast)
    bells = Reminder.objects.filter(about_id=row.public_id)
    assert {bell.recipient for bell in bells} == {cast.lin}
    assert {bell.role for bell in bells} == {"", "sales_supervisor", "manager"}


def test_moved_before_it_expires_or_broken_after(cast):
    first = promise(cast)
    second = move_promise(
        first, by=cast.lin, version=first.version, due_at=NOW + 2 * DAY, now=NOW + HOUR
    )
    assert Promise.objects.get(pk=first.pk).state == "redated"
    third = move_promise(
        second, by=cast.lin, version=second.version, due_at=NOW + 5 * DAY, now=NOW + 3 * DAY
    )
    assert Promise.objects.get(pk=second.pk).state == "broken"
    assert (third.state, third.what) == ("open", "报价")
    assert Promise.objects.get(pk=first.pk).moved_to == second


def test_whose_moment_passes_without_an_answer_is_broken_and_still_owed(cast):
    row, later = promise(cast), promise(cast, due_at=NOW + 3 * DAY)
    assert break_promises(now=NOW + DAY) == 0
    assert break_promises(now=NOW + DAY + HOUR) == 1
    assert break_promises(now=NOW + DAY + HOUR) == 0
    row.refresh_from_db()
    later.refresh_from_db()
    assert (row.state, later.state) == ("broken", "open")
    assert set(Promise.objects.waiting()) == {row, later}
    assert row.card.timeline.filter(kind="promise_broken").count() == 1
    assert AuditEvent.objects.get(action="promises.break_promise").actor is None
    assert Reminder.objects.filter(about_id=row.public_id, state="pending").exists()
    listed = promise_list(cast.lin, NOW + 2 * DAY).show(promise_queue(cast.lin), {"show": "broken"})
    assert list(listed.page) == [row]


def test_an_answer_after_it_was_broken_is_late_also_where_the_page_stood_open(cast):
    """The worker takes nothing from whoever was writing the answer meanwhile."""
    row = promise(cast)
    break_promises(now=NOW + DAY + HOUR)
    answer(row, cast, NOW + DAY + HOUR)
    assert Promise.objects.get().state == "late"
    assert not Reminder.objects.filter(about_id=row.public_id, state="pending").exists()
    assert break_promises(now=NOW + 2 * DAY) == 0


def test_a_broken_promise_is_moved_once_and_follows_the_customer(cast):
    row = promise(cast)
    break_promises(now=NOW + 2 * DAY)
    row.refresh_from_db()
    hand_over(row.card, to=cast.zhou, by=cast.chen, reason="离职", now=NOW + 2 * DAY)
    row.refresh_from_db()
    assert (row.responsible, row.state) == (cast.zhou, "broken")
    moved = {"by": cast.zhou, "due_at": NOW + 5 * DAY, "now": NOW + 2 * DAY}
    successor = move_promise(row, version=row.version, **moved)
    row.refresh_from_db()
    assert (row.moved_to, row.state, successor.state) == (successor, "broken", "open")
    with pytest.raises(Stale):
        move_promise(row, version=row.version, **moved)
    with pytest.raises(Stale):
        answer(row, cast, NOW + 2 * DAY)


@pytest.mark.parametrize("wrong", [{"what": "  "}, {"what": "长" * 301}, {"due_at": NOW}])
def test_a_promise_says_what_and_until_when(cast, wrong):
    with pytest.raises(ValidationError) as refused:
        promise(cast, **wrong)
    assert list(refused.value.message_dict) == list(wrong)
    assert not Promise.objects.exists()


@pytest.mark.parametrize("who", ["zhou", "he", "fang", "otto", "adele"])
def test_others_do_not_promise(cast, who):
    with pytest.raises(PermissionDenied):
        promise(cast, by=getattr(cast, who))


def test_two_answers_at_once_leave_the_first(cast):
    row = promise(cast)
    again = Promise.objects.get(pk=row.pk)
    answer(row, cast, NOW + HOUR)
    with pytest.raises(Stale):
        answer(again, cast, NOW + HOUR, granted=False)
    assert Promise.objects.get().granted is True


def test_who_takes_over_a_customer_takes_over_what_sales_promised(cast):
    row = promise(cast)
    service = make_promise(row.card, by=cast.wu, what="回电", due_at=NOW + DAY, now=NOW)
    hand_over(row.card, to=cast.zhou, by=cast.chen, reason="离职", now=NOW)
    row.refresh_from_db()
    service.refresh_from_db()
    assert (row.responsible, row.made_by) == (cast.zhou, cast.lin)
    assert service.responsible == cast.wu
    bells = Reminder.objects.filter(about_id=row.public_id, state="pending")
    assert {bell.recipient for bell in bells} == {cast.zhou}


def test_lin_says_with_which_contact_she_kept_it_and_the_page_shows_it(cast):
    row = promise(cast)
    before = make_contact(row.card, NOW - DAY)
    kept = make_contact(row.card, NOW + HOUR)
    in_vain = make_contact(row.card, NOW + HOUR, outcome="no_answer", result="no_answer")
    lin, url = browser(cast.lin), f"/promises/{row.public_id}/"
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        offered = dict(lin.get(url).context["form"].fields["through"].choices)
        key = f"followups.contact.{kept.public_id}"
        assert list(offered) == ["", key]
        sent = {"answer": "已报价", "granted": "yes", "version": row.version}
        for other in (before, in_vain):
            wrong = {**sent, "through": f"followups.contact.{other.public_id}"}
            assert lin.post(f"{url}answer/", wrong).status_code == 422
        assert lin.post(f"{url}answer/", {**sent, "through": key}).status_code == 302
        page = lin.get(url).content.decode()
    row.refresh_from_db()
    assert (row.state, row.kept_id) == ("kept", kept.public_id)
    assert offered[key] in page


def test_a_promise_over_a_ticket_is_kept_with_its_answer(cast):
    ticket = replied(cast, ticket_fields={"answer_by": NOW + 5 * HOUR})
    row = Promise.objects.get()
    assert (row.state, row.kept_room, row.kept_id) == ("kept", "complaints", ticket.public_id)
    with time_machine.travel(NOW + 5 * HOUR, tick=False):
        assert (
            ticket.ticket_no in browser(cast.wu).get(f"/promises/{row.public_id}/").content.decode()
        )


def test_the_card_leads_to_the_answer_owed_with_what_was_just_logged(cast):
    late, row = promise(cast, due_at=NOW + 2 * DAY), promise(cast)
    url, link = f"/customers/{row.card.public_id}/", f"/promises/{row.public_id}/"
    assert late.card != row.card
    made = make_contact(row.card, NOW + HOUR)
    lin = browser(cast.lin)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        assert link in lin.get(url).content.decode()
        form = lin.get(link).context["form"]
        assert form["through"].value() == f"followups.contact.{made.public_id}"
        sent = {"answer": "已报价", "granted": "yes", "version": row.version}
        sent["through"] = form["through"].value()
        assert lin.post(f"{link}answer/", sent).status_code == 302
        assert link not in lin.get(url).content.decode()


def test_the_card_leads_sales_to_nothing_that_was_promised_over_a_ticket(cast):
    row = promise(cast, by=cast.wu)
    Promise.objects.filter(pk=row.pk).update(source_room=OF_TICKETS)
    url, link = f"/customers/{row.card.public_id}/", f"/promises/{row.public_id}/"
    assert link in browser(cast.wu).get(url).content.decode()
    assert link not in browser(cast.lin).get(url).content.decode()
