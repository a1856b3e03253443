"""Verbs on one planned contact: move it, give it up (4.2, RM-02)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers.actions import note
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.states import Stale
from crm.rulebook.queues import rules_for
from followups import access, due, states
from followups.actions.contacts import adjust_plan
from followups.actions.planning import (
    allow,
    clean_text,
    close_planned,
    live_plan,
    plan_contact,
    refresh_next,
    refuse_unwished,
)
from followups.actions.plans import edit_waiting
from followups.models import Plan, PlannedContact
from followups.steps import Step


def reschedule_planned(
    planned: PlannedContact,
    *,
    by: User,
    version: int,
    due_at: dt.datetime,
    reason: str,
    now: dt.datetime,
    untimed: bool = False,
    request_id: str = "",
) -> PlannedContact | None:
    """Close a planned contact as moved and plan its successor, linked to it (4.2).

    Beyond the level's cycle an approved plan waits for its supervisor again, unless the one who
    moves it may decide. None when this form was saved before. Raises `PermissionDenied`,
    `ValidationError` beside the field, `Stale`.
    """
    allow(access.can_reschedule(by, planned))
    reason = _checked(reason, due_at, now)
    with transaction.atomic():
        if not claim_request(by, "reschedule_planned", request_id):
            return None
        plan = _locked_plan(planned)
        refuse_unwished(planned.card, "due_at")
        _keep_plan_honest(plan, due_at, by=by, now=now)
        step = Step(
            due_at=due_at,
            untimed=untimed,
            method=planned.method,
            content=planned.content,
            reason=planned.reason,
        )
        successor = plan_contact(plan, step, by=by, now=now, moves=planned.moves + 1)
        close_planned(
            planned,
            to=states.RESCHEDULED,
            reason=reason,
            now=now,
            version=version,
            moved_to=successor,
        )
        refresh_next(planned.card)
        moved = {"from": planned.due_at.isoformat(), "to": due_at.isoformat(), "reason": reason}
        note(planned.card, "contact_rescheduled", by=by, now=now, **moved)
        audit.record("followups.reschedule_planned", by=by, obj=planned, after=moved, at=now)
    return successor


def _checked(reason: str, due_at: dt.datetime, now: dt.datetime) -> str:
    """The reason, cleaned; raises `ValidationError` without one or for a date gone by."""
    reason = clean_text(reason, "reason", 200)
    wrong = {}
    if not reason:
        wrong["reason"] = _("Say why the contact is moved.")
    if due_at <= now:
        wrong["due_at"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)
    return reason


def _locked_plan(planned: PlannedContact) -> Plan:
    """The live plan a contact belongs to; raises `Stale` when that plan has ended."""
    plan = live_plan(planned.card)
    if plan is None or plan.pk != planned.plan_id:
        raise Stale(planned._meta.label, planned.pk)
    return plan


def _keep_plan_honest(plan: Plan, due_at: dt.datetime, *, by: User, now: dt.datetime) -> None:
    """A date beyond the cycle asks the supervisor again; any other change raises the version."""
    card = plan.card
    numbers, calendar = rules_for(card.store_id)
    within = due.within_cycle(
        card.level,
        due_at,
        after=card.last_contact_at or card.opened_at,
        numbers=numbers,
        calendar=calendar,
    )
    if plan.state == states.APPROVED and not within and not access.leads(by, plan):
        adjust_plan(plan, by=by, now=now)
    else:
        change(plan)
        edit_waiting(plan, by=by, now=now)


def cancel_planned(
    planned: PlannedContact,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Give up one planned contact with a reason; its reminders are void (4.2).

    Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    allow(access.can_cancel_planned(by, planned))
    reason = clean_text(reason, "reason", 200)
    if not reason:
        raise ValidationError({"reason": _("Say why the contact is given up.")})
    with transaction.atomic():
        if not claim_request(by, "cancel_planned", request_id):
            return
        plan = _locked_plan(planned)
        close_planned(planned, to=states.CANCELLED, reason=reason, now=now, version=version)
        change(plan)
        edit_waiting(plan, by=by, now=now)
        refresh_next(planned.card)
        note(planned.card, "contact_cancelled", by=by, now=now, reason=reason)
        audit.record(
            "followups.cancel_planned", by=by, obj=planned, after={"reason": reason}, at=now
        )
