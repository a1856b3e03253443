"""Who may do what with tickets, judged from the person's posts alone (matrix 14)."""

from __future__ import annotations

from crm.customers.models import SALES_READERS
from crm.people import roles
from crm.people.models import User

TICKET_READERS = SALES_READERS | {
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER, roles.AUDITOR),
}


def can_see_tickets(user: User) -> bool:
    """Whether tickets are part of this person's work at all."""
    return user.reach.has(*TICKET_READERS)


def can_register(user: User) -> bool:
    """Whoever hears a customer writes it down: sales, service, front desk (matrix 14, create)."""
    return user.reach.has(
        *(roles.SALESPERSON, roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.RECEPTION),
    )
