"""The orders of a card as its page shows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.customers.access import shown_plate
from crm.customers.models import Card
from crm.orders import access, states
from crm.orders.models import Order
from crm.people.models import User
from crm.records.states import Saved
from crm.ui.statements import objects_of


@dataclass(frozen=True)
class OrderRow:
    """An order with its plate as this reader may see it, and the verbs they have on it."""

    order: Order
    plate: str
    can_deliver: bool
    can_cancel: bool


def order_for_page(user: User) -> QuerySet[Order]:
    """Orders in scope with what their forms show; one statement."""
    return Order.objects.visible_to(user).select_related(
        "card__customer", "card__owner", "product", "staff"
    )


def saved_order(order: Order, may_start_from: Collection[str]) -> Saved:
    """An order as it stands now, for a verb that came second (D32)."""
    values = {
        "delivered_at": order.delivered_at,
        "vin": order.vin,
        "plate": order.plate,
        "cancelled_at": order.cancelled_at,
        "reason": order.cancel_reason,
    }
    return Saved(
        values,
        facts=((_("Order"), order.order_no), (_("State"), order.get_state_display())),
        resend={"version": order.version} if order.state in may_start_from else None,
        link=reverse("home:card", args=[order.card.public_id]),
    )


def saved_for_signing(card: Card) -> Saved:
    """A card as it stands now, for an order signed on it a moment too late (D32)."""
    return Saved(
        facts=((_("State"), card.get_state_display()),),
        resend={"version": card.version} if access.takes_orders(card) else None,
        link=reverse("home:card", args=[card.public_id]),
    )


def _orders(user: User, *, card: int) -> QuerySet[Order]:
    rows = Order.objects.visible_to(user).filter(card=card)
    return rows.select_related("product", "staff")


def orders_of(user: User, card: Card) -> dict[str, Any]:
    """Context of `orders/_orders.html`: the orders with the verbs on each; one statement.

    `signed_at` is the first signature that still counts, `delivered_at` the last handover.
    """
    orders: list[Order] = objects_of(("orders", user.reach), partial(_orders, user), card=card.pk)
    rows = []
    for order in orders:
        order.card = card
        can_deliver = order.state in states.MAY_DELIVER and access.can_deliver_order(user, order)
        can_cancel = order.state in states.MAY_CANCEL and access.can_cancel_order(user, order)
        plate = shown_plate(user, card, order.plate)
        rows.append(OrderRow(order, plate, can_deliver, can_cancel))
    counting = [order for order in orders if order.state in states.COUNTS_AS_SIGNED]
    return {
        "orders": rows,
        "can_see_orders": access.can_see_orders(user),
        "can_sign": access.can_sign_order(user, card) and access.takes_orders(card),
        "signed_at": min((o.signed_at for o in counting if o.signed_at), default=None),
        "delivered_at": max((o.delivered_at for o in counting if o.delivered_at), default=None),
    }
