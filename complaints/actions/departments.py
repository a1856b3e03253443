"""What a department does with its task: accept, refuse, report, finish (RV-35, RV-36, HP-06)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.checking import TASK_AT_MOST
from complaints.actions.telling import chase, service_desk, tell, tell_responsible
from complaints.actions.thread import close_case, enter, hold, needed
from complaints.models import DepartmentTask, Entry, Ticket
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition


def accept_task(
    task: DepartmentTask, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """The department takes it on; who pressed is its handler. A lead's yes moves the ticket.

    Raises `PermissionDenied`, `Stale`.
    """
    _allow(by, task)
    ticket = task.ticket
    with transaction.atomic():
        if not claim_request(by, "accept_task", request_id):
            return
        hold(ticket)
        transition(
            task,
            frm=states.TASK_MOVES["accept"],
            to=states.ACCEPTED,
            version=version,
            handler=by,
            heard_at=now,
        )
        if task.is_lead:
            _follow(ticket, "accept")
        enter(ticket, Entry.Kind.ACCEPTED, by=by, now=now, department=task.department)
        _note(task, "task_accepted", by=by, now=now)
        chase(task, now=now)
        audit.record("complaints.accept_task", by=by, obj=task, at=now)


def refuse_task(
    task: DepartmentTask,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Not this department's, with the reason; a lead's no sends the ticket back to be routed.

    Whoever answers for it and the service supervisor are told (PR-13). Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow(by, task)
    reason = needed(reason, "reason", most=TASK_AT_MOST)
    ticket = task.ticket
    with transaction.atomic():
        if not claim_request(by, "refuse_task", request_id):
            return
        hold(ticket)
        transition(
            task,
            frm=states.TASK_MOVES["refuse"],
            to=states.REFUSED,
            version=version,
            reason=reason,
            heard_at=now,
        )
        if task.is_lead:
            _follow(ticket, "refuse", lead_department=None)
        close_case(ticket, department=task.department, now=now)
        kind, department = Entry.Kind.REFUSED, task.department
        enter(ticket, kind, by=by, now=now, words=reason, department=department)
        chase(task, now=now)
        _note(task, "task_refused", by=by, now=now)
        tell(ticket, "task_refused", service_desk(ticket), now=now, **_data(task))
        audit.record("complaints.refuse_task", by=by, obj=task, after={"reason": reason}, at=now)


def report_progress(
    task: DepartmentTask,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say how far it is; the clock of silence begins anew (HP-06, N-39).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow(by, task)
    words = needed(words, "words")
    ticket = task.ticket
    with transaction.atomic():
        if not claim_request(by, "report_progress", request_id):
            return
        hold(ticket)
        moves = states.TASK_MOVES["progress"]
        transition(task, frm=moves, to=states.ACCEPTED, version=version, heard_at=now)
        if task.is_lead:
            _follow(ticket, "progress")
        department = task.department
        enter(ticket, Entry.Kind.PROGRESS, by=by, now=now, words=words, department=department)
        _note(task, "task_progress", by=by, now=now)
        chase(task, now=now)
        audit.record("complaints.report_progress", by=by, obj=task, at=now)


def complete_task(
    task: DepartmentTask,
    *,
    by: User,
    version: int,
    outcome: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The part is done; the lead's is the solution of the whole, to be told to the customer.

    Every assisting part must have ended before the lead's (HP-05). Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    _allow(by, task)
    outcome = needed(outcome, "outcome")
    ticket = task.ticket
    with transaction.atomic():
        if not claim_request(by, "complete_task", request_id):
            return
        hold(ticket)
        transition(
            task,
            frm=states.TASK_MOVES["complete"],
            to=states.DONE,
            version=version,
            outcome=outcome,
            heard_at=now,
            done_at=now,
        )
        kind = _solve(task, by=by, now=now) if task.is_lead else Entry.Kind.DONE
        department = task.department
        enter(ticket, kind, by=by, now=now, words=outcome, department=department)
        chase(task, now=now)
        _note(task, "ticket_solved" if task.is_lead else "task_done", by=by, now=now)
        audit.record("complaints.complete_task", by=by, obj=task, at=now)


def _solve(task: DepartmentTask, *, by: User, now: dt.datetime) -> Entry.Kind:
    """The ticket is resolved, for the figures too (kpi.md); the customer is told next."""
    ticket = task.ticket
    others = DepartmentTask.objects.filter(ticket=ticket).exclude(pk=task.pk)
    if not states.may_be_solved(list(others.values_list("state", flat=True))):
        raise ValidationError(_("An assisting department is still at work on its part."))
    if ticket.kind == states.COMPLAINT:
        return Entry.Kind.DONE  # found; what it is answered with is proposed and decided
    transition(
        ticket,
        frm=states.MOVES["solve"],
        to=states.SOLVED_STATE[ticket.kind],
        resolved_at=now,
        solution=task.outcome,
        solved_by=by,
    )
    return Entry.Kind.SOLVED


def resume_lead(
    ticket: Ticket, *, by: User, now: dt.datetime, due_at: dt.datetime
) -> DepartmentTask | None:
    """The customer is not content: the lead's part goes on, with another date. None without one."""
    lead = (
        DepartmentTask.objects.filter(ticket=ticket, is_lead=True, state=states.DONE)
        .select_related("ticket", "department__head", "handler")
        .first()
    )
    if lead is None:
        return None
    moves = states.TASK_MOVES["resume"]
    transition(lead, frm=moves, to=states.ACCEPTED, due_at=due_at, heard_at=now, done_at=None)
    audit.record("complaints.resume_task", by=by, obj=lead, at=now)
    chase(lead, now=now)
    return lead


def _follow(ticket: Ticket, verb: str, **changes: Any) -> None:
    """The ticket moves with its lead's word."""
    ticket.refresh_from_db(fields=["state"])
    to = states.after_lead(ticket.kind, verb, ticket.state)
    transition(ticket, frm=states.lead_moves(ticket.kind, verb), to=to, **changes)


def _allow(by: User, task: DepartmentTask) -> None:
    """Only the department; that the task still stands so is for its transition."""
    if not access.works_for(by, task):
        raise PermissionDenied


def _data(task: DepartmentTask) -> dict[str, str]:
    return {"department": task.department.name}


def _note(task: DepartmentTask, kind: str, *, by: User, now: dt.datetime) -> None:
    """Whoever answers for the ticket hears of it (RV-36); a line for each change of the task."""
    ticket = task.ticket
    occasion = f"{kind}/{task.public_id}/v{task.version}"
    tell_responsible(ticket, kind, by=by, now=now, occasion=occasion, **_data(task))
