"""Who may see how the house itself does (row 23), and who forgets a customer (row 17)."""

from __future__ import annotations

from crm.customers import states as card_states
from crm.customers.models import Card
from crm.home import states
from crm.home.models import Erasure
from crm.people import roles
from crm.people.models import User


def can_read_backups(user: User) -> bool:
    """Administrator, store manager and general manager see when the last good backup was."""
    return user.reach.has(roles.ADMIN, roles.MANAGER, roles.GENERAL_MANAGER)


def can_ask_erasure(user: User, card: Card) -> bool:
    """Service of the card's store writes a customer's wish down, while the card names somebody."""
    if card.state in (card_states.MERGED, card_states.ANONYMISED):
        return False
    return card.store_id in user.reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)


def can_see_erasures(user: User) -> bool:
    """Privacy officer, service supervisor and manager."""
    return user.reach.has(roles.PRIVACY_OFFICER, roles.SERVICE_SUPERVISOR, roles.MANAGER)


def can_decide_erasures(user: User) -> bool:
    """Whoever decides on any."""
    return user.reach.has(roles.PRIVACY_OFFICER)


def can_decide_erasure(user: User, wish: Erasure) -> bool:
    """The privacy officer, on what somebody else has written down."""
    return can_decide_erasures(user) and wish.asked_by_id != user.pk


def can_carry_out(user: User, wish: Erasure) -> bool:
    """Service supervisor or manager of the store, never who decided (SoD 16)."""
    served = user.reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)
    return wish.store_id in served and wish.decided_by_id != user.pk


def open_to(user: User, wish: Erasure) -> dict[str, bool]:
    """What this person may do with a wish as it stands."""
    decides, does = can_decide_erasure(user, wish), can_carry_out(user, wish)
    return {
        "may_approve": decides and wish.state in states.MOVES["approve"],
        "may_refuse": decides and wish.state in states.MOVES["refuse"],
        "may_erase": does and wish.state in states.MOVES["erase"],
    }
