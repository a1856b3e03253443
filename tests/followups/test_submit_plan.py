"""Lin asks Chen to decide on her plan."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.notices.models import Notice, Reminder
from crm.records.models import AuditEvent
from crm.records.states import Stale
from followups import actions
from followups.models import Plan
from tests.people import NOW, local, make_plan, make_planned


def test_lin_submits_and_chen_is_told(cast, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW, request_id="r1")

    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at, draft.version) == ("submitted", NOW, 2)
    assert draft.interval_days == 2
    line = Notice.objects.get(recipient=cast.chen)
    assert (line.kind, line.about_id) == ("plan_waiting", draft.public_id)
    assert draft.card.timeline.get().kind == "plan_submitted"
    assert AuditEvent.objects.get().action == "followups.submit_plan"


def test_the_limit_rings_at_the_supervisor_and_the_escalation_at_the_manager(cast, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)

    rings = {r.step: r for r in Reminder.objects.filter(about_id=draft.public_id)}
    assert rings["limit"].role == "sales_supervisor"
    assert rings["limit"].not_before >= local("2026-03-14 00:00")
    assert rings["escalation"].role == "manager"
    assert rings["escalation"].not_before >= local("2026-03-17 00:00")


def test_sent_twice_it_is_submitted_once(cast, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW, request_id="r1")
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW, request_id="r1")

    assert Notice.objects.count() == 1
    assert Plan.objects.get().version == 2


def test_a_plan_without_a_step_ahead_stays_a_draft(cast, card):
    plan = make_plan(card, state="draft")
    make_planned(plan, NOW - dt.timedelta(days=1))

    with pytest.raises(ValidationError):
        actions.submit_plan(plan, by=cast.lin, version=1, now=NOW)

    plan.refresh_from_db()
    assert plan.state == "draft"
    assert not Notice.objects.exists()


def test_a_longer_interval_needs_its_reason(cast, card):
    plan = make_plan(card, state="draft")
    make_planned(plan, local("2026-03-20 10:00"))

    with pytest.raises(ValidationError):
        actions.submit_plan(plan, by=cast.lin, version=1, now=NOW)
    actions.submit_plan(plan, by=cast.lin, version=1, now=NOW, exception_reason="客户出国到 19 日")

    assert plan.state == "submitted"


def test_a_returned_plan_comes_back_only_changed(cast, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)
    actions.return_plan(draft, by=cast.chen, version=2, comment="换个理由", now=NOW)

    with pytest.raises(ValidationError):
        actions.submit_plan(draft, by=cast.lin, version=3, now=NOW)
    actions.remove_step(draft.steps.last(), by=cast.lin, version=1, now=NOW)
    draft.refresh_from_db()
    actions.submit_plan(draft, by=cast.lin, version=4, now=NOW)

    assert draft.state == "submitted"


@pytest.mark.parametrize("name", ["zhou", "he", "otto", "wu", "shen", "bai", "adele"])
def test_nobody_but_owner_and_supervisor_submits(cast, draft, name):
    with pytest.raises(PermissionDenied):
        actions.submit_plan(draft, by=getattr(cast, name), version=1, now=NOW)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_stale_form_changes_nothing(cast, draft):
    with pytest.raises(Stale):
        actions.submit_plan(draft, by=cast.lin, version=7, now=NOW)

    assert Plan.objects.get().state == "draft"


def test_chens_own_plan_for_a_member_waits_for_the_manager(cast, draft):
    Plan.objects.update(author=cast.chen)
    draft.refresh_from_db()

    actions.submit_plan(draft, by=cast.chen, version=1, now=NOW)

    assert Notice.objects.get().recipient == cast.shen


def test_lin_takes_a_submitted_plan_back_and_the_timer_stops(cast, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)

    actions.take_back(draft, by=cast.lin, version=2, now=NOW)

    assert draft.state == "draft"
    assert not Reminder.objects.filter(about_id=draft.public_id).still_to_ring().exists()
    assert not Notice.objects.still_open().exists()


def test_what_is_decided_cannot_be_taken_back(cast, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)
    actions.approve_plan(draft, by=cast.chen, version=2, now=NOW)

    with pytest.raises(Stale):
        actions.take_back(draft, by=cast.lin, version=draft.version, now=NOW)
