"""Who may do what with tickets, judged from the person's posts and the row (matrix 14, 14b, 15).

Nobody acts on a ticket about themselves (CP-15); separation of duties is judged per person.
"""

from __future__ import annotations

import datetime as dt

from complaints import states
from complaints.models import (
    Briefing,
    Case,
    DepartmentTask,
    Proposal,
    Relation,
    Ticket,
)
from complaints.models.tickets import HEADS, WORDS_READERS
from complaints.queues.approvers import able_to_decide, recused_from, writers_of
from crm.customers.models import SALES_READERS
from crm.people import roles
from crm.people.models import Department, User

TICKET_READERS = SALES_READERS | {
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER, roles.AUDITOR),
}
SERVICE = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
APPROVERS = (roles.SERVICE_SUPERVISOR, roles.MANAGER)
# An administrator sees no customer and a privacy officer edits nothing of the business.
REGISTERS = frozenset(roles.ALL_ROLES) - {roles.PRIVACY_OFFICER, roles.ADMIN}


def can_see_tickets(user: User) -> bool:
    """Whether tickets are part of this person's work at all."""
    return user.reach.has(*TICKET_READERS)


def can_see_tasks(user: User) -> bool:
    """Whether departments' tasks are: service, those who manage it, handlers and heads."""
    if user.reach.has(*SERVICE, roles.HANDLER, roles.MANAGER, roles.GENERAL_MANAGER):
        return True
    heads = Department.objects.filter(head__in=user.reach.own_ids)
    return user.reach.has(*HEADS) and heads.exists()


def can_see_causes(user: User) -> bool:
    """What complaints were about is learnt from by service and those who manage it (CP-27)."""
    return user.reach.has(*SERVICE, roles.MANAGER, roles.GENERAL_MANAGER)


def can_see_ledger(user: User) -> bool:
    """The running ledger is kept by service and read by those who manage it (CP-06)."""
    return can_see_causes(user)


def can_register(user: User) -> bool:
    """Anyone who hears a customer writes a complaint or an opinion down (CP-03)."""
    return user.reach.has(*REGISTERS)


def can_ask_help(user: User) -> bool:
    """Sales, service and front desk ask departments directly, and give links out (HP-04, D43)."""
    return user.reach.has(
        *(roles.SALESPERSON, roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.RECEPTION),
    )


def reads_words(user: User, ticket: Ticket) -> bool:
    """Whether what was said may be read: sales knows that there is a ticket and how it stands.

    Who registered it or answers for it reads it all; nobody reads of themselves.
    """
    if user.pk in ticket.subjects:
        return False
    own = ticket.responsible_id in user.reach.own_ids or ticket.reporter_id == user.pk
    return own or user.reach.has(*WORDS_READERS)


def answers_for(user: User, ticket: Ticket) -> bool:
    """Who is responsible or stands in today, or the store's service supervisor."""
    if user.pk in ticket.subjects:
        return False
    return ticket.responsible_id in user.reach.own_ids or supervises(user, ticket)


def supervises(user: User, ticket: Ticket) -> bool:
    """The service supervisor of the ticket's store."""
    return ticket.store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR)


def can_convert(user: User, ticket: Ticket) -> bool:
    """A problem becomes a complaint by customer service answering for it (4.6)."""
    found = ticket.kind in (states.PROBLEM, states.COMPLAINT)  # pressed twice, it is one already
    return found and answers_for(user, ticket) and user.reach.has(*SERVICE)


def can_tell(user: User, ticket: Ticket) -> bool:
    """The customer hears the result from whoever answers for the ticket (RV-36, CP-25)."""
    return ticket.by_departments and answers_for(user, ticket)


def can_confirm(user: User, ticket: Ticket) -> bool:
    """The customer's word is entered by service: never by who solved or handled it (SoD 5).

    Nor by who stands in for them.
    """
    if user.pk in ticket.subjects or not ticket.by_departments:
        return False
    handled = {task.handler_id for task in ticket.tasks.all()} | {ticket.solved_by_id}
    here = ticket.store_id in user.reach.stores_as(*SERVICE)
    return here and not handled & user.reach.own_ids


def can_offer(user: User, ticket: Ticket) -> bool:
    """Whoever answers for it asks somebody else to (PR-21)."""
    return answers_for(user, ticket)


def can_take(user: User, ticket: Ticket) -> bool:
    """Only the person who was asked, or who stands in for them."""
    return ticket.offered_to_id in user.reach.own_ids and user.pk not in ticket.subjects


def can_claim(user: User, ticket: Ticket) -> bool:
    """Service of the ticket's store, of what is open and not their own; never about oneself."""
    if user.pk in {*ticket.subjects, ticket.responsible_id} or ticket.state in states.SETTLED:
        return False
    return ticket.store_id in user.reach.stores_as(*SERVICE)


def can_work_queue(user: User) -> bool:
    """Whether tickets are taken and worked off one after the other: customer service."""
    return user.reach.has(*SERVICE)


def can_note(user: User, ticket: Ticket) -> bool:
    """An internal note: whoever answers for it and the departments at work."""
    if user.pk in ticket.subjects:
        return False
    return answers_for(user, ticket) or any(can_handle(user, task) for task in ticket.tasks.all())


def can_attach(user: User, ticket: Ticket) -> bool:
    """Files come from whoever wrote it down, answers for it or works on it (matrix row 22)."""
    if user.pk in ticket.subjects:
        return False
    return ticket.reporter_id == user.pk or can_note(user, ticket)


def can_work(user: User, ticket: Ticket) -> bool:
    """What a complaint or an opinion needs is done by whoever answers for it: its clocks too."""
    return not ticket.by_departments and answers_for(user, ticket)


def can_miss(user: User, ticket: Ticket) -> bool:
    """A try in vain, until the complaint is closed: the customer's word is waited for too."""
    tries = can_work(user, ticket) or asks_after(user, ticket)
    return ticket.state not in states.ENDED and tries


def asks_after(user: User, ticket: Ticket) -> bool:
    """Who calls after an answer that no return visit follows, as there is no card (RV-13, CP-24).

    Whoever may enter the customer's word.
    """
    waits = ticket.card_id is None and ticket.state == states.REPLIED
    return waits and can_hear(user, ticket)


def works_for(user: User, task: DepartmentTask) -> bool:
    """Handlers of the department and its head; nobody where it is about themselves.

    Nobody in the place of whom it is about, either.
    """
    if user.pk in task.ticket.subjects:
        return False
    own = user.reach.own_ids - task.ticket.subjects
    works_there = task.department_id in user.reach.departments_as(roles.HANDLER)
    return works_there or task.department.head_id in own or task.handler_id in own


def can_handle(user: User, task: DepartmentTask) -> bool:
    """The same while the task is the department's: neither refused nor called off."""
    return task.state in states.TASK_COUNTS and works_for(user, task)


def can_run_macros(user: User, ticket: Ticket) -> bool:
    """Service of the ticket's store; each step asks for its own right besides."""
    if user.pk in ticket.subjects or ticket.state in states.SETTLED:
        return False
    return ticket.store_id in user.reach.stores_as(*SERVICE)


def can_link(user: User, ticket: Ticket) -> bool:
    """Service of the store, and whoever answers for the ticket: never whom it is about."""
    if user.pk in ticket.subjects:
        return False
    here = ticket.store_id in user.reach.stores_as(*SERVICE)
    return here or answers_for(user, ticket)


def can_unlink(user: User, relation: Relation) -> bool:
    """Whoever may link one of the two, and sees both."""
    pair = (relation.first, relation.second)
    about = any(user.pk in one.subjects for one in pair)
    return not about and any(can_link(user, one) for one in pair)


def can_keep_ready(user: User) -> bool:
    """Ready texts and steps are kept by service supervisors and managers."""
    return user.reach.has(*APPROVERS, roles.GENERAL_MANAGER)


def can_keep_for(user: User, store_id: int | None) -> bool:
    """Those of one's own store; those for all stores by the general manager."""
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    return store_id is not None and store_id in user.reach.stores_as(*APPROVERS)


# --- cases -----------------------------------------------------------------------------------


def can_read_cases(user: User) -> bool:
    """All staff learn from published cases (matrix 15)."""
    return bool(user.reach.posts)


def can_draft_case(user: User, ticket: Ticket) -> bool:
    """The service supervisor, and a handler of the ticket, once the customer is content."""
    content = (*states.STATUS_STATES["closed"], states.VISITED)
    if user.pk in ticket.subjects or ticket.state not in content:
        return False
    return supervises(user, ticket) or any(can_handle(user, task) for task in ticket.tasks.all())


def can_edit_case(user: User, case: Case) -> bool:
    """Its author, and the service supervisor of the store, until it is sent for approval."""
    if _is_about(user, case):
        return False
    stores = user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return case.author_id == user.pk or case.store_id in stores


def can_decide_case(user: User, case: Case) -> bool:
    """Service supervisor or manager of the store, never the author nor in their place (15)."""
    if _is_about(user, case) or case.author_id in user.reach.own_ids:
        return False
    return case.store_id in user.reach.stores_as(*APPROVERS)


def can_retire_case(user: User, case: Case) -> bool:
    """Service supervisor or manager of the store takes it out of the library."""
    return case.store_id in user.reach.stores_as(*APPROVERS) and not _is_about(user, case)


def _is_about(user: User, case: Case) -> bool:
    """Whether it was learnt from a complaint about this person."""
    return case.ticket is not None and user.pk in case.ticket.subjects


# --- what a complaint is answered with -------------------------------------------------------


def goes_its_way(ticket: Ticket) -> bool:
    """A complaint, which is answered after approval."""
    return ticket.kind == states.COMPLAINT


def latest_proposal(ticket: Ticket) -> Proposal | None:
    """What was proposed last, in whatever state it is."""
    found = Proposal.objects.filter(ticket=ticket).select_related("author", "decided_by").first()
    if found is not None:
        found.ticket = ticket
    return found


def can_propose(user: User, ticket: Ticket) -> bool:
    """Whoever answers for it, and the lead department's handler: never whom it is about."""
    if user.pk in ticket.subjects or not goes_its_way(ticket):
        return False
    return answers_for(user, ticket) or any(
        task.is_lead and can_handle(user, task) for task in ticket.tasks.all()
    )


def can_take_back(user: User, proposal: Proposal) -> bool:
    """Only its author, and who stands in today."""
    return proposal.author_id in user.reach.own_ids and user.pk not in proposal.ticket.subjects


def can_decide_proposal(user: User, proposal: Proposal, now: dt.datetime) -> bool:
    """The role of the authority table or above, in person or standing in.

    Never who proposed or handles it nor who stands in for them today, never whom it is about
    (SoD 6, CP-15).
    """
    if not proposal.role:
        return False
    recused = recused_from(proposal, now)
    able = able_to_decide(proposal, now, recused=recused)
    return user.pk not in recused and bool(user.reach.own_ids & able)


def can_name(user: User, ticket: Ticket) -> bool:
    """Whoever answers for it, the supervisor and manager of its store: whom it is about (CP-15)."""
    if user.pk in ticket.subjects or ticket.kind in states.OPINIONS:
        return False
    leads = ticket.store_id in user.reach.stores_as(*APPROVERS)
    own = answers_for(user, ticket) and user.reach.has(*SERVICE)
    return own or leads or user.reach.has(roles.GENERAL_MANAGER)


def can_judge(user: User, ticket: Ticket) -> bool:
    """How severe a complaint is: customer service answering for it, and the supervisor."""
    return goes_its_way(ticket) and answers_for(user, ticket) and user.reach.has(*SERVICE)


def can_alarm(user: User, ticket: Ticket) -> bool:
    """Whoever reads what was said may tell the manager at once (CP-34)."""
    return goes_its_way(ticket) and reads_words(user, ticket)


def can_acknowledge(user: User, briefing: Briefing) -> bool:
    """Who was told, or stands in for them; never whom the ticket is about."""
    return briefing.to_id in user.reach.own_ids and user.pk not in briefing.ticket.subjects


def can_reply(user: User, ticket: Ticket) -> bool:
    """The approved answer goes out by whoever answers for the ticket (CP-12)."""
    return goes_its_way(ticket) and answers_for(user, ticket)


def handled(user: User, ticket: Ticket) -> bool:
    """Whether this person wrote or handled what the customer is asked about (SoD 5).

    Who stands in for somebody counts as them.
    """
    own = user.reach.own_ids
    if ticket.solved_by_id in own or user.pk in ticket.subjects:
        return True
    handlers = {task.handler_id for task in ticket.tasks.all()}
    return bool(own & handlers) or bool(own & writers_of(ticket))


def can_hear(user: User, ticket: Ticket) -> bool:
    """The customer's word is entered by service of the store: never by who handled it (14b)."""
    if not goes_its_way(ticket) or ticket.store_id not in user.reach.stores_as(*SERVICE):
        return False
    return not handled(user, ticket)


def can_reopen(user: User, ticket: Ticket) -> bool:
    """Service of the store: the customer is not content after all (CP-32)."""
    if user.pk in ticket.subjects or not goes_its_way(ticket):
        return False
    return ticket.store_id in user.reach.stores_as(*SERVICE)


def can_close(user: User, ticket: Ticket) -> bool:
    """The service supervisor or the store's manager, never who proposed or handled it (SoD 5)."""
    if not goes_its_way(ticket) or ticket.store_id not in user.reach.stores_as(*APPROVERS):
        return False
    return not handled(user, ticket)


def can_withdraw(user: User, ticket: Ticket) -> bool:
    """The customer takes it back, entered by service answering for it."""
    return goes_its_way(ticket) and answers_for(user, ticket) and user.reach.has(*SERVICE)


def can_reject(user: User, ticket: Ticket) -> bool:
    """That it is no complaint is for the service supervisor to say (CP-32)."""
    if user.pk in ticket.subjects or not goes_its_way(ticket):
        return False
    return supervises(user, ticket)


# --- who sees what lies around it ------------------------------------------------------------


def can_see_files(user: User) -> bool:
    """The yearly file: service, managers and auditors."""
    return user.reach.has(*SERVICE, roles.AUDITOR, roles.MANAGER, roles.GENERAL_MANAGER)


def can_see_authority(user: User) -> bool:
    """Who decides on what: service, departments and managers."""
    return can_see_tasks(user)
