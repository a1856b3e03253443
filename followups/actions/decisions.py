"""A supervisor's verbs on a plan: approve, return, undo, approve many (FP-02, FP-10, FP-18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.customers.actions import note
from crm.notices import actions as notices
from crm.notices import states as notice_states
from crm.notices.models import About, Reminder, ReminderQuerySet
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.records.states import Stale
from crm.rulebook.queues import numbers_for
from followups import access, checks, due, states
from followups.actions.planning import allow, clean_text, thread
from followups.actions.plans import ask_for_decision
from followups.models import Contact, Plan, PlanDecision, PlanRevision
from followups.queues import check, open_steps

# The criteria of a review (FP-02); approving ticks all four.
CRITERIA = ("reasonable", "effective", "strategy", "need")


def approve_plan(
    plan: Plan,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    comment: str = "",
    request_id: str = "",
) -> None:
    """Approve a plan as the supervisor saw it; its reminders lose their mark (FP-02).

    The decision keeps the four criteria and what the system had checked. Raises
    `PermissionDenied` for the author and the card's owner, `Stale` when the plan changed.
    """
    allow(access.can_decide(by, plan))
    comment = clean_text(comment, "comment", 1000)
    with transaction.atomic():
        if not claim_request(by, "approve_plan", request_id):
            return
        _decide(plan, PlanDecision.Kind.APPROVED, by=by, version=version, comment=comment, now=now)
        keep_revision(plan, by=by, now=now)
        notices.mark_approved([About.of(step) for step in open_steps(plan)])
        _tell_author(plan, "plan_approved", comment, now)
        note(plan.card, "plan_approved", by=by, now=now, plan=plan.public_id)
        audit.record("followups.approve_plan", by=by, obj=plan, after={"state": plan.state}, at=now)


def return_plan(
    plan: Plan,
    *,
    by: User,
    version: int,
    comment: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Give a plan back with words; the author is told (FP-02, FP-10)."""
    allow(access.can_decide(by, plan))
    comment = clean_text(comment, "comment", 1000)
    if not comment:
        raise ValidationError(
            {"comment": _("Write what to change: a plan is returned with words.")}
        )
    with transaction.atomic():
        if not claim_request(by, "return_plan", request_id):
            return
        _decide(plan, PlanDecision.Kind.RETURNED, by=by, version=version, comment=comment, now=now)
        _tell_author(plan, "plan_returned", comment, now)
        note(plan.card, "plan_returned", by=by, now=now, plan=plan.public_id)
        audit.record("followups.return_plan", by=by, obj=plan, after={"state": plan.state}, at=now)


def _decide(
    plan: Plan, kind: str, *, by: User, version: int, comment: str, now: dt.datetime
) -> None:
    """Move the plan and keep the decision; what waited for it stops ringing."""
    approved = kind == PlanDecision.Kind.APPROVED
    found = [one.as_row() for one in check(plan, now=now)]
    transition(
        plan,
        frm=states.PLAN_MOVES["approve" if approved else "return"],
        to=states.APPROVED if approved else states.RETURNED,
        version=version,
        reviewer=by,
        reviewed_at=now,
        review_comment=comment,
        returns=F("returns") + (0 if approved else 1),
    )
    PlanDecision.objects.create(
        plan=plan,
        kind=kind,
        by=by,
        at=now,
        comment=comment,
        criteria=dict.fromkeys(CRITERIA, True) if approved else {},
        checks=found,
        plan_version=version,
    )
    notices.cancel(about=About.of(plan), reason=kind, now=now)


def keep_revision(plan: Plan, *, by: User, now: dt.datetime) -> None:
    """Keep the steps as decided (FP-11)."""
    change(plan, revision=F("revision") + 1)
    PlanRevision.objects.create(
        plan=plan,
        number=plan.revision,
        at=now,
        by=by,
        steps=[
            {
                "planned": step.public_id,
                "due_at": step.due_at.isoformat(),
                "untimed": step.untimed,
                "method": step.method,
                "content": step.content,
                "reason": step.reason,
                "state": step.state,
            }
            for step in plan.steps.all()
        ],
    )


def _tell_author(plan: Plan, kind: str, comment: str, now: dt.datetime) -> None:
    notices.tell(
        to=plan.author,
        kind=kind,
        occasion=f"plan:{plan.public_id}/v{plan.version}/{kind}",
        about=About.of(plan),
        subject=thread(plan.card),
        link=("followups:plan", plan.public_id),
        data={"customer": plan.card.customer.name, "comment": comment},
        now=now,
    )


def undo_approval(
    plan: Plan, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take an approval back within ten seconds, by the same person (guide 1.8).

    Raises `Stale` when the time is over or something of the plan has fired or been done.
    """
    allow(access.can_decide(by, plan))
    with transaction.atomic():
        if not claim_request(by, "undo_approval", request_id):
            return
        decision = plan.decisions.select_for_update(no_key=True).first()
        if decision is None:
            raise Stale(plan._meta.label, plan.pk)
        allow(decision.by_id == by.pk)
        if not _can_be_undone(plan, decision, now):
            raise Stale(plan._meta.label, plan.pk)
        transition(
            plan,
            frm=states.PLAN_MOVES["undo_approval"],
            to=states.SUBMITTED,
            version=version,
            reviewer=None,
            reviewed_at=None,
            review_comment="",
        )
        decision.undone_at = now
        decision.save(update_fields=["undone_at"])
        _mark_unapproved(plan)
        notices.cancel(about=About.of(plan), reason="approval undone", now=now)
        ask_for_decision(plan, now=now)
        note(plan.card, "approval_undone", by=by, now=now, plan=plan.public_id)
        audit.record(
            "followups.undo_approval", by=by, obj=plan, after={"state": plan.state}, at=now
        )


def _can_be_undone(plan: Plan, decision: PlanDecision, now: dt.datetime) -> bool:
    approved = decision.kind == PlanDecision.Kind.APPROVED and decision.undone_at is None
    if not approved or not due.may_undo(decision.at, now, numbers=numbers_for(plan.store_id)):
        return False
    done = Contact.objects.filter(planned__plan=plan, created_at__gte=decision.at)
    fired = _reminders(plan).filter(state=notice_states.FIRED, fired_at__gte=decision.at)
    return not done.exists() and not fired.exists()


def _mark_unapproved(plan: Plan) -> None:
    _reminders(plan).still_to_ring().update(unapproved=True)


def _reminders(plan: Plan) -> ReminderQuerySet:
    ids = [step.public_id for step in open_steps(plan)]
    return Reminder.objects.filter(
        about_room="followups", about_model="plannedcontact", about_id__in=ids
    )


def approve_plans(
    chosen: Iterable[tuple[Plan, int]], *, by: User, now: dt.datetime
) -> tuple[list[Plan], list[Plan]]:
    """Approve each chosen plan (with the version seen) that passes every check (FP-18).

    Returns the approved ones and those left for a closer look: a check speaks against it, the
    right is missing, or somebody was first. Each plan is a transaction of its own.
    """
    approved, left = [], []
    for plan, version in chosen:
        try:
            if not checks.all_pass(check(plan, now=now)):
                left.append(plan)
                continue
            approve_plan(plan, by=by, version=version, now=now)
        except (PermissionDenied, Stale):
            left.append(plan)
        else:
            approved.append(plan)
    return approved, left
