"""Who is told what about a ticket, and the bells behind a department that keeps silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from complaints import due, states
from complaints.models import DepartmentTask, Ticket
from complaints.queues.people import also_about, handlers_of
from crm.notices import actions as notices
from crm.notices.models import About
from crm.notices.states import NEXT_ROLE_UP
from crm.people import roles
from crm.people.models import User
from crm.rulebook.queues import rules_for


def tell(
    ticket: Ticket,
    kind: str,
    to: User | notices.Desk | None,
    *,
    now: dt.datetime,
    occasion: str = "",
    **data: Any,
) -> None:
    """One line in somebody's inbox about a ticket; never to the person it is about (CP-15).

    Nor where they stand in for whom it is for.
    """
    if to is None or (isinstance(to, User) and to.pk in ticket.subjects):
        return
    notices.tell(
        to=to,
        kind=kind,
        occasion=f"ticket:{ticket.public_id}/{occasion or f'{kind}/v{ticket.version}'}",
        about=About.of(ticket),
        subject=thread(ticket),
        link=("complaints:ticket", ticket.public_id),
        data={"ticket_no": ticket.ticket_no, "category": ticket.category, **data},
        due_at=ticket.deadline,
        spared=ticket.about_id,
        now=now,
    )


def tell_responsible(ticket: Ticket, kind: str, *, by: User, now: dt.datetime, **data: Any) -> None:
    """Whoever answers for the ticket hears of it, unless they did it themselves."""
    if ticket.responsible is not None and ticket.responsible_id != by.pk:
        tell(ticket, kind, ticket.responsible, now=now, **data)


def service_desk(ticket: Ticket, role: str = roles.SERVICE_SUPERVISOR) -> notices.Desk:
    """The service supervisor of the ticket's store; a role higher where it is about them."""
    about = [one for one in (ticket.about, *also_about(ticket)) if one is not None]
    while any(one.reach.has(role) for one in about) and role in NEXT_ROLE_UP:
        role = NEXT_ROLE_UP[role]
    return notices.Desk(role, ticket.store_id)


def tell_department(task: DepartmentTask, *, now: dt.datetime, kind: str = "ticket_routed") -> None:
    """The head and the handlers of a department are told what is asked of them (RV-35)."""
    ticket, head = task.ticket, task.department.head
    people = {user.pk: user for user in handlers_of(task.department, now)}
    if head is not None:
        people[head.pk] = head
    for user in people.values():
        tell(
            ticket,
            kind,
            user,
            occasion=f"{kind}/{task.public_id}/v{task.version}",
            now=now,
            is_lead=task.is_lead,
            department=task.department.name,
        )


def chase(task: DepartmentTask, *, now: dt.datetime) -> None:
    """Arm the bells behind a task anew: reminder, its head, the manager (HP-06, HP-10).

    Call it after each change of a task; one that has ended rings no more.
    """
    notices.cancel(about=About.of(task), reason="changed", now=now)
    if task.state not in states.TASK_OPEN:
        return
    for kind, bells in _bells(task).items():
        _ring(task, kind, bells, now=now)


def move_bells(task: DepartmentTask) -> int:
    """Days or opening hours changed: the bells still to ring follow; returns how many moved."""
    at = {(kind, bell.step): bell.at for kind, bells in _bells(task).items() for bell in bells}
    return notices.shift(About.of(task), at)


def _bells(task: DepartmentTask) -> dict[str, list[due.Bell]]:
    """The bells behind an open task by their kind."""
    numbers, calendar = rules_for(task.ticket.store_id)
    late = due.bells_when_due(task.due_at, numbers=numbers, calendar=calendar)
    if task.state == states.ASKED:
        silent = due.bells_until_accepted(task.asked_at, numbers=numbers, calendar=calendar)
        return {"task_silent": silent, "task_late": late}
    no_news = due.bells_until_reported(task.heard_at, numbers=numbers, calendar=calendar)
    return {"task_no_news": no_news, "task_late": late}


def _ring(task: DepartmentTask, kind: str, bells: Iterable[due.Bell], *, now: dt.datetime) -> None:
    ticket = task.ticket
    for bell in bells:
        for to in _for_whom(task, bell.step, now):
            name = to.public_id if isinstance(to, User) else to.role
            notices.ring(
                occasion=f"task:{task.public_id}/v{task.version}/{kind}/{name}",
                step=bell.step,
                kind=kind,
                about=About.of(task),
                to=to,
                at=bell.at,
                now=now,
                subject=thread(ticket),
                link=("complaints:ticket", ticket.public_id),
                data={"ticket_no": ticket.ticket_no, "department": task.department.name},
                due_at=task.due_at,
                spared=ticket.about_id,
                store_id=ticket.store_id,
            )


def _for_whom(task: DepartmentTask, step: str, now: dt.datetime) -> list[User | notices.Desk]:
    """The people behind a step; where nobody is left, the service supervisor."""
    ticket, head = task.ticket, task.department.head
    found: list[User | None] = [head]
    if step == due.MANAGER:
        return [service_desk(ticket, roles.MANAGER)]
    if step in (due.FIRST, due.REMIND):
        accepted = task.state != states.ASKED and task.handler is not None
        found = [task.handler] if accepted else [*handlers_of(task.department, now)]
    people = [user for user in found if user is not None and user.pk not in ticket.subjects]
    return [*people] or [service_desk(ticket)]


def thread(ticket: Ticket) -> str:
    """The name under which all bells and lines of a ticket hang together."""
    return f"ticket:{ticket.public_id}"


def answers_thread(ticket: Ticket) -> str:
    """The name of the bells that say when the customer hears from us again."""
    return f"{thread(ticket)}/answer"
