"""Who judges the class of a ticket and asks departments (RV-34, HP-05, 4.7)."""

from __future__ import annotations

from complaints import clocks, states
from complaints.access.tickets import SERVICE, answers_for, can_handle, supervises
from complaints.models import DepartmentTask, Entry, IntakeLink, Stage, Ticket
from crm.people.models import User


def can_route(user: User, ticket: Ticket) -> bool:
    """Class and lead department: the agent whose ticket it is, and the service supervisor.

    The supervisor alone once a complaint is looked into (4.7).
    """
    looked_into = ticket.kind == states.COMPLAINT and ticket.state == states.INVESTIGATING
    return _directs(user, ticket) and (not looked_into or supervises(user, ticket))


def can_class(user: User, ticket: Ticket, category: str) -> bool:
    """A complaint's class once judged is changed by the service supervisor alone (4.7)."""
    same = ticket.kind != states.COMPLAINT or category == ticket.category
    return same or supervises(user, ticket) or not _was_classed(ticket)


def waits_for_class(ticket: Ticket) -> bool:
    """Whether the customer wrote it by a link and nobody of ours has judged its class (4.7)."""
    if ticket.kind != states.COMPLAINT or ticket.reporter_id is not None:
        return False
    return IntakeLink.objects.filter(ticket=ticket).exists() and not _was_classed(ticket)


def waits_for_first_word(ticket: Ticket) -> bool:
    """Whether the customer has not heard yet who looks after it and when they hear (CP-18)."""
    return any(
        one.kind == clocks.ACKNOWLEDGE and one.met_at is None and one.void_at is None
        for one in ticket.clocks.all()
    )


def can_ask(user: User, ticket: Ticket) -> bool:
    """An assisting department or a stage: whoever answers for it, and the lead's handler."""
    return _directs(user, ticket) or any(
        task.is_lead and can_handle(user, task) for task in ticket.tasks.all()
    )


def can_call_off(user: User, task: DepartmentTask) -> bool:
    """Whoever asks departments takes the question back."""
    return _directs(user, task.ticket)


def can_end_stage(user: User, stage: Stage) -> bool:
    """Its owner, and whoever may plan stages."""
    if user.pk in stage.ticket.subjects:
        return False
    return stage.owner_id in user.reach.own_ids or can_ask(user, stage.ticket)


def _directs(user: User, ticket: Ticket) -> bool:
    """Customer service answering for what departments work on."""
    goes = ticket.kind in states.TO_DEPARTMENTS
    return goes and answers_for(user, ticket) and user.reach.has(*SERVICE)


def _was_classed(ticket: Ticket) -> bool:
    return Entry.objects.filter(ticket=ticket, kind=Entry.Kind.CLASSIFIED).exists()
