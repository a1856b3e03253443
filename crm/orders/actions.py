"""Verbs of orders: sign, deliver, cancel. Each moves the card and tells the rooms above."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.actions import (
    hold_card,
    mark_delivered,
    mark_ordered,
    mark_prospect_again,
    note,
)
from crm.customers.models import Card
from crm.orders import access, states
from crm.orders.models import Order
from crm.orders.signals import order_cancelled, order_delivered, order_signed
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, free_number, transition, written
from crm.vehicles.models import Product
from crm.vehicles.vins import plain_vin
from crm.workdays import is_to_come


@transaction.atomic
def sign_order(
    card: Card,
    *,
    by: User,
    product: Product,
    amount: Decimal | None,
    signed_at: dt.datetime,
    now: dt.datetime,
    version: int | None = None,
    quantity: int = 1,
    order_no: str = "",
    request_id: str = "",
) -> Order | None:
    """Record an order signed on this card (OR-01, OR-21); without a number it gets the next one.

    None for a form sent twice. Raises PermissionDenied, ValidationError, Stale at another version.
    """
    if not access.can_sign_order(by, card):
        raise PermissionDenied
    if not access.takes_orders(card):
        raise ValidationError(_("This card is closed: take it up again first."))
    _refuse_future("signed_at", signed_at, now)
    if not claim_request(by, "sign_order", request_id):
        return None
    change(card, version=version)
    order = Order(
        order_no=_order_number(order_no, signed_at),
        card=card,
        staff=by,
        team_id=(by.reach.main or card).team_id,
        store_id=(by.reach.main or card).store_id,
        product=product,
        quantity=quantity,
        amount=amount,
        state=states.SIGNED,
        signed_at=signed_at,
        **written(now),
    )
    order.clean_fields(exclude={"card", "staff", "team", "store", "product"})
    order.save()
    mark_ordered(card, by=by, now=now)
    _record(order, "order_signed", by=by, now=now, model=product.name)
    order_signed.send(Order, order=order, by=by, now=now)
    return order


@transaction.atomic
def deliver_order(
    order: Order,
    *,
    by: User,
    version: int,
    delivered_at: dt.datetime,
    now: dt.datetime,
    vin: str = "",
    plate: str = "",
    request_id: str = "",
) -> None:
    """Record the handover (OR-12, CC-15); the card is delivered once no order is outstanding.

    Raises PermissionDenied, ValidationError by field, Stale.
    """
    if not access.can_deliver_order(by, order):
        raise PermissionDenied
    _refuse_future("delivered_at", delivered_at, now)
    if order.signed_at and delivered_at < order.signed_at:
        raise ValidationError({"delivered_at": _("Before the order was signed.")})
    vin = plain_vin(vin)
    Order(vin=vin, plate=plate).clean_fields(
        exclude={field.name for field in Order._meta.fields} - {"vin", "plate"}
    )
    if not claim_request(by, "deliver_order", request_id):
        return
    transition(
        order,
        frm=states.MAY_DELIVER,
        to=states.DELIVERED,
        version=version,
        delivered_at=delivered_at,
        vin=vin,
        plate=plate,
    )
    hold_card(order.card)
    if not _outstanding(order).exists():
        mark_delivered(order.card, by=by, now=now, plate=plate)
    _record(order, "order_delivered", by=by, now=now)
    order_delivered.send(Order, order=order, by=by, now=now)


@transaction.atomic
def cancel_order(
    order: Order,
    *,
    by: User,
    version: int,
    cancelled_at: dt.datetime,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Cancel an order not yet delivered, with a reason; it stops counting as signed (OR-14).

    The customer is followed up again once no order is left. Raises PermissionDenied,
    ValidationError by field, Stale.
    """
    if not access.can_cancel_order(by, order):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Required.")})
    _refuse_future("cancelled_at", cancelled_at, now)
    if order.signed_at and cancelled_at < order.signed_at:
        raise ValidationError({"cancelled_at": _("Before the order was signed.")})
    if not claim_request(by, "cancel_order", request_id):
        return
    transition(
        order,
        frm=states.MAY_CANCEL,
        to=states.CANCELLED,
        version=version,
        cancelled_at=cancelled_at,
        cancel_reason=reason,
    )
    hold_card(order.card)
    left = Order.objects.filter(card=order.card).signed()
    if not left.exists():
        mark_prospect_again(order.card, by=by, now=now)
    elif not _outstanding(order).exists():
        mark_delivered(order.card, by=by, now=now)
    _record(order, "order_cancelled", by=by, now=now, reason=reason)
    order_cancelled.send(Order, order=order, by=by, now=now)


def _order_number(wanted: str, signed_at: dt.datetime) -> str:
    """The number typed, if it is free, else the next one of the year."""
    if not wanted:
        year = timezone.localtime(signed_at).year
        return free_number(Order, "order_no", kind="order", prefix="DD", year=year)
    if Order.objects.filter(order_no=wanted).exists():
        raise ValidationError({"order_no": _("This order number is taken.")})
    return wanted


def _outstanding(order: Order) -> QuerySet[Order]:
    rows = Order.objects.filter(card=order.card, state__in=states.MAY_DELIVER)
    return rows.exclude(pk=order.pk)


def _refuse_future(field: str, moment: dt.datetime, now: dt.datetime) -> None:
    if is_to_come(moment, now):
        raise ValidationError({field: _("This moment is still to come.")})


def _record(order: Order, kind: str, *, by: User, now: dt.datetime, **data: str) -> None:
    amount = None if order.amount is None else str(order.amount)
    note(order.card, kind, by=by, now=now, order_no=order.order_no, amount=amount, **data)
    audit.record(
        f"orders.{kind}",
        by=by,
        obj=order,
        after={"order_no": order.order_no, "amount": amount, **data},
        at=now,
    )
