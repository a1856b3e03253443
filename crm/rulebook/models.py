"""Rows that managers edit: numbers, option lists, the working calendar, opening hours."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import PublicIdField, User


class NumberQuerySet(models.QuerySet["Number"]):
    def in_force(self) -> NumberQuerySet:
        """Those that say something; a row put back to the default has no value."""
        return self.filter(value__gt="")


class Number(models.Model):
    """One number of the rulebook, for all stores or for one (OT-04).

    A row without a value was put back to the default, and keeps its version so.
    """

    key = models.CharField(pgettext_lazy("rulebook", "number"), max_length=60)
    store = models.ForeignKey(
        "people.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    value = models.CharField(pgettext_lazy("rulebook", "value"), max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "store"], name="number_once_per_store"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(store__isnull=True), name="number_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class OptionKind(models.TextChoices):
    CHANNEL = "channel", _("Channel heard from")
    LOST_REASON = "lost_reason", _("Lost reason")
    PAYMENT_METHOD = "payment_method", pgettext_lazy("option", "Payment method")
    TICKET_SUBCLASS = "ticket_subclass", _("Sub-class of a ticket")


class TicketClass(models.TextChoices):
    """What a problem or complaint is about; a sub-class begins with its class (RV-34)."""

    PRODUCT_QUALITY = "product_quality", _("Product quality")
    SERVICE_QUALITY = "service_quality", _("Service quality")
    TECHNICAL = "technical", _("Technical")
    PRICE = "price", _("Price")
    STAFF_CONDUCT = "staff_conduct", _("Staff conduct")
    DELIVERY = "delivery", _("Delivery and logistics")
    OTHER = "other", _("Other")


class Option(models.Model):
    """A choice of the house's own lists; retired ones stay on old cards (CC-29).

    `code` is what rows keep; that of a sub-class begins with its class and a dot. Labels are
    empty where an import brought the option: the code is then shown as it is.
    """

    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=OptionKind.choices)
    code = models.CharField(_("code"), max_length=60)
    label_zh_hans = models.CharField(_("Simplified Chinese"), max_length=60, blank=True)
    label_zh_hant = models.CharField(_("Traditional Chinese"), max_length=60, blank=True)
    label_en = models.CharField(_("English"), max_length=60, blank=True)
    position = models.PositiveIntegerField(pgettext_lazy("option", "place"), default=0)
    retired = models.BooleanField(pgettext_lazy("option", "retired"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="option_code_once"),
            models.CheckConstraint(
                condition=Q(kind__in=OptionKind.values), name="option_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label_zh_hans or self.code


class CalendarDay(models.Model):
    """A statutory holiday or a make-up workday of a region, or a day on which one store is shut."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        WORKDAY = "workday", _("Make-up workday")
        CLOSED = "closed", pgettext_lazy("day", "Store shut")

    region = models.CharField(max_length=4)
    store = models.ForeignKey(
        "people.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["region", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "day"],
                condition=Q(store__isnull=True),
                name="calendar_day_once_for_all",
            ),
            models.UniqueConstraint(
                fields=["store", "day"],
                condition=Q(store__isnull=False),
                name="calendar_day_once_per_store",
            ),
            models.CheckConstraint(
                condition=Q(kind="closed", store__isnull=False)
                | Q(~Q(kind="closed"), store__isnull=True),
                name="calendar_day_of_a_store_is_shut",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class OpeningHours(models.Model):
    """One opening slot of a store on a weekday (0 = Monday), local time."""

    store = models.ForeignKey(
        "people.Store", on_delete=models.CASCADE, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["store", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_weekday_known"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="opening_ends_after_start"
            ),
            models.UniqueConstraint(fields=["store", "weekday", "opens"], name="opening_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"
