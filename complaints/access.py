"""Who may do what with tickets, judged from the person's posts and the row (matrix 14, 14b, 15).

Nobody acts on a ticket about themselves (CP-15); separation of duties is judged per person.
"""

from __future__ import annotations

from complaints import states
from complaints.models import Case, DepartmentTask, Stage, Ticket
from crm.customers.models import SALES_READERS
from crm.people import roles
from crm.people.models import User

TICKET_READERS = SALES_READERS | {
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER, roles.AUDITOR),
}
WORDS_READERS = (
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER, roles.AUDITOR),
    *(roles.MANAGER, roles.GENERAL_MANAGER),
)
SERVICE = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
APPROVERS = (roles.SERVICE_SUPERVISOR, roles.MANAGER)


def can_see_tickets(user: User) -> bool:
    """Whether tickets are part of this person's work at all."""
    return user.reach.has(*TICKET_READERS)


def can_see_tasks(user: User) -> bool:
    """Whether departments' tasks are: service, those who manage it, handlers and heads."""
    return user.reach.has(*SERVICE, roles.HANDLER, roles.MANAGER, roles.GENERAL_MANAGER)


def can_see_causes(user: User) -> bool:
    """What complaints were about is learnt from by service and those who manage it (CP-27)."""
    return user.reach.has(*SERVICE, roles.MANAGER, roles.GENERAL_MANAGER)


def can_see_ledger(user: User) -> bool:
    """The running ledger is kept by service and read by those who manage it (CP-06)."""
    return can_see_causes(user)


def can_register(user: User) -> bool:
    """Whoever hears a customer writes it down: sales, service, front desk (matrix 14, create)."""
    return user.reach.has(
        *(roles.SALESPERSON, roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.RECEPTION),
    )


def reads_words(user: User, ticket: Ticket) -> bool:
    """Whether what was said may be read: sales knows that there is a ticket and how it stands.

    Who registered it or answers for it reads it all; nobody reads of themselves.
    """
    if user.pk == ticket.about_id:
        return False
    own = ticket.responsible_id in user.reach.own_ids or ticket.reporter_id == user.pk
    return own or user.reach.has(*WORDS_READERS)


def answers_for(user: User, ticket: Ticket) -> bool:
    """Who is responsible or stands in today, or the store's service supervisor."""
    if user.pk == ticket.about_id:
        return False
    return ticket.responsible_id in user.reach.own_ids or supervises(user, ticket)


def supervises(user: User, ticket: Ticket) -> bool:
    """The service supervisor of the ticket's store."""
    return ticket.store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR)


def can_route(user: User, ticket: Ticket) -> bool:
    """Class and lead department: the agent whose ticket it is, and the service supervisor."""
    return ticket.by_departments and answers_for(user, ticket) and user.reach.has(*SERVICE)


def can_ask(user: User, ticket: Ticket) -> bool:
    """An assisting department or a stage: whoever routes, and the lead's handler."""
    return can_route(user, ticket) or any(
        task.is_lead and can_handle(user, task) for task in ticket.tasks.all()
    )


def can_tell(user: User, ticket: Ticket) -> bool:
    """The customer hears the result from whoever answers for the ticket (RV-36, CP-25)."""
    return ticket.by_departments and answers_for(user, ticket)


def can_confirm(user: User, ticket: Ticket) -> bool:
    """The customer's word is entered by service: never by who solved or handled it (SoD 5)."""
    if user.pk == ticket.about_id or not ticket.by_departments:
        return False
    handled = {task.handler_id for task in ticket.tasks.all()} | {ticket.solved_by_id}
    return ticket.store_id in user.reach.stores_as(*SERVICE) and user.pk not in handled


def can_offer(user: User, ticket: Ticket) -> bool:
    """Whoever answers for it asks somebody else to (PR-21)."""
    return answers_for(user, ticket)


def can_take(user: User, ticket: Ticket) -> bool:
    """Only the person who was asked, or who stands in for them."""
    return ticket.offered_to_id in user.reach.own_ids and user.pk != ticket.about_id


def can_claim(user: User, ticket: Ticket) -> bool:
    """Service of the ticket's store, of what is open and not their own; never about oneself."""
    if user.pk in (ticket.about_id, ticket.responsible_id) or ticket.state in states.SETTLED:
        return False
    return ticket.store_id in user.reach.stores_as(*SERVICE)


def can_work_queue(user: User) -> bool:
    """Whether tickets are taken and worked off one after the other: customer service."""
    return user.reach.has(*SERVICE)


def can_note(user: User, ticket: Ticket) -> bool:
    """An internal note: whoever answers for it and the departments at work."""
    if user.pk == ticket.about_id:
        return False
    return answers_for(user, ticket) or any(can_handle(user, task) for task in ticket.tasks.all())


def can_work(user: User, ticket: Ticket) -> bool:
    """What a complaint or an opinion needs is done by whoever answers for it: its clocks too."""
    return not ticket.by_departments and answers_for(user, ticket)


def works_for(user: User, task: DepartmentTask) -> bool:
    """Handlers of the department and its head; nobody where it is about themselves."""
    if user.pk == task.ticket.about_id:
        return False
    own = user.reach.own_ids
    works_there = task.department_id in user.reach.departments_as(roles.HANDLER)
    return works_there or task.department.head_id in own or task.handler_id in own


def can_handle(user: User, task: DepartmentTask) -> bool:
    """The same while the task is the department's: neither refused nor called off."""
    return task.state in states.TASK_COUNTS and works_for(user, task)


def can_call_off(user: User, task: DepartmentTask) -> bool:
    """Whoever asks departments takes the question back."""
    return can_route(user, task.ticket)


def can_end_stage(user: User, stage: Stage) -> bool:
    """Its owner, and whoever may plan stages."""
    if user.pk == stage.ticket.about_id:
        return False
    return stage.owner_id in user.reach.own_ids or can_ask(user, stage.ticket)


# --- cases -----------------------------------------------------------------------------------


def can_read_cases(user: User) -> bool:
    """All staff learn from published cases (matrix 15)."""
    return bool(user.reach.posts)


def can_draft_case(user: User, ticket: Ticket) -> bool:
    """The service supervisor, and a handler of the ticket, once the customer is content."""
    if user.pk == ticket.about_id or ticket.state not in states.STATUS_STATES["closed"]:
        return False
    return supervises(user, ticket) or any(can_handle(user, task) for task in ticket.tasks.all())


def can_edit_case(user: User, case: Case) -> bool:
    """Its author, and the service supervisor of the store, until it is sent for approval."""
    stores = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return case.author_id == user.pk or case.store_id in stores


def can_decide_case(user: User, case: Case) -> bool:
    """Service supervisor or manager of the store, never the author (matrix 15)."""
    return case.store_id in user.reach.stores_as(*APPROVERS) and case.author_id != user.pk


def can_retire_case(user: User, case: Case) -> bool:
    """Service supervisor or manager of the store takes it out of the library."""
    return case.store_id in user.reach.stores_as(*APPROVERS)
