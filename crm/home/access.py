"""Who may see how the house itself does (matrix row 23)."""

from __future__ import annotations

from crm.people import roles
from crm.people.models import User


def can_read_backups(user: User) -> bool:
    """Administrator, store manager and general manager see when the last good backup was."""
    return user.reach.has(roles.ADMIN, roles.MANAGER, roles.GENERAL_MANAGER)
