"""What a customer allows us: by purpose and by channel (PS-01, docs/roles.md)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models.cards import Customer


class Wish(models.TextChoices):
    """What a customer may wish not to happen: purpose, and the channel where it is one alone."""

    CONTACT = "contact", _("No contact at all")
    CALLS = "contact:phone", _("No calls")
    TEXTS = "contact:sms", _("No text messages")
    EMAILS = "contact:email", _("No e-mails")
    WECHAT = "contact:wechat", _("No WeChat")
    VISITS = "visit", _("No return visits")
    MARKETING = "marketing", _("No marketing or greetings")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def withdrawn(self) -> ConsentQuerySet:
        """What is not wished as things stand."""
        return self.filter(withdrawn_at__isnull=False)

    def refusing(self, *purposes: str, channel: str = "") -> ConsentQuerySet:
        """Withdrawn consents that close one of these purposes on that channel, or on all."""
        return self.withdrawn().filter(Q(channel="") | Q(channel=channel), purpose__in=purposes)


class Consent(models.Model):
    """One purpose on one channel, allowed or withdrawn; every change is on the audit trail.

    An empty channel means all of them. Purpose `contact` withdrawn is "do not contact": service
    and complaints alone may still be answered. Without a row nothing was said either way.
    """

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("Any contact")
        VISIT = "visit", _("Return visits")
        MARKETING = "marketing", _("Marketing")

    class Heard(models.TextChoices):
        PHONE = "phone", pgettext_lazy("heard", "On the phone")
        IN_PERSON = "in_person", pgettext_lazy("heard", "In person")
        MESSAGE = "message", pgettext_lazy("heard", "In a message or e-mail")
        WRITING = "writing", pgettext_lazy("heard", "In a letter or on a form")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    channel = models.CharField(max_length=9, blank=True, default="")
    said_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)
    # Where it was said; empty where the customer did it by a link, or it came with a visit.
    heard = models.CharField(
        max_length=9, choices=Heard.choices, blank=True, default="", db_default=""
    )
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

    @property
    def wish(self) -> str:
        """The code of what is not wished: the purpose, with its channel where it has one."""
        return f"{self.purpose}:{self.channel}" if self.channel else self.purpose

    @property
    def wish_words(self) -> str:
        """What is not wished, for a reader."""
        if self.wish in Wish.values:
            return str(Wish(self.wish).label)
        return f"{Wish(self.purpose).label} ({self.channel})"
