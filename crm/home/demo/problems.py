"""What departments did for the demo floor's problems, and a case learnt from one."""

from __future__ import annotations

import datetime as dt

from complaints.models import Case, DepartmentTask, Entry, Ticket
from complaints.queues.cases import search_text
from crm.home.demo import words
from crm.home.demo.cards import Floor
from crm.home.demo.staff import Worker

HOUR = dt.timedelta(hours=1)


def work_off(floor: Floor, ticket: Ticket, agent: Worker) -> None:
    """The lead's task and the thread of a problem or help request, as its dates say it went."""
    handler = (floor.staff.of("handler", agent.store) or floor.staff.of("handler"))[0]
    asked, done = ticket.reported_at + HOUR / 6, ticket.resolved_at
    accepted = done is not None or ticket.reported_at < floor.now - 30 * HOUR
    ticket.state = _state(ticket, floor.now, accepted=accepted)
    floor.add(
        DepartmentTask(
            ticket=ticket,
            department=ticket.lead_department,
            is_lead=True,
            task=words.TASK,
            due_at=ticket.deadline or asked + 72 * HOUR,
            state="done" if done else "accepted" if accepted else "asked",
            asked_by=agent.user,
            asked_at=asked,
            handler=handler.user if accepted else None,
            heard_at=done or asked + HOUR,
            done_at=done,
            outcome=words.OUTCOME if done else "",
            store=ticket.store,
            created_at=asked,
        )
    )
    _say(floor, ticket, "registered", ticket.reported_at, agent)
    _say(floor, ticket, "asked", asked, agent, department=ticket.lead_department)
    if accepted:
        at = asked + HOUR
        _say(floor, ticket, "accepted", at, handler, department=ticket.lead_department)
    if done:
        ticket.solution, ticket.solved_by = words.OUTCOME, handler.user
        said = {"words": words.OUTCOME, "department": ticket.lead_department}
        _say(floor, ticket, "solved", done, handler, **said)
    if ticket.closed_at:
        ticket.told_at = ticket.closed_at - 3 * HOUR
        _say(floor, ticket, "told", ticket.told_at, agent, words=words.TOLD)
        _say(floor, ticket, "confirmed", ticket.closed_at, agent)


def learn(floor: Floor, author: Worker, approver: Worker) -> None:
    """Two published cases of the library."""
    for number, (category, parts) in enumerate(words.CASES, 1):
        at = floor.now - dt.timedelta(days=20 - number)
        floor.add(
            Case(
                **parts,
                case_no=f"AL-{at.year}-{number:04d}",
                category=category,
                state="published",
                author=author.user,
                decided_by=approver.user,
                decided_at=at,
                created_at=at,
                search=search_text(parts),
                store=author.store,
            )
        )


def _state(ticket: Ticket, now: dt.datetime, *, accepted: bool) -> str:
    if ticket.closed_at:
        return "confirmed"
    if ticket.resolved_at:
        return "answered" if ticket.kind == "help" else "solved"
    if accepted:
        return "in_progress" if ticket.reported_at < now - 50 * HOUR else "accepted"
    return "sent" if ticket.kind == "help" else "routed"


def _say(
    floor: Floor, ticket: Ticket, kind: str, at: dt.datetime, by: Worker, **facts: object
) -> None:
    floor.add(Entry(ticket=ticket, kind=kind, at=at, by=by.user, **facts))
