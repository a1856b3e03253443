"""Logging a contact or try, and the plan that continues itself (CL-01, CL-02, FP-08)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers import actions as customers
from crm.customers import states as card_states
from crm.customers.models import Card, Level
from crm.people.models import User, new_public_id
from crm.records import audit
from crm.records.actions import change, claim_request, drop_draft, keep_result, transition
from crm.records.queues import earlier_result
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from followups import access, due, outcomes, states
from followups.actions.planning import (
    allow,
    clean_text,
    close_planned,
    keep_editor,
    live_plan,
    new_draft,
    plan_contact,
    refresh_next,
)
from followups.actions.plans import ask_for_decision, edit_waiting
from followups.models import Contact, Direction, Method, Plan, PlannedContact, Result
from followups.queues import Rulebooks
from followups.steps import Happened, Step

FORM = "log_contact"
# Cards on which nothing can be logged any more.
GONE = (card_states.MERGED, card_states.ANONYMISED)


def log_contact(
    card: Card,
    told: Happened,
    *,
    by: User,
    now: dt.datetime,
    planned: PlannedContact | None = None,
    request_id: str = "",
    rulebooks: Rulebooks | None = None,
) -> Contact:
    """Save a contact: the planned one is done, level confirmed, next one planned, all at once.

    A form sent twice makes one row and returns it. Raises `PermissionDenied`, `Stale` when the
    planned contact was closed meanwhile, `ValidationError` beside the field; a customer who is
    followed up cannot be left without a next step (4.2).
    """
    allow(access.can_log(by, card))
    with transaction.atomic():
        if not claim_request(by, FORM, request_id):
            return Contact.objects.get(public_id=earlier_result(by, FORM, request_id))
        numbers, calendar = (rulebooks or Rulebooks()).of(card.store_id)
        _check(card, told, by=by, now=now, numbers=numbers)
        plan = live_plan(card)
        if planned is not None:
            close_planned(planned, to=states.DONE, reason="", now=now, version=told.planned_version)
        if told.level != card.level:
            customers.change_level(card, by=by, level=told.level, now=now)
        contact = _contact(card, told, planned, by=by, now=now, numbers=numbers)
        step = told.next_step if card.is_followed_up else None
        if step is not None:
            step = worded(step, contact)
            contact.next_step = step.reason
        contact.save(force_insert=True)
        if step is not None:
            within = _stays_approved(card, step, contact, numbers, calendar)
            _continue_plan(card, plan, step, within=within, by=by, now=now)
        _finish(card, contact, by=by, now=now)
        keep_result(by, FORM, request_id, contact.public_id)
        drop_draft(by, FORM, card.public_id)
    return contact


def _check(card: Card, told: Happened, *, by: User, now: dt.datetime, numbers: Numbers) -> None:
    wrong: dict[str, Any] = {}
    if card.state in GONE:
        raise ValidationError(_("This card is closed: nothing can be logged on it."))
    if told.result not in Result.values:
        wrong["result"] = _("Choose what came of it.")
    if told.method not in Method.values:
        wrong["method"] = _("Choose how the customer was contacted.")
    if told.direction not in Direction.values:
        wrong["direction"] = _("Choose who contacted whom.")
    if told.level not in ("", *Level.values):
        wrong["level"] = _("Choose a level.")
    if due.has_not_happened(told.occurred_at, now):
        wrong["occurred_at"] = _("This lies ahead. Log a contact once it has happened.")
    late = due.needs_supervisor_to_enter(told.occurred_at, now, numbers=numbers)
    if late and not access.can_enter_late(by, card):
        message = _("More than %(count)d days ago: ask your supervisor to enter it.")
        wrong["occurred_at"] = message % {"count": numbers.back_dating_days}
    if told.next_step is not None and told.next_step.due_at <= now:
        wrong["next_at"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)


def _contact(
    card: Card,
    told: Happened,
    planned: PlannedContact | None,
    *,
    by: User,
    now: dt.datetime,
    numbers: Numbers,
) -> Contact:
    """The contact's row, not saved yet."""
    outcome = outcomes.outcome_for(told.result, told.method)
    tried = outcomes.tries_after(outcome, card.tries)
    post = by.reach.main
    public_id = new_public_id()
    return Contact(
        public_id=public_id,
        contact_no=f"O-{public_id}",
        card=card,
        staff=by,
        team_id=post.team_id if post else card.team_id,
        store_id=post.store_id if post else card.store_id,
        occurred_at=told.occurred_at,
        created_at=now,
        method=told.method,
        direction=told.direction,
        outcome=outcome,
        result=told.result,
        feedback=clean_text(told.note, "note", 2000),
        problem=clean_text(told.problem, "problem", 1000),
        analysis=clean_text(told.analysis, "analysis", 1000),
        level_after=told.level,
        planned=planned,
        attempt=tried,
        entered_late=due.is_entered_late(told.occurred_at, now, numbers=numbers),
    )


def _finish(card: Card, contact: Contact, *, by: User, now: dt.datetime) -> None:
    """The card's next and last contact and its tries; the audit entry without what was said.

    A customer who is followed up always has a next contact (CC-27, 4.2).
    """
    last = max(contact.occurred_at, card.last_contact_at or contact.occurred_at)
    refresh_next(card, last_contact_at=last, tries=contact.attempt)
    if card.is_followed_up and card.next_contact_at is None:
        raise ValidationError({"next": _("Choose when to contact this customer next.")})
    after = {"result": contact.result, "outcome": contact.outcome, "method": contact.method}
    audit.record("followups.log_contact", by=by, obj=contact, after=after, at=now)


def _continue_plan(
    card: Card,
    plan: Plan | None,
    step: Step,
    *,
    within: bool,
    by: User,
    now: dt.datetime,
) -> None:
    """Append the next contact to the card's live plan, or begin a draft with it.

    An approved plan stays approved while the date is `within` the level's cycle and the method
    is allowed; otherwise it waits in `adjusting`. A submitted plan's version rises, so that an
    approval under way finds it changed.
    """
    if plan is None:
        plan = new_draft(card, by=by, now=now)
    elif plan.state == states.APPROVED and not within:
        adjust_plan(plan, by=by, now=now)
    else:
        change(plan)
        edit_waiting(plan, by=by, now=now)
    plan_contact(plan, step, by=by, now=now)


def _stays_approved(
    card: Card, step: Step, contact: Contact, numbers: Numbers, calendar: Calendar
) -> bool:
    return step.method in outcomes.PLANNABLE and due.within_cycle(
        card.level, step.due_at, after=contact.occurred_at, numbers=numbers, calendar=calendar
    )


def adjust_plan(plan: Plan, *, by: User, now: dt.datetime) -> None:
    """An approved plan goes beyond what was approved: it waits for its supervisor again.

    Whoever worked on what was approved may decide on what `by` changed now.
    """
    transition(plan, frm=states.PLAN_MOVES["adjust"], to=states.ADJUSTING, submitted_at=now)
    plan.editors.clear()
    keep_editor(plan, by)
    ask_for_decision(plan, now=now)


def worded(step: Step, contact: Contact) -> Step:
    """The step with the reason and purpose that follow from the result, where none was typed.

    Kept in the writer's language: from then on they are the writer's words (FP-05).
    """
    reason = step.reason.strip() or reason_after(contact)
    content = step.content.strip() or purpose_after(contact.result)
    return Step(
        due_at=step.due_at,
        untimed=step.untimed,
        method=step.method,
        content=content,
        reason=reason[:300],
    )


def reason_after(contact: Contact) -> str:
    """Why the next contact follows from this one (FP-05): "Last time: thinking it over"."""
    words = {"result": contact.get_result_display(), "note": contact.feedback}
    if contact.feedback:
        return _("Last time: %(result)s. %(note)s") % words
    if contact.attempt:
        return _("Try %(count)d was in vain: %(result)s") % {**words, "count": contact.attempt}
    return _("Last time: %(result)s") % words


def purpose_after(result: str) -> str:
    """What the next contact is for, as the result suggests."""
    return {
        Result.PROGRESS: _("Agree the next step"),
        Result.THINKING: _("Ask what is still open"),
        Result.NO_ANSWER: _("Try again at another time of day"),
        Result.VISIT_AGREED: _("Receive the customer in the showroom"),
        Result.WANTS_QUOTE: _("Go through the quote"),
        Result.NOT_BUYING: _("Ask what speaks against it"),
        Result.ABSENT: _("Try again at another time of day"),
        Result.REFUSED: _("Ask when a call suits better"),
        Result.WRONG_NUMBER: _("Find the right number"),
        Result.SENT: _("Ask what they think of the message"),
    }.get(Result(result), _("Agree the next step"))
