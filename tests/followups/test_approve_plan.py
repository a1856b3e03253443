"""Chen decides on Lin's plan; nobody decides on their own."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from crm.notices.models import Notice, Reminder
from crm.people.models import Delegation, Membership, User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from followups import actions
from followups.models import Plan, PlanDecision
from tests.people import NOW, make_card, make_contact, make_plan, make_planned

SOON = NOW + dt.timedelta(seconds=5)


@pytest.fixture
def submitted(cast, draft):
    actions.arm_reminders(draft.steps.all(), now=NOW)
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)
    return draft


def fresh(user: User) -> User:
    """The person at their next request."""
    return User.objects.get(pk=user.pk)


def test_chen_approves_and_the_decision_keeps_criteria_checks_and_steps(cast, submitted):
    actions.approve_plan(submitted, by=cast.chen, version=2, comment="好", now=NOW)

    submitted.refresh_from_db()
    decision = submitted.decisions.get()
    assert (submitted.state, submitted.reviewer, submitted.reviewed_at) == (
        "approved",
        cast.chen,
        NOW,
    )
    assert decision.criteria == dict.fromkeys(actions.CRITERIA, True)
    assert {row["key"] for row in decision.checks} >= {"interval", "reason", "hours"}
    assert len(submitted.revisions.get().steps) == 3
    assert submitted.revision == 1


def test_lin_is_told_and_her_reminders_lose_their_mark(cast, submitted):
    assert Reminder.objects.filter(kind="contact_due", unapproved=True).exists()

    actions.approve_plan(submitted, by=cast.chen, version=2, now=NOW)

    assert not Reminder.objects.filter(kind="contact_due", unapproved=True).exists()
    assert Notice.objects.get(recipient=cast.lin).kind == "plan_approved"
    assert not Reminder.objects.filter(about_id=submitted.public_id).still_to_ring().exists()
    assert not Notice.objects.filter(recipient=cast.chen).still_open().exists()


@pytest.mark.parametrize("name", ["lin", "zhou", "he", "ola", "wu", "xu", "bai", "pan", "adele"])
def test_nobody_else_may_approve(cast, submitted, name):
    with pytest.raises(PermissionDenied):
        actions.approve_plan(submitted, by=getattr(cast, name), version=2, now=NOW)

    assert Plan.objects.get().state == "submitted"
    assert not PlanDecision.objects.exists()


def test_the_stores_manager_may(cast, submitted):
    actions.approve_plan(submitted, by=cast.shen, version=2, now=NOW)

    assert submitted.state == "approved"


def test_nobody_approves_their_own_plan(cast):
    card = make_card(cast.chen, "叶青")
    plan = make_plan(card, state="submitted")

    with pytest.raises(PermissionDenied):
        actions.approve_plan(plan, by=cast.chen, version=1, now=NOW)


def test_the_author_does_not_approve_a_plan_for_somebody_elses_customer(cast, submitted):
    Plan.objects.update(author=cast.chen)
    submitted.refresh_from_db()

    with pytest.raises(PermissionDenied):
        actions.approve_plan(submitted, by=cast.chen, version=2, now=NOW)


def test_who_stands_in_for_the_owner_does_not_approve_either(cast, submitted):
    today = timezone.localdate()
    Delegation.objects.create(
        user=cast.lin, deputy=cast.chen, starts_on=today, ends_on=today + dt.timedelta(days=1)
    )

    with pytest.raises(PermissionDenied):
        actions.approve_plan(submitted, by=fresh(cast.chen), version=2, now=NOW)


def test_a_supervisor_who_left_the_team_may_not(cast, submitted):
    Membership.objects.filter(user=cast.chen).update(team=cast.team_two)

    with pytest.raises(PermissionDenied):
        actions.approve_plan(submitted, by=fresh(cast.chen), version=2, now=NOW)


def test_of_two_decisions_one_wins(cast, submitted):
    other = Plan.objects.select_related("card").get(pk=submitted.pk)
    actions.approve_plan(submitted, by=cast.chen, version=2, now=NOW)

    with pytest.raises(Stale):
        actions.return_plan(other, by=cast.shen, version=2, comment="间隔太长", now=NOW)

    assert PlanDecision.objects.get().by == cast.chen


def test_a_contact_logged_meanwhile_makes_the_approval_stale(cast, submitted):
    Plan.objects.filter(pk=submitted.pk).update(version=3)

    with pytest.raises(Stale):
        actions.approve_plan(submitted, by=cast.chen, version=2, now=NOW)


def test_an_approval_sent_twice_is_one_decision(cast, submitted):
    for _ in range(2):
        actions.approve_plan(submitted, by=cast.chen, version=2, now=NOW, request_id="r1")

    assert PlanDecision.objects.count() == 1


def test_a_plan_is_returned_with_words_only(cast, submitted):
    with pytest.raises(ValidationError):
        actions.return_plan(submitted, by=cast.chen, version=2, comment="  ", now=NOW)

    actions.return_plan(submitted, by=cast.chen, version=2, comment="第 2 步理由相同", now=NOW)

    line = Notice.objects.get(recipient=cast.lin)
    assert (submitted.state, submitted.returns) == ("returned", 1)
    assert (line.kind, line.data["comment"]) == ("plan_returned", "第 2 步理由相同")
    assert submitted.decisions.get().kind == "returned"


# --- undo ----------------------------------------------------------------------------------


@pytest.fixture
def approved(cast, submitted):
    actions.approve_plan(submitted, by=cast.chen, version=2, now=NOW)
    return submitted


def test_chen_takes_an_approval_back_within_ten_seconds(cast, approved):
    actions.undo_approval(approved, by=cast.chen, version=approved.version, now=SOON)

    approved.refresh_from_db()
    assert (approved.state, approved.reviewer) == ("submitted", None)
    assert approved.decisions.get().undone_at == SOON
    contacts = Reminder.objects.filter(kind="contact_due").still_to_ring()
    assert contacts.exists()
    assert all(reminder.unapproved for reminder in contacts)
    assert not Notice.objects.filter(kind="plan_approved").still_open().exists()


def test_after_an_undo_the_plan_can_be_decided_again(cast, approved):
    actions.undo_approval(approved, by=cast.chen, version=approved.version, now=SOON)

    actions.return_plan(
        approved, by=cast.chen, version=approved.version, comment="间隔太长", now=SOON
    )

    assert approved.decisions.count() == 2


def test_after_ten_seconds_it_is_too_late(cast, approved):
    with pytest.raises(Stale):
        actions.undo_approval(
            approved,
            by=cast.chen,
            version=approved.version,
            now=NOW + dt.timedelta(seconds=11),
        )

    assert Plan.objects.get().state == "approved"


@pytest.mark.parametrize("name", ["lin", "shen", "zhou"])
def test_only_the_same_person_undoes(cast, approved, name):
    with pytest.raises(PermissionDenied):
        actions.undo_approval(approved, by=getattr(cast, name), version=approved.version, now=SOON)


def test_nothing_is_undone_once_a_contact_was_logged(cast, approved):
    step = approved.steps.first()
    make_contact(approved.card, SOON, planned=step)

    with pytest.raises(Stale):
        actions.undo_approval(approved, by=cast.chen, version=approved.version, now=SOON)


def test_nothing_is_undone_once_a_reminder_has_fired(cast, approved):
    Reminder.objects.filter(kind="contact_due").filter(
        pk=Reminder.objects.filter(kind="contact_due").first().pk
    ).update(state="fired", fired_at=SOON)

    with pytest.raises(Stale):
        actions.undo_approval(approved, by=cast.chen, version=approved.version, now=SOON)


# --- many ----------------------------------------------------------------------------------


def test_many_are_approved_where_every_check_passes(cast, submitted):
    warned = make_plan(make_card(cast.zhou, "田野"), state="submitted", submitted_at=NOW)
    make_planned(warned, NOW + dt.timedelta(hours=11))
    own = make_plan(make_card(cast.chen, "叶青"), state="submitted", submitted_at=NOW)
    make_planned(own, NOW + dt.timedelta(hours=1))

    approved, left = actions.approve_plans(
        [(submitted, 2), (warned, 1), (own, 1)], by=cast.chen, now=NOW
    )

    assert approved == [submitted]
    assert left == [warned, own]
    assert Plan.objects.filter(state="approved").get() == submitted


def test_a_plan_changed_meanwhile_is_left(cast, submitted):
    _approved, left = actions.approve_plans([(submitted, 1)], by=cast.chen, now=NOW)

    assert left == [submitted]


def test_every_decision_is_in_the_audit_trail(cast, approved):
    actions.undo_approval(approved, by=cast.chen, version=approved.version, now=SOON)

    verbs = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert verbs == ["followups.submit_plan", "followups.approve_plan", "followups.undo_approval"]
