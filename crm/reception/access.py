"""Who may write into the walk-in and call log."""

from __future__ import annotations

from crm.people import roles
from crm.people.models import User

RECEIVERS = (
    *(roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.RECEPTION, roles.MANAGER),
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR),
)


def can_log_reception(user: User) -> bool:
    """Whoever meets customers."""
    return user.reach.has(*RECEIVERS)


def can_read_log(user: User) -> bool:
    """Whoever may see entries (security.md 1.1)."""
    return user.reach.has(
        *(roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.RECEPTION, roles.MANAGER),
        *(roles.SERVICE_SUPERVISOR, roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER),
    )
