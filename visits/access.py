"""Who may do what with return visits, judged from the person's posts alone (matrix 10, 11)."""

from __future__ import annotations

from crm.people import roles
from crm.people.models import User
from visits.models import VISIT_READERS


def can_see_visits(user: User) -> bool:
    """Whether return visits are part of this person's work at all."""
    return user.reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, *VISIT_READERS)
