"""Who may read figures, and who may ask a salesperson to get in touch."""

from __future__ import annotations

from dataclasses import dataclass

from crm.people import roles
from crm.people.models import User
from crm.people.roles import Reach
from followups.models import PlannedContact

OF_A_STORE = (roles.MANAGER, roles.SERVICE_SUPERVISOR, roles.MARKETING_SUPERVISOR)
READERS = (roles.GENERAL_MANAGER, *OF_A_STORE, roles.SALES_SUPERVISOR, roles.SALESPERSON)


@dataclass(frozen=True)
class BoardReach:
    """Whose figures somebody may read: everybody's, stores', teams', their own (matrix row 19)."""

    everything: bool
    store_ids: frozenset[int]
    team_ids: frozenset[int]
    own_id: int


def board_reach(reach: Reach) -> BoardReach:
    """What the posts held today allow."""
    return BoardReach(
        everything=reach.has(roles.GENERAL_MANAGER),
        store_ids=reach.stores_as(*OF_A_STORE),
        team_ids=reach.teams_as(roles.SALES_SUPERVISOR),
        own_id=reach.user_id,
    )


def can_see_board(user: User) -> bool:
    """Those with a team, a store or everything to answer for, and a salesperson for their own."""
    return user.reach.has(*READERS)


def reads_answers(user: User, store_id: int | None) -> bool:
    """Who may open what customers answered about people: service's lead and the management.

    Sales and marketing read sums of several answers (matrix 13, RV-42). None is every store.
    """
    if user.reach.has(roles.GENERAL_MANAGER):
        return True
    return store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)


def can_remind_people(user: User) -> bool:
    """Who sets somebody over others: supervisors and managers."""
    return user.reach.has(roles.SALES_SUPERVISOR, roles.MANAGER)


def can_remind(user: User, planned: PlannedContact) -> bool:
    """The supervisor of the assignee's team or the card's, and the store's manager."""
    teams = user.reach.teams_as(roles.SALES_SUPERVISOR)
    stores = user.reach.stores_as(roles.MANAGER)
    return planned.team_id in teams or planned.card.team_id in teams or planned.store_id in stores
