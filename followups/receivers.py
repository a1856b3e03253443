"""News from orders and customers that ends, moves or begins a plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from crm.customers.models import Card
from crm.customers.signals import customer_closed, customer_handed_over
from crm.orders.models import Order
from crm.orders.signals import order_cancelled, order_signed
from crm.people.models import User
from crm.promises.deeds import Deed
from crm.promises.models import Promise
from crm.promises.signals import deeds_of
from followups import actions
from followups.queues.promised import contacts_since


@receiver(order_signed, dispatch_uid="followups.order_signed")
def complete_plan(order: Order, by: User, now: dt.datetime, **_rest: Any) -> None:
    """An order completes the plan."""
    actions.complete_plan(order.card, by=by, reason="order_signed", now=now)


@receiver(order_cancelled, dispatch_uid="followups.order_cancelled")
def resume_plan(order: Order, by: User, now: dt.datetime, **_rest: Any) -> None:
    """A customer without an order left is followed up again."""
    actions.resume_plan(order.card, by=by, reason=order.cancel_reason, now=now)


@receiver(customer_closed, dispatch_uid="followups.customer_closed")
def cancel_plan(card: Card, reason: str, by: User | None, now: dt.datetime, **_rest: Any) -> None:
    """A closed customer ends the plan and voids every reminder."""
    if reason == "erased":
        actions.close_erased(card, by=by, now=now)
    else:
        actions.cancel_plan_of(card, by=by, reason=reason, now=now)


@receiver(customer_handed_over, dispatch_uid="followups.customer_handed_over")
def follow_owner(
    card: Card, new_owner: User | None, by: User | None, now: dt.datetime, **_rest: Any
) -> None:
    """The plan follows the card to its new owner, and ends in the pool."""
    if new_owner is None:
        actions.cancel_plan_of(card, by=by, reason="pool", now=now)
    else:
        actions.follow_owner(card, new_owner=new_owner, by=by, now=now)


@receiver(deeds_of, dispatch_uid="followups.deeds_of")
def contacts_of(promise: Promise, user: User, **_rest: Any) -> list[Deed]:
    """Contacts with which a promise may have been kept."""
    return contacts_since(promise, user)
