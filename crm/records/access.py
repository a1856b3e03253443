"""Who may read the audit trail, its technical part, and take it out (matrix row 21)."""

from __future__ import annotations

from crm.people import roles
from crm.people.models import User


def can_read_trail(user: User) -> bool:
    """The privacy officer and the general manager; each reading is itself written down."""
    return user.reach.has(roles.PRIVACY_OFFICER, roles.GENERAL_MANAGER)


def can_read_sign_ins(user: User) -> bool:
    """How accounts were used, without any row's contents: the administrator too."""
    return can_read_trail(user) or user.reach.has(roles.ADMIN)


def can_export_trail(user: User) -> bool:
    """Taking it out is the privacy officer's alone."""
    return user.reach.has(roles.PRIVACY_OFFICER)
