"""What a customer says after a complaint is their word on its answer (RV-13, CP-24)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client

from complaints.models import CustomerWord, Entry, Ticket
from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import Membership, User
from crm.promises.models import Promise
from tests.complaints.answers import HOUR, closed, content, replied
from tests.people import HIRED, NOW, Cast, local, make_cast, make_survey_link, make_visit
from tests.permissions.problems import make_task
from visits.actions import assign_visit
from visits.models import Visit
from visits.queues.visitors import fits_for

LATER = NOW + 6 * HOUR


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def visit_after(cast: Cast, ticket: Ticket) -> Visit:
    """Xu's visit: Wu answered the complaint and so never asks whether it was answered well."""
    assert ticket.card
    visit = make_visit(ticket.card, LATER.date(), kind="complaint", ticket=ticket)
    assign_visit(visit, to=cast.xu, by=cast.xu, version=visit.version, now=LATER)
    return visit


def call(cast: Cast, visit: Visit, grade: str, **said: Any) -> int:
    """Xu's call as the page sends it, pressed twice."""
    sent = {
        "version": visit.version,
        "request_id": str(uuid.uuid4()),
        "method": "phone",
        "q_overall": grade,
        "q_visitor": "5",
        **said,
    }
    xu, url = client_of(cast.xu), f"/visits/{visit.public_id}/call/"
    first = xu.post(url, sent)
    if first.status_code == 302:
        assert xu.post(url, sent).status_code == 302
    return first.status_code


def test_a_content_customer_confirms_the_answer_in_the_same_save(cast):
    ticket = replied(cast)
    visit = visit_after(cast, ticket)
    page = client_of(cast.xu).get(f"/visits/{visit.public_id}/call/").content.decode()
    assert ticket.description in page
    assert ticket.solution in page
    assert call(cast, visit, "5", q_still_open="没有了") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("visited", 0)
    word = CustomerWord.objects.get()
    assert (word.by, word.content) == (cast.xu, True)
    assert "没有了" in word.words
    assert ticket.clocks.get(kind="follow_up").met_at == LATER
    entry = Entry.objects.get(ticket=ticket, kind="content")
    assert entry.data == {"visit_no": visit.visit_no}
    assert Notice.objects.filter(kind="complaint_content", recipient=cast.xu).exists()


def test_one_who_is_not_content_sends_it_back_to_work_and_is_promised_an_answer_over_it(cast):
    ticket = replied(cast)
    visit = visit_after(cast, ticket)
    promised = {"problem": "桩还是充不满", "answer_by": "2026-03-13 12:00"}
    assert call(cast, visit, "2", **promised) == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)
    assert ticket.clocks.filter(round=1, kind="resolution", void_at__isnull=True).count() == 1
    assert Ticket.objects.count() == 1
    promise = Promise.objects.get()
    assert (promise.source_id, promise.due_at) == (ticket.public_id, local("2026-03-13 12:00"))
    word = CustomerWord.objects.get()
    assert (word.content, word.by) == (False, cast.xu)
    assert word.words.startswith("桩还是充不满\n")
    assert Notice.objects.filter(kind="complaint_reopened", recipient=cast.wu).count() == 1


def test_what_alarms_on_the_visit_makes_the_reopened_complaint_critical(cast):
    ticket = replied(cast)
    assert ticket.severity != "critical"
    assert call(cast, visit_after(cast, ticket), "1", problem="现在刹车也失灵了") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.severity) == ("reopened", "critical")
    assert ticket.entries.get(kind="alarm").words == "现在刹车也失灵了"
    assert ticket.briefings.filter(to=cast.shen, reason="safety").count() == 1


def test_what_is_new_becomes_a_complaint_of_its_own_beside_it(cast):
    ticket = replied(cast)
    visit = visit_after(cast, ticket)
    new = {"problem": "大灯起雾", "as_complaint": "on"}
    assert call(cast, visit, "1", **new) == 422  # something new needs its class
    assert call(cast, visit, "1", category="product_quality", **new) == 302
    ticket.refresh_from_db()
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (ticket.state, other.kind, other.source_id) == ("reopened", "complaint", visit.public_id)


def test_a_problem_beside_a_good_answer_is_a_ticket_of_its_own(cast):
    ticket = replied(cast)
    visit = visit_after(cast, ticket)
    assert call(cast, visit, "4", problem="想加装脚垫") == 422
    assert call(cast, visit, "4", problem="想加装脚垫", category="other") == 302
    ticket.refresh_from_db()
    assert ticket.state == "visited"
    assert Ticket.objects.exclude(pk=ticket.pk).get().kind == "problem"


@pytest.mark.parametrize("said", [{"q_overall": "3"}, {"q_overall": "", "declined": "on"}])
def test_neither_content_nor_not_is_for_the_supervisor_to_enter(cast, said):
    ticket = replied(cast)
    assert call(cast, visit_after(cast, ticket), "", **said) == 302
    ticket.refresh_from_db()
    assert ticket.state == "replied"
    assert not CustomerWord.objects.exists()
    assert ticket.clocks.get(kind="follow_up").met_at == LATER
    told = Notice.objects.get(kind="complaint_visited")
    assert told.recipient == cast.xu
    page = client_of(cast.xu).get("/inbox/").content.decode()
    assert "请录入" in page


def test_a_customers_own_answer_by_link_is_their_word(cast):
    ticket = replied(cast)
    token = make_survey_link(visit_after(cast, ticket))[1]
    phone = Client(headers={"accept-language": "zh-hans"})
    seen = "overall still_open visitor call"
    page = phone.post(f"/s/{token}/", {"seen": seen, "q_overall": "1", "call": "on"})
    assert page.status_code == 200
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)
    word = CustomerWord.objects.get()
    assert (word.by, word.content) == (None, False)
    assert Ticket.objects.count() == 1
    assert Promise.objects.get().source_id == ticket.public_id


def test_who_proposed_or_handled_it_is_not_offered_and_does_not_make_the_visit(cast):
    ticket = replied(cast)
    visit = visit_after(cast, ticket)
    Membership.objects.create(
        user=cast.tang, role=roles.SERVICE_AGENT, store=cast.pudong, valid_from=HIRED
    )
    Ticket.objects.filter(pk=ticket.pk).update(responsible=None)
    make_task(ticket, cast.technical, state="done", handler=cast.tang)
    visit = Visit.objects.get(pk=visit.pk)
    assert [fit.visitor.user_id for fit in fits_for(visit)] == [cast.xu.pk]
    for handled_it in (cast.wu, cast.tang):
        Visit.objects.filter(pk=visit.pk).update(assignee=handled_it)
        assert client_of(handled_it).get(f"/visits/{visit.public_id}/call/").status_code == 403


def test_a_word_that_is_known_is_not_entered_twice(cast):
    ticket = content(cast)
    visit = visit_after(cast, ticket)
    assert call(cast, visit, "5") == 302
    ticket.refresh_from_db()
    assert (ticket.state, CustomerWord.objects.count()) == ("visited", 1)
    assert not Notice.objects.filter(kind="complaint_visited").exists()


def test_what_was_closed_long_ago_is_not_reopened_by_a_visit(cast, afternoon):
    ticket = closed(cast)
    visit = visit_after(cast, ticket)
    afternoon.shift(dt.timedelta(days=31))
    assert call(cast, visit, "2") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("closed", 0)
    assert Notice.objects.filter(kind="complaint_visited").exists()


def test_a_complaint_that_was_closed_without_a_yes_comes_back(cast):
    ticket = closed(cast)
    assert call(cast, visit_after(cast, ticket), "2") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)
