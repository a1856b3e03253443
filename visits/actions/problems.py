"""What a visit finds and cannot solve is passed on: ticket, departments, promise (RV-28, RV-33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from complaints.actions import ask_department, register_ticket
from complaints.actions.promising import keep_first_promise
from complaints.actions.routing import TASK_AT_MOST
from complaints.models import Ticket
from crm.people.models import Department, User
from crm.promises.actions import make_promise
from visits.models import Visit


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What the customer is not content with, to be passed on in the same save (RV-28, RV-33)."""

    category: str
    description: str
    department: Department | None = None
    assistants: Sequence[Department] = ()
    answer_by: dt.datetime | None = None
    as_complaint: bool = False


def pass_on(
    visit: Visit,
    problems: Sequence[Problem],
    *,
    by: User,
    now: dt.datetime,
    back: Ticket | None = None,
) -> list[Ticket]:
    """Each problem becomes a ticket and, with a date, a promise to the customer (RV-28).

    What is not put right is no new ticket where the complaint it is about goes `back` to work: it
    is answered over that one. Returns the tickets made.
    """
    tickets = []
    for problem in problems:
        joins = None if problem.as_complaint else back
        ticket = joins or _register(visit, problem, by=by, now=now)
        if problem.answer_by is not None:
            keep_first_promise(ticket, problem.answer_by)
            make_promise(
                visit.card,
                by=by,
                what=problem.description[:300],
                due_at=problem.answer_by,
                source=ticket,
                now=now,
            )
        if joins is None:
            tickets.append(ticket)
    if tickets and visit.ticket is None:
        Visit.objects.filter(pk=visit.pk).update(ticket=tickets[0])
        visit.ticket = tickets[0]
    return tickets


def _register(visit: Visit, problem: Problem, *, by: User, now: dt.datetime) -> Ticket:
    """A ticket of its own, with the departments that are to lead and to assist."""
    ticket = register_ticket(
        visit.card,
        by=by,
        kind=Ticket.Kind.COMPLAINT if problem.as_complaint else Ticket.Kind.PROBLEM,
        category=problem.category,
        description=problem.description,
        lead_department=problem.department,
        deadline=problem.answer_by,
        source=visit,
        now=now,
    )
    _ask_helpers(ticket, problem, by=by, now=now)
    return ticket


def _ask_helpers(ticket: Ticket, problem: Problem, *, by: User, now: dt.datetime) -> None:
    """The departments that assist the lead are asked at once (HP-05)."""
    for helper in problem.assistants:
        if helper != problem.department:
            ask_department(
                ticket,
                by=by,
                version=ticket.version,
                department=helper,
                task=problem.description[:TASK_AT_MOST],
                due_at=problem.answer_by,
                now=now,
            )
