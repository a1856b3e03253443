"""What a customer allows us: by purpose and by channel (PS-01, docs/roles.md)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.customers.models.cards import Customer


class ConsentQuerySet(models.QuerySet["Consent"]):
    def refusing(self, *purposes: str, channel: str = "") -> ConsentQuerySet:
        """Withdrawn consents that close one of these purposes on that channel, or on all."""
        return self.filter(
            Q(channel="") | Q(channel=channel), purpose__in=purposes, withdrawn_at__isnull=False
        )


class Consent(models.Model):
    """One purpose on one channel, allowed or withdrawn; every change is on the audit trail.

    An empty channel means all of them. Purpose `contact` withdrawn is "do not contact": service
    and complaints alone may still be answered. Without a row nothing was said either way.
    """

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("Any contact")
        VISIT = "visit", _("Return visits")
        MARKETING = "marketing", _("Marketing")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    channel = models.CharField(max_length=9, blank=True, default="")
    said_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel"], name="consent_once_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"
