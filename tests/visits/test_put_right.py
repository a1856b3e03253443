"""What an audit found wrong is put right by one person and verified by another (SA-04)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.customers.models import CaseAccess
from crm.home.queues.counts import badges
from crm.notices.models import Notice, Reminder
from crm.people.models import Membership, User
from crm.records.states import Stale
from tests.people import NOW, Cast, give_case, make_card, make_cast, make_user, make_visit
from tests.visits.audits import make_audit, make_correction
from visits.actions import (
    Found,
    Judged,
    appeal_audit,
    assign_audits,
    call_off_correction,
    finish_correction,
    hand_over_correction,
    hear_audit,
    judge_audit,
    pass_on_audit,
    settle_audit,
    verify_correction,
)
from visits.models import Correction, Criterion, VisitAudit

DAY = dt.timedelta(days=1)
TODAY = NOW.date()
FINE = {name: Found(verdict="yes") for name in Criterion.values}
RUDE = {**FINE, "attitude": Found(verdict="no", words="语气生硬")}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def drawn(cast: Cast, state: str = "assigned") -> VisitAudit:
    """A visit Wu made and Vera audits."""
    at = NOW - 20 * DAY
    card = make_card(cast.lin, "高峰")
    visit = make_visit(
        card, at.date(), assignee=cast.wu, state="completed", completed_at=at, satisfaction=5
    )
    give_case(card, user=cast.vera)
    return make_audit(visit, cast.vera, state=state)


def published(cast: Cast, result: str, findings: dict[str, Found]) -> VisitAudit:
    return publish(drawn(cast, "heard"), cast, result, findings)


def publish(row: VisitAudit, cast: Cast, result: str, findings: dict[str, Found]) -> VisitAudit:
    judged = Judged(findings=findings, result=result, words="客户说只给了 2 分")
    judge_audit(row, judged, by=cast.vera, version=1, now=NOW, publish=True)
    return row


def given(cast: Cast, owner: User | None = None, **fields) -> Correction:
    return make_correction(make_card(cast.lin), owner or cast.wu, cast.vera, **fields)


def test_a_published_audit_that_found_something_wrong_gives_the_visitor_a_correction(cast):
    published(cast, "accurate", FINE)
    assert not Correction.objects.exists()
    row = published(cast, "accurate", RUDE)
    task = Correction.objects.get()
    assert (task.audit, task.owner, task.state) == (row, cast.wu, "open")
    assert task.due_on == dt.date(2026, 3, 17), "three working days after Thursday 12 March"
    assert Notice.objects.get(kind="correction_given").recipient == cast.wu
    rings = Reminder.objects.filter(kind="correction_due", state="pending")
    assert set(rings.values_list("recipient", flat=True)) == {cast.wu.pk}
    assert "service_supervisor" in rings.values_list("role", flat=True), "overdue she is told"
    page = page_of(cast.wu).get(f"/visits/audits/corrections/{task.public_id}/")
    assert "语气生硬" in page.content.decode()


def test_a_visitor_who_left_is_followed_by_the_service_supervisor(cast):
    row = drawn(cast, "heard")
    cast.wu.memberships.update(valid_to=TODAY - DAY)
    publish(row, cast, "inaccurate", FINE)
    assert Correction.objects.get().owner == cast.xu


def test_done_by_one_and_verified_by_another(cast):
    task = given(cast)
    with pytest.raises(ValidationError):
        finish_correction(task, words=" ", by=cast.wu, version=1, now=NOW)
    finish_correction(task, words="已回电并更正", by=cast.wu, version=1, now=NOW)
    assert (task.state, task.done_by) == ("done", cast.wu)
    assert Notice.objects.get(kind="correction_done").recipient == cast.xu
    assert not Reminder.objects.filter(kind="correction_due", state="pending").exists()
    for who in (cast.wu, cast.lin, cast.chen, cast.bai):
        with pytest.raises(PermissionDenied):
            verify_correction(task, right=True, words="好", by=who, version=2, now=NOW)
    verify_correction(task, right=True, words="听了录音", by=cast.vera, version=2, now=NOW)
    assert task.state == "verified"
    kinds = list(task.steps.values_list("kind", "by"))
    assert kinds == [("done", cast.wu.pk), ("verified", cast.vera.pk)]


def test_what_is_not_put_right_yet_is_due_again_and_reminded_of(cast):
    task = given(cast, state="done", done_by=cast.wu)
    with pytest.raises(ValidationError) as refused:
        verify_correction(task, right=False, words="没有回电", by=cast.xu, version=1, now=NOW)
    assert set(refused.value.message_dict) == {"again_on"}
    verify_correction(
        task, right=False, words="没有回电", by=cast.xu, version=1, now=NOW, again_on=TODAY + DAY
    )
    assert (task.state, task.due_on) == ("open", TODAY + DAY)
    assert Notice.objects.get(kind="correction_returned").recipient == cast.wu
    assert Reminder.objects.filter(kind="correction_due", state="pending").exists()


def test_a_supervisor_never_verifies_nor_calls_off_her_own(cast):
    task = given(cast, cast.xu)
    finish_correction(task, words="已更正", by=cast.xu, version=1, now=NOW)
    assert Notice.objects.get(kind="correction_done").recipient == cast.shen, "the manager instead"
    for verb in (
        lambda: verify_correction(task, right=True, words="好", by=cast.xu, version=2, now=NOW),
        lambda: call_off_correction(task, words="不必", by=cast.xu, version=2, now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    # Nor where she only handed it to somebody else: the record found wrong is hers.
    Correction.objects.filter(pk=task.pk).update(owner=cast.wu, done_by=cast.wu)
    task.refresh_from_db()
    with pytest.raises(PermissionDenied):
        verify_correction(task, right=True, words="好", by=cast.xu, version=2, now=NOW)


def test_it_is_handed_to_neither_auditor_nor_salesperson_nor_another_store(cast):
    task = given(cast)
    for who in (cast.vera, cast.lin, cast.ola, cast.tang):
        with pytest.raises(ValidationError) as refused:
            hand_over_correction(
                task, owner=who, due_on=TODAY, what="", by=cast.xu, version=1, now=NOW
            )
        assert set(refused.value.message_dict) == {"owner"}
    hand_over_correction(
        task, owner=cast.xu, due_on=TODAY + DAY, what="回电", by=cast.shen, version=1, now=NOW
    )
    assert (task.owner, task.what) == (cast.xu, "回电")
    assert Notice.objects.get(kind="correction_given").recipient == cast.xu


def test_an_appeal_won_calls_it_off_and_one_lost_leaves_it(cast):
    won = published(cast, "inaccurate", RUDE)
    appeal_audit(won, by=cast.wu, version=won.version, words="录音在", now=NOW)
    settle_audit(
        won, by=cast.shen, version=won.version, result="accurate", words="听了录音", now=NOW
    )
    task = Correction.objects.get(audit=won)
    assert (task.state, task.steps.last().words) == ("called_off", "听了录音")
    assert not Reminder.objects.filter(kind="correction_due", state="pending").exists()
    lost = published(cast, "inaccurate", RUDE)
    appeal_audit(lost, by=cast.wu, version=lost.version, words="录音在", now=NOW)
    settle_audit(
        lost, by=cast.shen, version=lost.version, result="inaccurate", words="没有录音", now=NOW
    )
    assert Correction.objects.get(audit=lost).state == "open"


def test_overdue_ones_are_shown_to_the_supervisor(cast):
    task = given(cast, due_on=TODAY - DAY)
    given(cast)
    xu = page_of(cast.xu)
    assert "show=late" in xu.get("/visits/supervision/").content.decode()
    page = xu.get("/visits/audits/corrections/?show=late")
    assert [row for row, _wrong in page.context["rows"]] == [task]


def test_a_form_sent_twice_counts_once_and_a_stale_one_shows_both_texts(cast):
    task = given(cast)
    path = f"/visits/audits/corrections/{task.public_id}/answer/"
    sent = {"version": "1", "request_id": "once", "words": "已回电"}
    wu = page_of(cast.wu)
    assert wu.post(path, {**sent, "words": ""}).status_code == 422
    assert wu.post(path, sent).status_code == 302
    assert wu.post(path, sent).status_code == 302
    assert task.steps.count() == 1
    late = wu.post(path, {**sent, "request_id": "late", "words": "我又打了一次"})
    assert late.status_code == 409
    assert "我又打了一次" in late.content.decode()
    with pytest.raises(Stale):
        call_off_correction(task, words="不必", by=cast.shen, version=1, now=NOW)


def test_an_auditor_passes_an_audit_on_to_another_auditor_with_a_reason(cast):
    row = drawn(cast)
    viola = make_user("viola", "另一位审核员", "auditor", cast.pudong)
    vera = page_of(cast.vera)
    path = f"/visits/audits/{row.public_id}/passing-on/"
    assert list(vera.get(path).context["form"].fields["to"].queryset) == [viola]
    assert vera.post(path, {"version": "1", "to": viola.pk, "reason": ""}).status_code == 422
    sent = vera.post(path, {"version": "1", "to": viola.pk, "reason": "我认识这位客户"})
    assert sent["Location"] == "/visits/audits/"
    row.refresh_from_db()
    assert (row.auditor, row.state) == (viola, "assigned")
    assert Notice.objects.get(kind="audit_passed_on").recipient == viola
    assert CaseAccess.objects.open_for(viola.reach).exists()
    assert not CaseAccess.objects.open_for(cast.vera.reach).exists()
    assert vera.get(f"/visits/audits/{row.public_id}/").status_code == 404
    with pytest.raises(PermissionDenied):
        hear_audit(row, by=cast.vera, version=2, answers={}, findings={}, now=NOW)
    assert assign_audits(cast.pudong, now=NOW) == 0, "the worker leaves it where it is"


def test_never_to_who_made_the_visit_or_leads_those_who_did(cast):
    row = drawn(cast)
    for who in (cast.wu, cast.xu):
        Membership.objects.create(
            user=who, role="auditor", store=cast.pudong, valid_from=TODAY - DAY
        )
    for who in (cast.wu, cast.xu, cast.vera, cast.shen):
        with pytest.raises(ValidationError):
            pass_on_audit(row, to=who, reason="请代审", by=cast.vera, version=1, now=NOW)
    with pytest.raises(PermissionDenied):
        pass_on_audit(row, to=cast.vera, reason="请代审", by=cast.xu, version=1, now=NOW)


def test_the_menu_counts_what_waits_for_the_reader(cast):
    drawn(cast)
    drawn(cast, "heard")
    drawn(cast, "appealed")
    given(cast)
    counted = {
        name: badges(getattr(cast, name), now=NOW, today=TODAY)["audits"].count()
        for name in ("vera", "shen", "wu", "xu")
    }
    assert counted == {"vera": 2, "shen": 1, "wu": 1, "xu": 0}
    for name, count in counted.items():
        page = page_of(getattr(cast, name)).get("/visits/audits/?show=mine")
        assert page.context["listing"].total == count
