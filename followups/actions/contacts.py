"""Logging a contact or try, and the plan that continues itself (CL-01, CL-02, FP-08)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.customers import actions as customers
from crm.customers import states as card_states
from crm.customers.models import Card, Level
from crm.customers.queues import contact_refused
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User, new_public_id, public_id_of
from crm.records import audit
from crm.records.actions import change, claim_request, drop_draft, transition, written
from crm.records.queues import earlier_result, request_key
from crm.records.states import Stale
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar, is_to_come
from followups import access, due, outcomes, states
from followups.actions.planning import (
    UNWISHED,
    allow,
    clean_text,
    keep_editor,
    live_plan,
    new_draft,
    plan_contact,
    raised_plan,
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
    may_have_draft: bool = True,
) -> Contact:
    """Save a contact: the planned one is done, level confirmed, next one planned, all at once.

    A form sent twice makes one row and returns it. Raises `PermissionDenied`, `Stale` when the
    planned contact was closed or the card moved on meanwhile, `ValidationError` beside the field;
    a customer who is followed up cannot be left without a next step (4.2); for one who wishes no
    contact at all none can be planned (PS-01).
    """
    allow(access.can_log(by, card))
    public_id = _name(by, planned, request_id)
    try:
        with transaction.atomic():
            # A planned contact is closed once and its contact's id is taken once: that is a claim.
            if planned is None and not claim_request(by, FORM, request_id, public_id):
                return Contact.objects.get(public_id=earlier_result(by, FORM, request_id))
            rules = rulebooks or Rulebooks()
            contact = _written(card, told, planned, public_id, by=by, now=now, rulebooks=rules)
            if may_have_draft:
                drop_draft(by, FORM, card.public_id)
    except (IntegrityError, Stale, ValidationError):
        earlier = Contact.objects.filter(public_id=public_id, staff=by).first()
        if earlier is None:
            raise
        return earlier
    return contact


def _name(by: User, planned: PlannedContact | None, request_id: str) -> str:
    """The id of the contact to be made: the same whenever this form for a planned one is sent."""
    key = request_key(request_id)
    return new_public_id() if planned is None or not key else public_id_of(by.public_id, FORM, key)


def _written(
    card: Card,
    told: Happened,
    planned: PlannedContact | None,
    public_id: str,
    *,
    by: User,
    now: dt.datetime,
    rulebooks: Rulebooks,
) -> Contact:
    """The contact and all that follows from it, inside the transaction of `log_contact`."""
    numbers, calendar = rulebooks.of(card.store_id)
    _check(card, told, by=by, now=now, numbers=numbers)
    contact = _contact(card, told, planned, public_id, by=by, now=now, numbers=numbers)
    step = told.next_step if card.is_followed_up else None
    within = step is not None and _stays_approved(told, step, numbers, calendar)
    plan = _held_plan(card, within=within)
    unwished = _is_unwished(card, told, planned)
    if planned is not None:
        _carry_out(planned, now=now, version=told.planned_version)
    if told.level != card.level:
        customers.change_level(card, by=by, level=told.level, now=now)
    if step is not None:
        step = worded(step, contact)
        contact.next_step = step.reason
    contact.save(force_insert=True)
    if step is not None:
        plan = _continued(card, plan, within=within, by=by, now=now)
        plan_contact(plan, step, by=by, now=now, rules=rulebooks.book)
    _finish(card, contact, unwished=unwished, by=by, now=now)
    return contact


def _held_plan(card: Card, *, within: bool) -> Plan | None:
    """The live plan; card and plan are locked before anything is decided about them.

    Raises `Stale` where a card without a plan has moved on; with one, `_finish` finds that out.
    """
    plan = raised_plan(card) if within else live_plan(card)
    if plan is None:
        customers.hold_card(card, as_read=True)
    return plan


def _is_unwished(card: Card, told: Happened, planned: PlannedContact | None) -> bool:
    """Whether no next contact is wished; raises `ValidationError` where one is to be planned.

    A planned contact that is open still says that contact is wished: the refusal closes it.
    """
    unwished = planned is None and contact_refused(card)
    if unwished and told.next_step is not None:
        raise ValidationError({"next": UNWISHED})
    return unwished


def _carry_out(planned: PlannedContact, *, now: dt.datetime, version: int | None) -> None:
    """Close the planned contact and void its bells; `_finish` closes its lines (RM-09)."""
    transition(planned, frm=states.PLANNED, to=states.DONE, version=version, closed_at=now)
    notices.silence(About.of(planned), reason=states.DONE)


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
    if is_to_come(told.occurred_at, now):
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
    public_id: str,
    *,
    by: User,
    now: dt.datetime,
    numbers: Numbers,
) -> Contact:
    """The contact's row, not saved yet."""
    outcome = outcomes.outcome_for(told.result, told.method)
    tried = outcomes.tries_after(outcome, card.tries)
    post = by.reach.main
    return Contact(
        public_id=public_id,
        contact_no=f"O-{public_id}",
        card=card,
        staff=by,
        team_id=post.team_id if post else card.team_id,
        store_id=post.store_id if post else card.store_id,
        occurred_at=told.occurred_at,
        **written(now),
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


def _finish(card: Card, contact: Contact, *, unwished: bool, by: User, now: dt.datetime) -> None:
    """The card's next and last contact and its tries; the audit entry without what was said.

    A customer who is followed up always has a next contact (CC-27, 4.2), but who wishes none.
    """
    last = max(contact.occurred_at, card.last_contact_at or contact.occurred_at)
    planned = contact.planned
    lines = notices.lines_of(About.of(planned)) if planned else None
    # Two who tried at once are two tries.
    tries = F("tries") + 1 if contact.attempt else 0
    dates = {"last_contact_at": last, "tries": tries}
    if refresh_next(card, also=lines, as_read=True, **dates) and planned:
        notices.close(About.of(planned), reason=states.DONE, now=now)
    if card.is_followed_up and not unwished and card.next_contact_at is None:
        raise ValidationError({"next": _("Choose when to contact this customer next.")})
    after = {"result": contact.result, "outcome": contact.outcome, "method": contact.method}
    audit.record("followups.log_contact", by=by, obj=contact, after=after, at=now)


def _continued(card: Card, plan: Plan | None, *, within: bool, by: User, now: dt.datetime) -> Plan:
    """The card's live plan, ready for its next contact, or a draft begun for it.

    An approved plan stays approved while the date is `within` the level's cycle and the method
    is allowed; otherwise it waits in `adjusting`. A submitted plan's version rises, so that an
    approval under way finds it changed; that of a plan read `within` has risen already.
    """
    if plan is None:
        return new_draft(card, by=by, now=now)
    if plan.state == states.APPROVED and not within:
        adjust_plan(plan, by=by, now=now)
        return plan
    if not within:
        change(plan, version=plan.version)
    edit_waiting(plan, by=by, now=now)
    return plan


def _stays_approved(told: Happened, step: Step, numbers: Numbers, calendar: Calendar) -> bool:
    return step.method in outcomes.PLANNABLE and due.within_cycle(
        told.level, step.due_at, after=told.occurred_at, numbers=numbers, calendar=calendar
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
