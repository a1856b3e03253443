"""A salesperson's verbs on a plan: its steps, submitting, taking back; how a plan ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crm.customers import actions as customers
from crm.customers.actions import note
from crm.customers.models import Card
from crm.customers.queues import contact_refused
from crm.notices import actions as notices
from crm.notices.actions import Desk
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.records.states import Stale
from crm.rulebook.queues import rules_for
from followups import access, checks, due, states
from followups.actions.planning import (
    UNWISHED,
    allow,
    clean_step,
    clean_text,
    close_open_steps,
    close_planned,
    held,
    keep_editor,
    live_plan,
    new_draft,
    occasion_of,
    plan_contact,
    refresh_next,
    refuse_unwished,
    thread,
)
from followups.models import Plan, PlannedContact
from followups.queues import check
from followups.steps import Step


def begin_plan(card: Card, *, by: User, now: dt.datetime) -> Plan:
    """The live plan of a card that is followed up; a new draft where there is none (4.1)."""
    allow(access.can_plan(by, card))
    if not card.is_followed_up:
        raise ValidationError(_("This customer is not followed up any more."))
    with transaction.atomic():
        customers.hold_card(card, as_read=True)
        if contact_refused(card):
            raise ValidationError(UNWISHED)
        return live_plan(card) or new_draft(card, by=by, now=now)


def add_step(
    plan: Plan, step: Step, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> PlannedContact | None:
    """Add a step to a draft or returned plan; None when this form was saved before.

    Raises `PermissionDenied`, `ValidationError` beside the field, `Stale`.
    """
    allow(access.can_plan(by, plan.card))
    with transaction.atomic():
        if not claim_request(by, "add_step", request_id):
            return None
        _edit(plan, version, by=by)
        refuse_unwished(plan.card, "due_at")
        planned = plan_contact(plan, step, by=by, now=now)
        refresh_next(plan.card)
        audit.record(
            "followups.add_step", by=by, obj=plan, after={"step": planned.public_id}, at=now
        )
    return planned


def change_step(
    planned: PlannedContact,
    step: Step,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Change a step of a draft or returned plan; its reminders move with it (RM-09)."""
    allow(access.can_plan(by, planned.card))
    with transaction.atomic():
        if not claim_request(by, "change_step", request_id):
            return
        _edit(planned.plan, None, by=by)
        if planned.state != states.PLANNED:
            raise Stale(planned._meta.label, planned.pk)
        before = {"due_at": planned.due_at, "method": planned.method}
        change(planned, version=version, **clean_step(step))
        notices.move(occasion_of(planned), replaces=About.of(planned), now=now, reason="changed")
        refresh_next(planned.card)
        after = {"due_at": planned.due_at, "method": planned.method}
        audit.record(
            "followups.change_step", by=by, obj=planned, before=before, after=after, at=now
        )


def remove_step(
    planned: PlannedContact, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take a step out of a draft or returned plan; the row stays, cancelled."""
    allow(access.can_plan(by, planned.card))
    with transaction.atomic():
        if not claim_request(by, "remove_step", request_id):
            return
        _edit(planned.plan, None, by=by)
        close_planned(planned, to=states.CANCELLED, reason="removed", now=now, version=version)
        refresh_next(planned.card)
        audit.record("followups.remove_step", by=by, obj=planned, at=now)


def _edit(plan: Plan, version: int | None, *, by: User) -> None:
    """Raise the plan's version if it may still be edited; raises `Stale` otherwise."""
    _lock(plan, states.EDITABLE, version)
    change(plan, version=version)
    keep_editor(plan, by)


def _lock(plan: Plan, frm: Collection[str], version: int | None) -> None:
    """Hold card and plan until the transaction ends; raises `Stale` unless it is as it was seen.

    What is checked after that is checked on the plan as it will be written.
    """
    rows = Plan.objects.filter(card=held(plan.card)).select_for_update(no_key=True)
    locked = rows.get(pk=plan.pk)
    if locked.state not in frm or version not in (None, locked.version):
        raise Stale(plan._meta.label, plan.pk)


def submit_plan(
    plan: Plan,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    exception_reason: str = "",
    request_id: str = "",
) -> None:
    """Ask the supervisor to decide: timer starts, supervisor is told (FP-02, FP-12, 4.1).

    Raises `ValidationError` with one message per check that keeps the plan back, or when a
    returned plan comes back unchanged.
    """
    allow(access.can_plan(by, plan.card))
    reason = clean_text(exception_reason, "exception_reason")
    with transaction.atomic():
        if not claim_request(by, "submit_plan", request_id):
            return
        _lock(plan, states.PLAN_MOVES["submit"], version)
        changed = reason != plan.exception_reason
        plan.exception_reason = reason
        found = _ready(plan, now, changed=changed)
        transition(
            plan,
            frm=states.PLAN_MOVES["submit"],
            to=states.SUBMITTED,
            version=version,
            submitted_at=now,
            exception_reason=reason,
            interval_days=max(found[checks.INTERVAL].data["gaps"], default=None),
        )
        keep_editor(plan, by)
        ask_for_decision(plan, now=now)
        note(plan.card, "plan_submitted", by=by, now=now, plan=plan.public_id)
        audit.record("followups.submit_plan", by=by, obj=plan, after={"state": plan.state}, at=now)


def _ready(plan: Plan, now: dt.datetime, *, changed: bool) -> dict[str, checks.Check]:
    """What was checked, by key; raises `ValidationError` while something keeps the plan back."""
    last = plan.decisions.first()
    untouched = last is not None and plan.version <= last.plan_version + 1
    if plan.state == states.RETURNED and untouched and not changed:
        raise ValidationError(_("Change something before submitting it again."), code="unchanged")
    found = check(plan, now=now)
    if checks.blocking(found):
        message = _("This plan cannot be submitted yet: see what the checks say.")
        raise ValidationError(message, code="checks")
    return {one.key: one for one in found}


def ask_for_decision(plan: Plan, *, now: dt.datetime) -> None:
    """Tell the supervisor that a plan waits, and start its limit and escalation (N-15, RM-08).

    A plan that a supervisor of the team wrote, edited or submitted goes to the manager.
    """
    card = plan.card
    desk = Desk(_decider(plan), store_id=card.store_id, team_id=card.team_id)
    manager = Desk(roles.MANAGER, store_id=card.store_id)
    numbers, calendar = rules_for(card.store_id)
    occasion = f"plan:{plan.public_id}/v{plan.version}/approval"
    about, link = About.of(plan), ("followups:plan", plan.public_id)
    subject = thread(card)
    data = {"customer": card.customer.name, "level": card.level, "author": plan.author.name}
    notices.tell(
        to=desk,
        kind="plan_waiting",
        occasion=occasion,
        about=about,
        subject=subject,
        link=link,
        data=data,
        now=now,
    )
    limit = due.decision_limit(now, numbers=numbers, calendar=calendar)
    escalates = due.decision_escalates(now, numbers=numbers, calendar=calendar)
    for step, kind, to, at in (
        ("limit", "plan_waiting", desk, limit),
        ("escalation", "plan_escalated", manager, escalates),
    ):
        notices.ring(
            occasion=occasion,
            step=step,
            kind=kind,
            about=about,
            to=to,
            at=at,
            subject=subject,
            link=link,
            data=data,
            now=now,
        )


def _decider(plan: Plan) -> str:
    """The role a plan waits for: a supervisor's work goes to the manager."""
    hands = (plan.author, *plan.editors.all())
    supervised = any(
        plan.card.team_id in one.reach.teams_as(roles.SALES_SUPERVISOR) for one in hands
    )
    return roles.MANAGER if supervised else roles.SALES_SUPERVISOR


def edit_waiting(plan: Plan, *, by: User, now: dt.datetime) -> None:
    """A plan changed while it waits: whoever changed it does not decide, so others are asked."""
    if plan.state in states.WAITING and keep_editor(plan, by):
        notices.cancel(about=About.of(plan), reason="edited", now=now)
        ask_for_decision(plan, now=now)


def take_back(
    plan: Plan, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Turn a submitted plan into a draft again; the timer stops (4.1)."""
    allow(access.can_plan(by, plan.card))
    with transaction.atomic():
        if not claim_request(by, "take_back", request_id):
            return
        transition(
            plan,
            frm=states.PLAN_MOVES["take_back"],
            to=states.DRAFT,
            version=version,
            submitted_at=None,
        )
        notices.cancel(about=About.of(plan), reason="taken back", now=now)
        note(plan.card, "plan_taken_back", by=by, now=now, plan=plan.public_id)
        audit.record("followups.take_back", by=by, obj=plan, after={"state": plan.state}, at=now)


def cancel_plan(
    plan: Plan, *, by: User, version: int, reason: str, now: dt.datetime, request_id: str = ""
) -> None:
    """Give a plan up: its open contacts are cancelled, its reminders void (4.1)."""
    allow(access.leads(by, plan))
    reason = clean_text(reason, "reason", 200)
    if not reason:
        raise ValidationError({"reason": _("Say why the plan is given up.")})
    with transaction.atomic():
        if not claim_request(by, "cancel_plan", request_id):
            return
        customers.hold_card(plan.card)
        end_plan(plan, to=states.CANCELLED, by=by, reason=reason, now=now, version=version)


def end_plan(
    plan: Plan,
    *,
    to: str,
    by: User | None,
    reason: str,
    now: dt.datetime,
    version: int | None = None,
) -> None:
    """Complete or cancel a live plan with all that hangs on it; raises `Stale`."""
    before = plan.state
    transition(plan, frm=states.LIVE, to=to, version=version)
    close_open_steps(plan, reason=reason, now=now)
    notices.cancel(about=About.of(plan), reason=reason, now=now)
    refresh_next(plan.card)
    note(plan.card, f"plan_{to}", by=by, now=now, plan=plan.public_id, reason=reason)
    audit.record(
        f"followups.plan_{to}",
        by=by,
        obj=plan,
        before={"state": before},
        after={"state": to},
        at=now,
    )


def complete_plan(card: Card, *, by: User | None, reason: str, now: dt.datetime) -> None:
    """An order completes the card's plan; nothing happens where none lives (4.1)."""
    _end_live_plan(card, to=states.COMPLETED, by=by, reason=reason, now=now)


def cancel_plan_of(card: Card, *, by: User | None, reason: str, now: dt.datetime) -> None:
    """A closed customer ends the plan and voids everything still to ring (RM-09)."""
    with transaction.atomic():
        _end_live_plan(card, to=states.CANCELLED, by=by, reason=reason, now=now)
        notices.cancel(subject=thread(card), reason=reason, now=now)


def _end_live_plan(card: Card, *, to: str, by: User | None, reason: str, now: dt.datetime) -> None:
    with transaction.atomic():
        plan = live_plan(card)
        if plan is not None:
            end_plan(plan, to=to, by=by, reason=reason, now=now)


def follow_owner(card: Card, *, new_owner: User, by: User | None, now: dt.datetime) -> None:
    """Plan and open contacts move with the card to its new owner, who is told (OW-07, 4.1)."""
    with transaction.atomic():
        plan = live_plan(card)
        PlannedContact.objects.filter(card=card, state=states.PLANNED).update(
            assignee=new_owner, team=card.team_id, store=card.store_id
        )
        notices.hand_over(
            subject=thread(card),
            to=new_owner,
            store_id=card.store_id,
            team_id=card.team_id,
            now=now,
        )
        notices.tell(
            to=new_owner,
            kind="card_received",
            occasion=f"card:{card.public_id}/v{card.version}/received",
            about=About.of(card),
            subject=thread(card),
            link=("home:card", card.public_id),
            data={"customer": card.customer.name, "level": card.level},
            now=now,
        )
        if plan is None:
            return
        change(plan, store_id=card.store_id)
        audit.record(
            "followups.follow_owner", by=by, obj=plan, after={"owner": new_owner.public_id}, at=now
        )
        if plan.state in states.WAITING:
            notices.cancel(about=About.of(plan), reason="handed over", now=now)
            ask_for_decision(plan, now=now)


def resume_plan(card: Card, *, by: User, reason: str, now: dt.datetime) -> None:
    """A cancelled order makes the customer a prospect again: a draft with a next contact (4.4).

    It is worded for whoever looks after the customer, whatever language the order was cancelled in.
    Nothing happens while another order stands, a contact is already planned, or the customer
    wishes none.
    """
    if not card.is_followed_up or contact_refused(card):
        return
    numbers, calendar = rules_for(card.store_id)
    day = due.next_try_day(card.level, now, numbers=numbers, calendar=calendar)
    reader = card.owner or by
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        step = Step(
            due_at=due.due_at(day, None, calendar.zone),
            untimed=True,
            method="phone",
            content=_("Ask what changed and agree the next step"),
            reason=_("The order was cancelled: %(reason)s") % {"reason": reason[:200]},
        )
    with transaction.atomic():
        plan = live_plan(card) or new_draft(card, by=reader, now=now)
        if not plan.steps.filter(state=states.PLANNED).exists():
            plan_contact(plan, step, by=by, now=now)
        refresh_next(card)
