"""A customer's bad opinion of a visit is looked into: an owner, a day, an outcome (SA-02)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from crm.notices.models import Notice, Reminder
from crm.people.models import User
from tests.people import NOW, Cast, make_card, make_cast, make_visit
from visits.models import Correction, Visit

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(visitor: User, cast: Cast, grade: int) -> Visit:
    """The visitor's call, on which the customer gives a grade for the visit itself."""
    card = make_card(cast.lin, "高峰")
    visit = make_visit(card, NOW.date(), assignee=visitor, state="assigned")
    sent = {
        "version": visit.version, "request_id": str(uuid.uuid4()), "method": "phone",
        "q_overall": "5", "q_visitor": str(grade), "nothing_because": "settled",
    }  # fmt: skip
    answer = client_of(visitor).post(f"/visits/{visit.public_id}/call/", sent)
    assert answer.status_code == 302, answer.context["form"].errors
    return visit


def press(user: User, verb: str, row: Correction, **sent: str) -> None:
    row.refresh_from_db()
    body = {"version": row.version, "request_id": str(uuid.uuid4()), **sent}
    url = f"/visits/audits/corrections/{row.public_id}/{verb}/"
    answer = client_of(user).post(url, body)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    row.refresh_from_db()


def test_it_is_the_supervisors_by_a_day_and_rings_and_stands_on_her_page(cast):
    visit = said(cast.wu, cast, 1)
    row = Correction.objects.get()
    assert (row.audit, row.visit, row.owner, row.state) == (None, visit, cast.xu, "open")
    assert row.due_on > NOW.date()
    assert Reminder.objects.filter(kind="correction_due", recipient=cast.xu).exists()
    assert Notice.objects.filter(kind="visit_opinion_bad", recipient=cast.xu).count() == 1
    assert not Notice.objects.filter(kind="correction_given").exists()
    page = client_of(cast.xu).get("/visits/supervision/").content.decode()
    assert "还有 1 条对回访的差评未核查" in page
    listed = client_of(cast.xu).get("/visits/audits/corrections/?show=opinions").content.decode()
    assert visit.visit_no in listed
    assert "客户对这次回访不满意" in listed


def test_the_visitor_reads_of_it_only_once_it_is_hers_to_put_right(cast):
    said(cast.wu, cast, 2)
    row = Correction.objects.get()
    url = f"/visits/audits/corrections/{row.public_id}/"
    assert client_of(cast.wu).get(url).status_code == 404
    due_on = (NOW + 3 * DAY).date().isoformat()
    press(cast.xu, "owner", row, owner=str(cast.wu.pk), due_on=due_on, what="重听录音，改开场白")
    assert (row.owner, row.what) == (cast.wu, "重听录音，改开场白")
    assert client_of(cast.wu).get(url).status_code == 200
    press(cast.wu, "answer", row, words="已改")
    assert row.state == "done"
    press(cast.xu, "verification", row, right="yes", words="听了三通，语气好")
    assert row.state == "verified"


def test_looked_into_is_verified_by_somebody_else_and_unfounded_says_why(cast):
    said(cast.wu, cast, 1)
    row = Correction.objects.get()
    press(cast.xu, "answer", row, words="听了录音，已向客户致歉")
    refused = client_of(cast.xu).get(f"/visits/audits/corrections/{row.public_id}/verification/")
    assert refused.status_code == 403
    press(cast.shen, "verification", row, right="yes", words="属实")
    assert row.state == "verified"
    said(cast.wu, cast, 1)
    other = Correction.objects.exclude(pk=row.pk).get()
    press(cast.xu, "cancellation", other, words="客户把销售当成回访人")
    assert other.state == "called_off"
    assert client_of(cast.xu).get("/visits/supervision/").context["open_opinions"] == 0
    assert not Reminder.objects.still_to_ring().filter(kind="correction_due").exists()


def test_where_the_supervisor_made_the_visit_her_manager_looks_into_it(cast):
    said(cast.xu, cast, 1)
    row = Correction.objects.get()
    assert row.owner == cast.shen
    url = f"/visits/audits/corrections/{row.public_id}/"
    assert client_of(cast.xu).get(url).status_code == 404
    assert client_of(cast.xu).get("/visits/supervision/").context["open_opinions"] == 0


def test_who_was_content_makes_no_work_and_one_visit_is_looked_into_once(cast):
    said(cast.wu, cast, 3)
    assert not Correction.objects.exists()
    visit = said(cast.wu, cast, 1)
    Visit.objects.filter(pk=visit.pk).update(
        state="awaiting_entry", completed_at=None, satisfaction=None
    )
    visit.refresh_from_db()
    sent = {
        "version": visit.version, "request_id": str(uuid.uuid4()), "method": "phone",
        "q_overall": "5", "q_visitor": "1", "nothing_because": "settled",
    }  # fmt: skip
    client_of(cast.wu).post(f"/visits/{visit.public_id}/call/", sent)
    assert Correction.objects.count() == 1
