"""Links in customers' hands: made and shown once, listed, counted and taken back by whom it is
for."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.customers.models import Consent
from crm.people.models import User
from crm.records.models import AuditEvent
from tests.people import NOW, Cast, make_card, make_cast, make_survey_link, make_visit
from visits.actions import assign_visit, make_link
from visits.models import SurveyLink, Visit
from visits.survey import hash_of

TODAY = NOW.date()


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(cast) -> Visit:
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, kind="new_purchase")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_address_and_code_are_shown_once(cast, visit):
    wu, path = client_of(cast.wu), f"/visits/{visit.public_id}/link/"
    sent = {"version": "1", "until": "2026-03-20", "request_id": str(uuid.uuid4())}
    page = wu.post(path, sent)
    text = page.content.decode()
    token = page.context["address"].split("/s/")[1].rstrip("/")
    link = SurveyLink.objects.get()
    assert link.token_hash == hash_of(token)
    assert "<svg class=" in text
    assert page["Cache-Control"].find("no-store") >= 0
    again = wu.post(path, sent)
    assert again.url == f"/visits/{visit.public_id}/"
    assert SurveyLink.objects.count() == 1
    (event,) = AuditEvent.objects.filter(action="visits.make_link")
    assert token not in str(event.after)
    assert link.token_hash not in str(event.after)


@pytest.mark.parametrize(
    ("before", "after"), [("assigned", "in_progress"), ("appointed", "appointed")]
)
def test_a_visit_is_in_progress_once_its_link_is_handed_out(cast, visit, before, after):
    Visit.objects.filter(pk=visit.pk).update(state=before)
    seen = Visit.objects.get(pk=visit.pk)
    client_of(cast.wu).post(f"/visits/{visit.public_id}/link/", {"until": "2026-03-20"})
    now_there = Visit.objects.get(pk=visit.pk)
    assert (now_there.state, now_there.version) == (after, seen.version)


@pytest.mark.parametrize(("until", "wrong"), [("2026-03-11", True), ("2026-06-11", True)])
def test_a_link_is_good_for_ninety_days_at_most(cast, visit, until, wrong):
    page = client_of(cast.wu).post(f"/visits/{visit.public_id}/link/", {"until": until})
    assert (page.status_code == 422) is wrong
    assert not SurveyLink.objects.exists()


def test_who_wishes_no_visits_is_sent_no_questionnaire(cast, visit):
    customer = visit.card.customer
    Consent.objects.create(customer=customer, purpose="visit", said_at=NOW, withdrawn_at=NOW)
    with pytest.raises(ValidationError):
        make_link(visit, by=cast.wu, now=NOW)


def test_sales_hands_out_no_questionnaire_about_itself(cast, visit):
    for user in (cast.lin, cast.chen, cast.shen, cast.otto):
        with pytest.raises(PermissionDenied):
            make_link(visit, by=user, now=NOW)
    lin = client_of(cast.lin)
    assert lin.get(f"/visits/{visit.public_id}/link/").status_code == 403
    assert lin.get("/visits/links/").status_code == 403


def test_the_list_counts_what_is_good_in_ones_store(cast, visit):
    make_link(visit, by=cast.wu, now=NOW)
    make_survey_link(visit, used_at=NOW)
    make_survey_link(make_visit(make_card(cast.otto, "京客"), TODAY))
    page = client_of(cast.xu).get("/visits/links/")
    assert page.context["page"].paginator.count == 1
    assert "高峰" in page.content.decode()
    assert "京客" not in page.content.decode()


def test_a_link_taken_back_is_dead(cast, visit):
    link, token = make_survey_link(visit, made_by=cast.wu)
    sent = {"version": str(link.version), "request_id": str(uuid.uuid4())}
    path = f"/visits/links/{link.public_id}/revocation/"
    assert client_of(cast.shen).post(path, sent).status_code == 403
    assert client_of(cast.wu).post(path, sent).status_code == 302
    link.refresh_from_db()
    assert (link.revoked_at, link.revoked_by) == (NOW, cast.wu)
    assert Client().get(f"/s/{token}/").status_code == 404
    assert AuditEvent.objects.filter(action="visits.revoke_link").count() == 1


def test_xu_takes_all_links_of_her_store_back_at_once(cast, visit):
    for _one in range(3):
        make_survey_link(visit)
    away, _token = make_survey_link(make_visit(make_card(cast.otto, "京客"), TODAY))
    assert client_of(cast.wu).post("/visits/links/revocation/").status_code == 403
    client_of(cast.xu).post("/visits/links/revocation/", {"request_id": str(uuid.uuid4())})
    assert SurveyLink.objects.filter(revoked_at=NOW).count() == 3
    away.refresh_from_db()
    assert away.revoked_at is None
    assert AuditEvent.objects.filter(action="visits.revoke_link").count() == 3
