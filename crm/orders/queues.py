"""The orders of a card as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.customers.models import Card
from crm.orders import access, states
from crm.orders.models import Order
from crm.people.models import User


@dataclass(frozen=True)
class OrderRow:
    """An order with the verbs this reader has on it."""

    order: Order
    can_deliver: bool
    can_cancel: bool


def order_for_page(user: User) -> QuerySet[Order]:
    """Orders in scope with what their forms show; one statement."""
    return Order.objects.visible_to(user).select_related(
        "card__customer", "card__owner", "product", "staff"
    )


def orders_of(user: User, card: Card) -> list[Order]:
    """The card's orders this reader may see, newest first; one statement."""
    orders = list(order_for_page(user).filter(card=card))
    for order in orders:
        order.card = card
    return orders


def orders_context(user: User, card: Card, orders: list[Order]) -> dict[str, Any]:
    """Context of `orders/_orders.html`: the orders with the verbs this reader has on each."""
    return {
        "orders": [
            OrderRow(
                order,
                order.state in states.MAY_DELIVER and access.can_deliver_order(user, order),
                order.state in states.MAY_CANCEL and access.can_cancel_order(user, order),
            )
            for order in orders
        ],
        "can_see_orders": access.can_see_orders(user),
        "can_sign": access.can_sign_order(user, card) and access.takes_orders(card),
    }
