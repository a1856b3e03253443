"""Lin writes a plan: steps come, change and go while nobody has been asked to decide."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from crm.customers.models import Card
from crm.notices.models import Reminder
from crm.records.states import Stale
from followups import actions
from followups.actions.planning import new_draft
from followups.models import Plan
from followups.steps import Step
from tests.people import NOW, local, make_plan, make_planned

FRIDAY = local("2026-03-13 16:00")
STEP = Step(due_at=FRIDAY, method="wechat", content="发对比表", reason="客户问竞品")


def test_lin_begins_a_plan_once(cast, card):
    plan = actions.begin_plan(card, by=cast.lin, now=NOW)

    assert (plan.state, plan.author, plan.store) == ("draft", cast.lin, cast.pudong)
    assert actions.begin_plan(card, by=cast.lin, now=NOW) == plan


def test_of_two_who_begin_it_at_once_the_second_is_told(cast, draft):
    with pytest.raises(Stale), transaction.atomic():
        new_draft(draft.card, by=cast.lin, now=NOW)

    assert Plan.objects.get() == draft


def test_no_plan_begins_for_a_customer_who_bought(cast, card):
    Card.objects.update(state="ordered")
    card.refresh_from_db()

    with pytest.raises(ValidationError):
        actions.begin_plan(card, by=cast.lin, now=NOW)


def test_a_step_is_added_with_reminders_marked_unapproved(cast, card):
    plan = make_plan(card, state="draft")

    step = actions.add_step(plan, STEP, by=cast.lin, version=1, now=NOW, request_id="r1")

    assert step
    assert (step.assignee, step.reason, step.team) == (cast.lin, "客户问竞品", cast.team_one)
    assert Card.objects.get().next_contact_at == FRIDAY
    armed = Reminder.objects.filter(about_id=step.public_id)
    assert armed.exists()
    assert all(reminder.unapproved for reminder in armed)
    assert actions.add_step(plan, STEP, by=cast.lin, version=1, now=NOW, request_id="r1") is None
    assert plan.steps.count() == 1


def test_a_changed_step_takes_its_reminders_along(cast, card):
    plan = make_plan(card, state="returned")
    step = make_planned(plan, NOW + dt.timedelta(days=5))
    actions.arm_reminders([step], now=NOW)

    actions.change_step(step, STEP, by=cast.lin, version=1, now=NOW)

    step.refresh_from_db()
    assert (step.due_at, step.method, step.version) == (FRIDAY, "wechat", 2)
    pending = Reminder.objects.filter(about_id=step.public_id).still_to_ring()
    assert pending.exists()
    assert {reminder.due_at for reminder in pending} == {FRIDAY}
    assert Plan.objects.get().version == 2


def test_a_removed_step_rings_no_more(cast, draft):
    actions.arm_reminders(draft.steps.all(), now=NOW)
    step = draft.steps.last()

    actions.remove_step(step, by=cast.lin, version=1, now=NOW)

    assert draft.steps.filter(state="planned").count() == 2
    assert not Reminder.objects.filter(about_id=step.public_id).still_to_ring().exists()


def test_a_change_or_removal_sent_twice_counts_once(cast, draft):
    first, last = draft.steps.first(), draft.steps.last()

    for _sending in range(2):
        actions.change_step(first, STEP, by=cast.lin, version=1, now=NOW, request_id="r1")
        actions.remove_step(last, by=cast.lin, version=1, now=NOW, request_id="r2")

    first.refresh_from_db()
    assert (first.method, first.version) == ("wechat", 2)
    assert draft.steps.filter(state="planned").count() == 2


@pytest.mark.parametrize("state", ["submitted", "approved", "adjusting", "completed", "cancelled"])
def test_once_asked_or_decided_the_steps_are_locked(cast, card, state):
    plan = make_plan(card, state=state)
    step = make_planned(plan, FRIDAY)

    with pytest.raises(Stale):
        actions.add_step(plan, STEP, by=cast.lin, version=1, now=NOW)
    with pytest.raises(Stale):
        actions.change_step(step, STEP, by=cast.lin, version=1, now=NOW)
    with pytest.raises(Stale):
        actions.remove_step(step, by=cast.lin, version=1, now=NOW)


def test_a_stale_version_changes_nothing(cast, draft):
    with pytest.raises(Stale):
        actions.add_step(draft, STEP, by=cast.lin, version=9, now=NOW)
    with pytest.raises(Stale):
        actions.change_step(draft.steps.first(), STEP, by=cast.lin, version=9, now=NOW)

    assert draft.steps.count() == 3
    assert Plan.objects.get().version == 1


@pytest.mark.parametrize("name", ["zhou", "he", "wu", "shen", "otto"])
def test_nobody_else_writes_lins_plan(cast, draft, name):
    with pytest.raises(PermissionDenied):
        actions.add_step(draft, STEP, by=getattr(cast, name), version=1, now=NOW)


@pytest.mark.parametrize(
    "step",
    [
        Step(due_at=FRIDAY, method="pigeon"),
        Step(due_at=FRIDAY, method="phone", reason="长" * 301),
        Step(due_at=dt.datetime(1999, 1, 1, tzinfo=dt.UTC), method="phone"),
    ],
)
def test_what_no_step_can_be_is_refused(cast, draft, step):
    with pytest.raises(ValidationError):
        actions.add_step(draft, step, by=cast.lin, version=1, now=NOW)


def test_chen_gives_a_plan_up_and_everything_of_it_ends(cast, draft):
    actions.arm_reminders(draft.steps.all(), now=NOW)

    actions.cancel_plan(draft, by=cast.chen, version=1, reason="客户要求停止", now=NOW)

    assert draft.state == "cancelled"
    assert set(draft.steps.values_list("state", flat=True)) == {"cancelled"}
    assert not Reminder.objects.still_to_ring().exists()
    assert Card.objects.get().next_contact_at is None
