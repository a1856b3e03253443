"""The customer hears the result and says yes or no (RV-36, HP-08, SoD 5)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from complaints import access, due, states
from complaints.actions.clocks import end_pauses
from complaints.actions.departments import resume_lead
from complaints.actions.promising import ANSWER_AT_MOST, give_promised, promise_answer
from complaints.actions.routing import call_off_open
from complaints.actions.telling import (
    answers_thread,
    service_desk,
    tell,
    tell_department,
    tell_responsible,
    thread,
)
from complaints.actions.thread import close_case, enter, needed
from complaints.models import DepartmentTask, Entry, Ticket
from complaints.signals import ticket_answered
from crm.customers.actions import note
from crm.notices import actions as notices
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for


def tell_customer(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    granted: bool,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The customer was told the result; an answer promised over the ticket is given with it.

    `granted` is False where the wish was declined and explained (HP-08). Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_tell(by, ticket):
        raise PermissionDenied
    words = needed(words, "words", most=ANSWER_AT_MOST)
    with transaction.atomic():
        if not claim_request(by, "tell_customer", request_id):
            return
        transition(ticket, frm=states.MOVES["tell"], to=states.TOLD, version=version, told_at=now)
        enter(ticket, Entry.Kind.TOLD, by=by, now=now, words=words, granted=granted)
        give_promised(ticket, words, by=by, granted=granted, now=now)
        _timeline(ticket, "ticket_told", by=by, now=now)
        said = {"granted": granted}
        audit.record("complaints.tell_customer", by=by, obj=ticket, after=said, at=now)
        ticket_answered.send(Ticket, ticket=ticket, by=by, now=now)


def confirm_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    words: str = "",
    request_id: str = "",
) -> None:
    """The customer is content: the ticket is closed, and nobody sees the card because of it.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow_word(by, ticket)
    words = _optional(words)
    with transaction.atomic():
        if not claim_request(by, "confirm_ticket", request_id):
            return
        transition(
            ticket,
            frm=states.MOVES["confirm"],
            to=states.CONFIRMED,
            version=version,
            closed_at=now,
            offered_to=None,
        )
        enter(ticket, Entry.Kind.CONFIRMED, by=by, now=now, words=words)
        said = words or ticket.solution or _("The customer is content.")
        give_promised(ticket, said, by=by, granted=True, now=now)
        end_work(ticket, by=by, now=now)
        tell_responsible(ticket, "ticket_confirmed", by=by, now=now)
        _timeline(ticket, "ticket_confirmed", by=by, now=now)
        audit.record("complaints.confirm_ticket", by=by, obj=ticket, at=now)


def reopen_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    answer_by: dt.datetime | None = None,
    request_id: str = "",
) -> None:
    """The customer is not content: back to work, counted; the last resolution stays (kpi.md).

    With `answer_by` the customer is promised an answer in the same save. Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow_word(by, ticket)
    words = needed(words, "words")
    if answer_by is not None and answer_by <= now:
        raise ValidationError({"answer_by": _("Choose a time still to come.")})
    with transaction.atomic():
        if not claim_request(by, "reopen_ticket", request_id):
            return
        lead = DepartmentTask.objects.filter(ticket=ticket, is_lead=True, state=states.DONE)
        transition(
            ticket,
            frm=states.MOVES["reopen"],
            to=states.IN_PROGRESS if lead.exists() else states.REOPENED,
            version=version,
            reopened_at=now,
            reopenings=F("reopenings") + 1,
        )
        enter(ticket, Entry.Kind.NOT_SOLVED, by=by, now=now, words=words)
        _back_to_work(ticket, answer_by, by=by, now=now)
        if answer_by is not None:
            promise_answer(ticket, by=by, due_at=answer_by, now=now)
        _timeline(ticket, "ticket_not_solved", by=by, now=now)
        said = {"reopenings": ticket.reopenings}
        audit.record("complaints.reopen_ticket", by=by, obj=ticket, after=said, at=now)


def _back_to_work(
    ticket: Ticket, answer_by: dt.datetime | None, *, by: User, now: dt.datetime
) -> None:
    """The lead goes on, or somebody has to be asked anew; all who are concerned are told."""
    numbers, calendar = rules_for(ticket.store_id)
    due_at = due.usual_due(now, answer_by, numbers=numbers, calendar=calendar, kind=ticket.kind)
    lead = resume_lead(ticket, by=by, now=now, due_at=due_at)
    if lead is not None:
        tell_department(lead, kind="ticket_not_solved", now=now)
    else:
        tell(ticket, "ticket_not_solved", service_desk(ticket), now=now)
    tell_responsible(ticket, "ticket_not_solved", by=by, now=now)


def end_work(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """Every task, pause, bell and right to see the card that came with the ticket ends with it.

    What the customer was promised has been answered by the verb that ends it.
    """
    end_pauses(ticket, now=now)
    call_off_open(ticket, by=by, now=now, reason="")
    done = DepartmentTask.objects.filter(ticket=ticket, state=states.DONE)
    for task in done.select_related("department"):
        close_case(ticket, department=task.department, now=now)
    if ticket.responsible is not None:
        close_case(ticket, user=ticket.responsible, now=now)
    for name in (thread(ticket), answers_thread(ticket)):
        notices.cancel(subject=name, reason="closed", now=now)


def _allow_word(by: User, ticket: Ticket) -> None:
    if not access.can_confirm(by, ticket):
        raise PermissionDenied


def _optional(words: str) -> str:
    return needed(words, "words") if words.strip() else ""


def _timeline(ticket: Ticket, kind: str, *, by: User, now: dt.datetime) -> None:
    if ticket.card is not None and ticket.about_id is None:
        note(ticket.card, kind, by=by, now=now, ticket_no=ticket.ticket_no)
