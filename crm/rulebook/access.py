"""Who may read and set what the rulebook says (matrix row 23)."""

from __future__ import annotations

from crm.people import roles
from crm.people.models import Store, User
from crm.rulebook.lines import TOPIC_OF, Line

READERS = (roles.GENERAL_MANAGER, roles.MANAGER, roles.PRIVACY_OFFICER, roles.ADMIN)


def can_see_rulebook(user: User) -> bool:
    """The management, the privacy officer and the administrator."""
    return user.reach.has(*READERS)


def can_set_numbers(user: User) -> bool:
    """Whether setting numbers is this person's work at all."""
    return user.reach.has(roles.GENERAL_MANAGER, roles.MANAGER, roles.ADMIN)


def can_set_number(user: User, line: Line, store: Store | None) -> bool:
    """The general manager any, the administrator and a store's manager all but guarded ones.

    Without a store it is for all. The managers of stores set nothing by which they themselves
    are measured or bound, nor does somebody who sees no customer.
    """
    if store is not None and line.everywhere:
        return False
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    if TOPIC_OF[line.key].guarded:
        return False
    if user.reach.has(roles.ADMIN):
        return True
    return store is not None and store.pk in user.reach.stores_as(roles.MANAGER)


def can_set_calendar(user: User, store: Store | None) -> bool:
    """Days of the region: general manager and administrator; a store's also its manager."""
    if user.reach.has(roles.GENERAL_MANAGER, roles.ADMIN):
        return True
    return store is not None and store.pk in user.reach.stores_as(roles.MANAGER)


def can_set_options(user: User) -> bool:
    """The lists are the same in every store: the general manager and the administrator."""
    return user.reach.has(roles.GENERAL_MANAGER, roles.ADMIN)
