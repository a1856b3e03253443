"""Which departments work on a ticket: one lead and any assisting ones (HP-05, RV-34, RV-35)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, due, states
from complaints.actions.checking import TASK_AT_MOST, check_asked, check_head, check_lead
from complaints.actions.knowing import make_known
from complaints.actions.telling import chase, tell_department
from complaints.actions.thread import close_case, enter, hold, needed, open_case
from complaints.models import DepartmentTask, Entry, Ticket
from crm.people.models import Department, User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.rulebook.queues import rules_for


def route_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    category: str,
    now: dt.datetime,
    subcategory: str = "",
    department: Department | None = None,
    task: str = "",
    due_at: dt.datetime | None = None,
    request_id: str = "",
) -> None:
    """Judge the class and ask a department to lead; a problem without one waits as classified.

    A complaint needs a lead with somebody to answer; its class once judged is the supervisor's to
    change (4.7). A lead that has not accepted yet is called off. Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    if not access.can_route(by, ticket):
        raise PermissionDenied
    check_asked(ticket, category, subcategory, task, due_at, now)
    check_lead(ticket, department, category, by=by, now=now)
    to = states.ASKED_STATE[ticket.kind] if department else states.CLASSIFIED
    with transaction.atomic():
        if not claim_request(by, "route_ticket", request_id):
            return
        transition(
            ticket,
            frm=states.MOVES["route"],
            to=to,
            version=version,
            category=category,
            subcategory=subcategory,
            lead_department=department,
        )
        _call_off_leads(ticket, department, by=by, now=now)
        enter(ticket, Entry.Kind.CLASSIFIED, by=by, now=now, category=category)
        if department is not None:
            ask(ticket, department, is_lead=True, task=task, due_at=due_at, by=by, now=now)
        make_known(ticket, now=now)
        said = {"category": category, "department": department.name if department else ""}
        audit.record("complaints.route_ticket", by=by, obj=ticket, after=said, at=now)


def leads_already(ticket: Ticket, department: Department) -> bool:
    """Whether this department was asked to lead and is at it: asking again would undo its yes."""
    rows = DepartmentTask.objects.waiting().filter(ticket=ticket, department=department)
    return rows.filter(is_lead=True).exists()


def ask_department(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    department: Department,
    task: str,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    request_id: str = "",
) -> None:
    """Ask one more department to assist with a task of its own (HP-05), or one that is done again.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_ask(by, ticket):
        raise PermissionDenied
    task = needed(task, "task", most=TASK_AT_MOST)
    check_asked(ticket, ticket.category, ticket.subcategory, task, due_at, now)
    check_head(ticket, department)
    with transaction.atomic():
        if not claim_request(by, "ask_department", request_id):
            return
        transition(
            ticket,
            frm=(*states.MOVES["route"], *states.AT_WORK),
            to=ticket.state,
            version=version,
        )
        live = DepartmentTask.objects.waiting().filter(ticket=ticket)
        if live.filter(department=department).exists():
            raise ValidationError({"department": _("This department is at work on it already.")})
        ask(ticket, department, is_lead=False, task=task, due_at=due_at, by=by, now=now)
        said = {"department": department.name}
        audit.record("complaints.ask_department", by=by, obj=ticket, after=said, at=now)


def call_off_task(
    task: DepartmentTask,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Take back what was asked of a department; the lead is changed by routing while that goes.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_call_off(by, task):
        raise PermissionDenied
    reason = needed(reason, "reason", most=TASK_AT_MOST)
    ticket = task.ticket
    with transaction.atomic():
        if not claim_request(by, "call_off_task", request_id):
            return
        hold(ticket)
        ticket.refresh_from_db(fields=["state", "version"])
        if task.is_lead:
            if not states.lead_is_called_off(ticket.kind, ticket.state):
                raise ValidationError(_("Ask another department to lead instead."))
            change(ticket, lead_department=None)
        end_task(task, by=by, now=now, reason=reason, version=version)
        said = {"department": task.department.name}
        audit.record("complaints.call_off_task", by=by, obj=task, after=said, at=now)


def ask(
    ticket: Ticket,
    department: Department,
    *,
    is_lead: bool,
    task: str,
    due_at: dt.datetime | None,
    by: User,
    now: dt.datetime,
) -> DepartmentTask:
    """Write the task, let the department see the card, tell it and arm the bells behind it.

    A department that has done its part is asked again; one that led goes on leading.
    """
    numbers, calendar = rules_for(ticket.store_id)
    usual = due.usual_due(
        now, ticket.deadline, numbers=numbers, calendar=calendar, kind=ticket.kind
    )
    said: dict[str, Any] = {
        "task": task.strip(),
        "due_at": due_at or usual,
        "asked_by": by,
        "asked_at": now,
        "heard_at": now,
    }
    asked = _ask_again(ticket, department, is_lead=is_lead, **said)
    if asked is None:
        asked = DepartmentTask.objects.create(
            ticket=ticket,
            department=department,
            is_lead=is_lead,
            created_at=now,
            store_id=ticket.store_id,
            **said,
        )
        open_case(ticket, department=department)
    kind, words = Entry.Kind.ASKED, asked.task
    enter(ticket, kind, by=by, now=now, words=words, department=department, lead=asked.is_lead)
    tell_department(asked, now=now)
    chase(asked, now=now)
    return asked


def _ask_again(
    ticket: Ticket, department: Department, *, is_lead: bool, **said: Any
) -> DepartmentTask | None:
    """The part a department had done goes on; none where it has done none.

    Who did it stays its handler until somebody accepts anew: they handled it (SoD 5).
    """
    rows = DepartmentTask.objects.filter(ticket=ticket, department=department, state=states.DONE)
    task = rows.select_related("department__head", "handler").first()
    if task is None:
        return None
    task.ticket = ticket
    leads = is_lead or task.is_lead
    frm = states.TASK_MOVES["resume"]
    transition(task, frm=frm, to=states.ASKED, is_lead=leads, done_at=None, **said)
    return task


def end_task(
    task: DepartmentTask, *, by: User, now: dt.datetime, reason: str, version: int | None = None
) -> None:
    """Call a task off: the department no longer sees the card, its bells are void."""
    transition(
        task,
        frm=states.TASK_MOVES["call_off"],
        to=states.CALLED_OFF,
        version=version,
        reason=reason,
    )
    close_case(task.ticket, department=task.department, now=now)
    kind, department = Entry.Kind.CALLED_OFF, task.department
    enter(task.ticket, kind, by=by, now=now, words=reason, department=department)
    chase(task, now=now)


def call_off_open(ticket: Ticket, *, by: User, now: dt.datetime, reason: str) -> None:
    """Call off whatever is still asked when a ticket ends."""
    for task in _open_tasks(ticket):
        end_task(task, by=by, now=now, reason=reason)


def _call_off_leads(
    ticket: Ticket, department: Department | None, *, by: User, now: dt.datetime
) -> None:
    """The lead asked before, and what the new lead was asked as an assistant.

    One that has done its part stays done, and leads no more.
    """
    for task in _open_tasks(ticket):
        if task.is_lead or task.department == department:
            end_task(task, by=by, now=now, reason="")
    for task in DepartmentTask.objects.filter(ticket=ticket, is_lead=True, state=states.DONE):
        change(task, is_lead=False)


def _open_tasks(ticket: Ticket) -> list[DepartmentTask]:
    rows = DepartmentTask.objects.filter(ticket=ticket).waiting()
    return list(rows.select_related("ticket", "department__head", "handler"))
