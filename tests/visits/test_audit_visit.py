"""Auditing a record: asked again blind, judged beside it, published, appealed once, settled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.customers.models import CaseAccess
from crm.notices.models import Notice
from crm.people.models import Membership
from crm.records.kpis import By, Question, Scope
from crm.records.periods import Period
from crm.records.states import Stale
from crm.rulebook.queues import working_calendar
from tests.people import (
    HIRED,
    NOW,
    SHANGHAI,
    Cast,
    give_case,
    make_card,
    make_cast,
    make_ticket,
    make_visit,
)
from tests.visits.audits import make_audit
from visits import kpis
from visits.actions import (
    Found,
    Judged,
    appeal_audit,
    give_up_audit,
    hear_audit,
    judge_audit,
    keep_answers,
    settle_audit,
    try_audit,
)
from visits.models import Questionnaire, Visit, VisitAudit
from visits.questions import Given, form_of
from visits.queues.audits import compared

DAY = dt.timedelta(days=1)
MADE_AT = NOW - 20 * DAY
ASKED = {name: Found(verdict="yes") for name in ("planned", "in_time", "attitude")}
ALL = {**ASKED, "complete": Found(verdict="yes"), "accurate": Found(verdict="yes")}
SEEN = {"planned": "yes", "in_time": "yes", "attitude": "yes"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def drawn(cast: Cast, state: str = "assigned", **fields: Any) -> VisitAudit:
    """A visit Wu made and Vera audits: very satisfied, would recommend with 9, buy again."""
    card = make_card(cast.lin, "高峰")
    visit = make_visit(
        card, MADE_AT.date(), assignee=cast.wu, state="completed", completed_at=MADE_AT,
        satisfaction=5, recommend=9, repurchase=True, notes="续航够用，很满意", method="phone",
    )  # fmt: skip
    give_case(card, user=cast.vera)
    return make_audit(visit, cast.vera, state=state, **fields)


def answered(row: VisitAudit, cast: Cast) -> None:
    """The visit's own questionnaire with its answers."""
    version = Questionnaire.objects.get(kind="regular").in_use
    assert version is not None
    form = form_of(version.body)
    given = {"overall": Given(5), "recommend": Given(9), "visitor": Given(4)}
    keep_answers(row.visit, version, form, given, entered_by=cast.wu, now=MADE_AT)


def page_of(user) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def publish(row: VisitAudit, cast: Cast, result: str = "inaccurate") -> None:
    judged = Judged(findings=ALL, result=result, words="客户说只给了 2 分")
    judge_audit(row, judged, by=cast.vera, version=row.version, now=NOW, publish=True)


def test_the_auditor_hears_the_customer_before_she_can_read_anything(cast):
    row = drawn(cast)
    answered(row, cast)
    vera = page_of(cast.vera)
    visit, name = row.visit, row.visit.visit_no
    assert vera.get(f"/visits/{visit.public_id}/").status_code == 404
    assert name not in vera.get("/visits/?show=all").content.decode()
    for path in ("", "call/", "tries/"):
        page = vera.get(f"/visits/audits/{row.public_id}/{path}")
        assert "续航够用" not in page.content.decode()
        assert page.context["compared"] == []
    assert " checked" not in vera.get(f"/visits/audits/{row.public_id}/call/").content.decode()
    sent = {"version": "1", **SEEN, "q_overall": "2", "q_recommend": "3", "q_visitor": "4"}
    saved = vera.post(f"/visits/audits/{row.public_id}/call/", sent)
    assert saved["Location"].endswith("/judgement/")
    page = vera.get(saved["Location"])
    assert "续航够用" in page.content.decode()
    lines = [(line.written, line.heard, line.agrees) for line in page.context["compared"]]
    assert ("非常满意", "不满意", False) in lines
    assert ("满意", "满意", True) in lines
    assert vera.get(f"/visits/{visit.public_id}/").status_code == 200


def test_until_she_heard_him_the_auditor_reads_no_ticket_of_that_visit(cast):
    row = drawn(cast)
    card, visit, vera = row.visit.card, row.visit, page_of(cast.vera)
    found = make_ticket(
        card, MADE_AT, source_room="visits", source_model="visit", source_id=visit.public_id
    )
    followed = make_ticket(card, MADE_AT)
    Visit.objects.filter(pk=visit.pk).update(ticket=followed)
    other = make_ticket(card, MADE_AT)

    def read() -> set[str]:
        """The tickets she comes to by the list, by their numbers and by their addresses."""
        listed = vera.get("/complaints/?show=all").content.decode()
        rows = [one for one in (found, followed, other) if one.ticket_no in listed]
        for one in (found, followed, other):
            opened = vera.get(f"/complaints/{one.public_id}/").status_code == 200
            sought = one.public_id in vera.get(f"/search/?q={one.ticket_no}").get("Location", "")
            assert opened == sought == (one in rows)
        return {one.ticket_no for one in rows}

    assert read() == {other.ticket_no}
    answers = {"overall": Given(2)}
    hear_audit(row, by=cast.vera, version=1, answers=answers, findings=ASKED, now=NOW)
    assert read() == {found.ticket_no, followed.ticket_no, other.ticket_no}


def test_what_was_heard_never_changes_and_is_asked_once(cast):
    row = drawn(cast)
    hear_audit(row, by=cast.vera, version=1, answers={"overall": Given(2)}, findings=ASKED, now=NOW)
    late = VisitAudit.objects.get(pk=row.pk)
    with pytest.raises(Stale):
        hear_audit(
            late, by=cast.vera, version=2, answers={"overall": Given(5)}, findings=ASKED, now=NOW
        )
    assert VisitAudit.objects.get(pk=row.pk).heard["overall"]["number"] == 2


def test_visits_without_a_questionnaire_are_compared_with_their_own_columns(cast):
    row = drawn(cast)
    answers = {"overall": Given(4), "recommend": Given(9), "repurchase": Given(choices=("no",))}
    hear_audit(row, by=cast.vera, version=1, answers=answers, findings=ASKED, now=NOW)
    lines = {line.heard: line.agrees for line in compared(row)}
    assert lines["9"] is True
    assert list(lines.values()).count(False) == 2


def test_a_criterion_left_out_and_a_no_without_words_are_refused_beside_their_fields(cast):
    row = drawn(cast)
    sent = {"version": "1", "planned": "no", "attitude": "yes", "q_overall": "2"}
    page = page_of(cast.vera).post(f"/visits/audits/{row.public_id}/call/", sent)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"in_time", "planned_words"}
    page = page_of(cast.vera).post(
        f"/visits/audits/{row.public_id}/call/", {**sent, "in_time": "cannot_tell"}
    )
    assert set(page.context["form"].errors) == {"planned_words"}
    assert str(page.context["form"]["planned"]).count("checked") == 1
    assert VisitAudit.objects.get(pk=row.pk).state == "assigned"


def test_the_result_counts_when_published_and_the_visitor_is_told(cast):
    row = drawn(cast, "heard")
    judge_audit(row, Judged(result="inaccurate"), by=cast.vera, version=1, now=NOW)
    assert Visit.objects.get(pk=row.visit_id).audit == ""
    assert page_of(cast.wu).get(f"/visits/audits/{row.public_id}/").status_code == 404
    publish(row, cast)
    assert Visit.objects.get(pk=row.visit_id).audit == "inaccurate"
    line = Notice.objects.get(kind="audit_published")
    assert (line.recipient, line.data["result"]) == (cast.wu, "inaccurate")
    assert page_of(cast.wu).get(f"/visits/audits/{row.public_id}/").status_code == 200
    assert not CaseAccess.objects.open_for(cast.vera.reach).exists()


def test_nothing_is_published_half_judged(cast):
    row = drawn(cast, "heard")
    cases = (
        (Judged(findings=ALL), {"result"}),
        (Judged(findings=ALL, result="inaccurate"), {"words"}),
        (Judged(findings=ASKED, result="accurate"), {"complete", "accurate"}),
    )
    for judged, fields in cases:
        with pytest.raises(ValidationError) as refused:
            judge_audit(row, judged, by=cast.vera, version=1, now=NOW, publish=True)
        assert set(refused.value.message_dict) == fields
    assert Visit.objects.get(pk=row.visit_id).audit == ""


def test_a_published_audit_is_closed_to_its_auditor(cast):
    row = drawn(cast, "published")
    with pytest.raises(Stale):
        judge_audit(row, Judged(result="accurate"), by=cast.vera, version=1, now=NOW)


def test_only_the_auditor_it_was_given_to_and_only_while_independent(cast):
    row = drawn(cast)
    for who in ("wu", "xu", "shen", "bai", "chen"):
        with pytest.raises(PermissionDenied):
            hear_audit(row, by=getattr(cast, who), version=1, answers={}, findings=ASKED, now=NOW)
    # Made the store's service supervisor meanwhile: the task is now under her.
    Membership.objects.create(
        user=cast.vera, role="service_supervisor", store=cast.pudong, valid_from=HIRED
    )
    with pytest.raises(PermissionDenied):
        hear_audit(row, by=cast.vera, version=1, answers={}, findings=ASKED, now=NOW)


def test_a_customer_who_is_not_reached_is_an_outcome_with_its_tries(cast):
    row = drawn(cast)
    for days in range(3):
        with pytest.raises(ValidationError):
            give_up_audit(row, by=cast.vera, version=row.version, now=NOW)
        try_audit(row, by=cast.vera, version=row.version, outcome="no_answer", now=NOW + days * DAY)
    give_up_audit(row, by=cast.vera, version=row.version, now=NOW + 2 * DAY)
    assert (row.state, row.tries, row.attempts.count()) == ("not_reached", 3, 3)
    assert Visit.objects.get(pk=row.visit_id).audit == ""


def test_a_customer_who_declines_ends_the_audit(cast):
    row = drawn(cast)
    try_audit(row, by=cast.vera, version=1, outcome="refused", now=NOW)
    assert row.state == "refused"
    assert not CaseAccess.objects.open_for(cast.vera.reach).exists()


def test_the_visitor_appeals_once_and_the_manager_settles(cast):
    row = drawn(cast, "published")
    with pytest.raises(ValidationError):
        appeal_audit(row, by=cast.wu, version=1, words=" ", now=NOW)
    appeal_audit(row, by=cast.wu, version=1, words="当时客户打了 5 分", now=NOW)
    assert Notice.objects.get(kind="audit_appealed").recipient == cast.shen
    with pytest.raises(Stale):
        appeal_audit(row, by=cast.wu, version=2, words="再说一次", now=NOW)
    for who in (cast.vera, cast.wu, cast.xu, cast.bai):
        with pytest.raises(PermissionDenied):
            settle_audit(row, by=who, version=2, result="accurate", words="听了录音", now=NOW)
    settle_audit(row, by=cast.shen, version=2, result="accurate", words="听了录音", now=NOW)
    assert Visit.objects.get(pk=row.visit_id).audit == "accurate"
    assert Notice.objects.get(kind="audit_settled").recipient == cast.wu
    with pytest.raises(Stale):
        appeal_audit(row, by=cast.wu, version=3, words="还是不对", now=NOW)


def test_the_time_to_appeal_ends(cast):
    row = drawn(cast, "published")
    with pytest.raises(ValidationError):
        appeal_audit(row, by=cast.wu, version=1, words="不对", now=NOW + 8 * DAY)
    appeal_audit(row, by=cast.wu, version=1, words="不对", now=NOW + 7 * DAY)


def test_a_manager_who_was_the_visitor_does_not_settle_her_own(cast):
    row = drawn(cast, "appealed")
    VisitAudit.objects.filter(pk=row.pk).update(visitor=cast.shen)
    row.refresh_from_db()
    with pytest.raises(PermissionDenied):
        settle_audit(row, by=cast.shen, version=1, result="accurate", words="我没错", now=NOW)


def test_a_form_sent_twice_counts_once_and_a_stale_one_shows_both_texts(cast):
    row = drawn(cast, "heard")
    sent = {
        "version": "1", "request_id": "once", "then": "publish", "result": "inaccurate",
        "words": "分数不符", **SEEN, "complete": "yes", "accurate": "no", "accurate_words": "2 分",
    }  # fmt: skip
    path = f"/visits/audits/{row.public_id}/judgement/"
    assert page_of(cast.vera).post(path, sent).status_code == 302
    assert page_of(cast.vera).post(path, sent).status_code == 302
    assert Notice.objects.filter(kind="audit_published").count() == 1
    late = page_of(cast.vera).post(path, {**sent, "request_id": "late", "words": "我的话"})
    assert late.status_code == 409
    assert "我的话" in late.content.decode()


def test_the_figures_of_live_audits_are_those_of_the_workbook(cast):
    for result in ("accurate", "accurate", "inaccurate"):
        publish(drawn(cast, "heard"), cast, result)
    drawn(cast)
    february = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28), SHANGHAI)
    for scope in (Scope(), Scope(By.PERSON, cast.wu.pk), Scope(By.STORE, cast.pudong.pk)):
        question = Question((february,), working_calendar(), scope)
        assert kpis.record_accuracy(question).counts() == (2, 3)
        assert kpis.audited_share(question).counts() == (3, 4)
