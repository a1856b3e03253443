"""Orders and payments of a card."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.customers.models import SALES_READERS, row_scope
from crm.orders import states
from crm.people import roles
from crm.people.models import User
from crm.records.models import Entered, Record

ORDER_READERS = SALES_READERS | {roles.HANDLER}
PAYMENT_READERS = SALES_READERS - {roles.SALES_SUPERVISOR}


class OrderState(models.TextChoices):
    DRAFT = states.DRAFT, _("Draft")
    REVIEWING = "reviewing", _("In review")
    APPROVED = "approved", _("Approved")
    SIGNED = states.SIGNED, _("Signed")
    CONFIRMED = "confirmed", _("Confirmed")
    ALLOCATED = "allocated", _("Car allocated")
    IN_TRANSIT = "in_transit", _("In transit")
    ARRIVED = "arrived", _("Arrived")
    INSPECTED = "inspected", _("Inspected")
    PAID = "paid", _("Paid")
    REGISTERED = "registered", _("Registered")
    DELIVERED = states.DELIVERED, _("Delivered")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = states.CANCELLED, _("Cancelled")
    RETURNED = "returned", _("Returned")
    REFUNDED = "refunded", _("Refunded")


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> OrderQuerySet:
        """Sales' orders, and a handler's by case (security.md 1.2, row 8)."""
        return self.filter(row_scope(user.reach, "card__", ORDER_READERS))

    def signed(self) -> OrderQuerySet:
        """Signed orders as every figure counts them: signed and not cancelled since (kpi.md)."""
        return self.filter(signed_at__isnull=False, state__in=states.COUNTS_AS_SIGNED)


class Order(Entered):
    """What a customer bought, belonging to who signed it. Moments are UTC, money in CURRENCY."""

    order_no = models.CharField(_("order number"), max_length=40, unique=True)
    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="orders")
    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product = models.ForeignKey(
        "vehicles.Product",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("model"),
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    state = models.CharField(max_length=12, choices=OrderState.choices, default=states.DRAFT)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    vin = models.CharField(_("VIN"), max_length=20, blank=True)
    plate = models.CharField(_("plate"), max_length=12, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_at", "-id"]
        indexes = [
            models.Index(fields=["signed_at"], name="order_signed"),
            models.Index(fields=["card", "signed_at"], name="order_card_signed"),
            models.Index(fields=["vin"], condition=~Q(vin=""), name="order_vin"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="order_state_known"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_quantity_positive"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=False)
                | Q(
                    state__in=[
                        *states.STATUS_STATES[states.DRAFT],
                        *states.STATUS_STATES[states.CANCELLED],
                    ]
                ),
                name="order_signed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(delivered_at__gte=F("signed_at")),
                name="order_delivered_after_signing",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True)
                | Q(signed_at__isnull=True)
                | Q(cancelled_at__gte=F("signed_at")),
                name="order_cancelled_after_signing",
            ),
        ]

    def __str__(self) -> str:
        return self.order_no


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User) -> PaymentQuerySet:
        """The salesperson's own, the store's, everybody's for the general manager (row 9)."""
        return self.filter(row_scope(user.reach, "order__card__", PAYMENT_READERS))


class Payment(Record):
    """Money received for an order; a correction is a further row (security.md row 9)."""

    payment_no = models.CharField(max_length=40, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    paid_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    method = models.CharField(max_length=60, blank=True)
    handler = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-paid_at"]

    def __str__(self) -> str:
        return self.payment_no
