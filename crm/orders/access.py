"""Who may sign, deliver and cancel an order (security.md 1.2, row 8; requirements 4.8)."""

from __future__ import annotations

from crm.customers import states as card_states
from crm.customers.access import not_only_own, owns
from crm.customers.models import Card
from crm.orders.models import ORDER_READERS, Order
from crm.people import roles
from crm.people.models import User

TAKES_ORDERS = (*card_states.MAY_ORDER, card_states.ORDERED, card_states.DELIVERED)


def can_see_orders(user: User) -> bool:
    """Whether orders are shown to this person at all; which ones, their scope says."""
    return user.reach.has(*ORDER_READERS) or bool(user.reach.stands_in_for)


def can_sign_order(user: User, card: Card) -> bool:
    """The card's owner or their deputy."""
    return owns(user, card) and _sells(user)


def takes_orders(card: Card) -> bool:
    """Whether an order may be signed on this card at all."""
    return card.state in TAKES_ORDERS


def can_deliver_order(user: User, order: Order) -> bool:
    """The card's owner or their deputy."""
    return owns(user, order.card) and _sells(user)


def can_cancel_order(user: User, order: Order) -> bool:
    """A supervisor or manager, never who signed it (OR-14)."""
    return not_only_own(user, order.card) and order.staff_id != user.pk


def _sells(user: User) -> bool:
    return user.reach.has(roles.SALESPERSON) or bool(user.reach.stands_in_for)
