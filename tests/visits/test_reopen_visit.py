"""A visit that was entered wrongly is given back and entered anew; what it said stays (4.6)."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.customers.models import CaseAccess
from crm.notices.models import Notice, Reminder
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import NOW, Cast, make_card, make_cast, make_visit
from tests.visits.audits import make_audit
from visits.actions import Heard, Made, complete_visit, reopen_visit
from visits.models import Measurement, Opportunity, QuestionnaireVersion, Response, Visit
from visits.questions import Given

UNHAPPY = {"overall": Given(number=1), "visitor": Given(number=2)}
HAPPY = {"overall": Given(number=5), "visitor": Given(number=5)}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(cast) -> Visit:
    """Wu's visit to Lin's customer, entered with another customer's answers."""
    made = make_visit(make_card(cast.lin, "高峰"), NOW.date(), kind="new_purchase")
    Visit.objects.filter(pk=made.pk).update(assignee=cast.wu, state="assigned")
    made.refresh_from_db()
    enter(made, cast, UNHAPPY)
    return made


def enter(visit: Visit, cast: Cast, answers, need: str = "") -> None:
    questions = QuestionnaireVersion.objects.get(questionnaire__kind=visit.kind, state="approved")
    visit.refresh_from_db()
    made = Made(answers=answers, heard=Heard(need=need), nothing_because="settled")
    told = {"by": cast.wu, "version": visit.version, "now": NOW, "questions": questions}
    complete_visit(visit, made, **told)


def reopen(visit: Visit, by, reason: str = "录入了另一位客户的答复") -> None:
    reopen_visit(visit, by=by, version=visit.version, reason=reason, now=NOW)


def test_a_wrong_entry_counts_no_more_and_is_entered_anew(cast, visit):
    assert (visit.satisfaction, Measurement.objects.filter(visit=visit).exists()) == (1, True)
    reopen(visit, cast.xu)
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction, visit.completed_at) == ("awaiting_entry", None, None)
    assert not Measurement.objects.filter(visit=visit).exists()
    enter(visit, cast, HAPPY)
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction) == ("completed", 5)
    editions = Response.objects.filter(visit=visit).order_by("edition")
    said = [row.answers.get(question="overall").number for row in editions]
    assert said == [1, 5]


def test_a_need_heard_on_a_visit_entered_anew_is_proposed_once(cast, visit):
    for words in ("七座", "七座的车"):
        reopen(visit, cast.xu)
        enter(visit, cast, HAPPY, need=words)
    assert Opportunity.objects.get().words == "七座"


def test_its_visitor_is_told_reminded_and_sees_the_card_again(cast, visit):
    assert not CaseAccess.objects.filter(user=cast.wu, until__isnull=True).exists()
    reopen(visit, cast.xu)
    assert Notice.objects.filter(recipient=cast.wu, kind="visit_back").count() == 1
    assert Reminder.objects.filter(kind="visit_entry", state="pending").exists()
    assert CaseAccess.objects.filter(user=cast.wu, until__isnull=True).count() == 1
    assert AuditEvent.objects.get(action="visits.reopen_visit").actor == cast.xu
    visit.refresh_from_db()
    assert visit.end_reason == "录入了另一位客户的答复"


@pytest.mark.parametrize("who", ["wu", "chen", "shen", "lin"])
def test_only_services_supervisor_gives_it_back(cast, visit, who):
    with pytest.raises(PermissionDenied):
        reopen(visit, getattr(cast, who))


def test_no_reason_no_reopening(cast, visit):
    with pytest.raises(ValidationError) as refused:
        reopen(visit, cast.xu, " ")
    assert "reason" in refused.value.message_dict


def test_what_the_customer_answered_themselves_is_no_wrong_entry(cast, visit):
    Response.objects.filter(visit=visit).update(entered_by=None)
    with pytest.raises(ValidationError, match="客户"):
        reopen(visit, cast.xu)
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction) == ("completed", 1)


def test_what_an_audit_has_drawn_is_judged_as_it_was_entered(cast, visit):
    make_audit(visit, cast.vera)
    with pytest.raises(ValidationError):
        reopen(visit, cast.xu)


def test_a_visit_still_open_is_stale(cast, visit):
    reopen(visit, cast.xu)
    with pytest.raises(Stale):
        reopen_visit(visit, by=cast.xu, version=visit.version, reason="再来一次", now=NOW)


def test_the_page_offers_it_to_the_supervisor_and_says_that_the_entry_is_given_back(cast, visit):
    xu = Client()
    xu.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/visits/{visit.public_id}/"
    assert f"{page}reopening/" in xu.get(page).content.decode()
    sent = {"version": visit.version, "reason": "", "request_id": "a1"}
    assert xu.post(f"{page}reopening/", sent).status_code == 422
    assert xu.post(f"{page}reopening/", {**sent, "reason": "录错"}).status_code == 302
    text = xu.get(page).content.decode()
    assert "退回重新录入" in text
    assert f"{page}reopening/" not in text
