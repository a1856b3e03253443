"""Who may do what about messages and channels (security matrix rows 7 and 23)."""

from __future__ import annotations

from crm.people import roles
from crm.people.models import User


def can_release(user: User) -> bool:
    """Supervisors let go what is older than a day, and have the page in their menu."""
    return user.reach.has(roles.SALES_SUPERVISOR, roles.SERVICE_SUPERVISOR)


def can_read_channels(user: User) -> bool:
    """Administrator, store manager and general manager see how the channels do."""
    return user.reach.has(roles.ADMIN, roles.MANAGER, roles.GENERAL_MANAGER)


def can_change_channels(user: User) -> bool:
    """The administrator sets limits and wakes a channel."""
    return user.reach.has(roles.ADMIN)
