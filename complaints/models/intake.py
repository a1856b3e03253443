"""How a complaint came in, as the register form asks (CP-03, CP-04)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.tickets import Ticket
from crm.people.models import User
from crm.records.models import Record


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: User) -> IntakeQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class Intake(Record):
    """One register form: who complains of what, what they want, how they felt.

    `name`, `phone` (E.164) and `plate` are the complainant's where no card says so or where
    somebody else than the customer complains. `cause` is what lies behind it as far as it is known.
    """

    class Channel(models.TextChoices):
        SPOKEN = "spoken", _("In person")
        PHONE = "phone", _("By phone")
        WRITTEN = "written", _("By letter or fax")
        EMAIL = "email", _("By e-mail")
        WECHAT = "wechat", _("By WeChat")
        WEB = "web", _("On the web")
        REGULATOR = "regulator", _("Consumer hotline 12315")
        MANUFACTURER = "manufacturer", _("Manufacturer's hotline")
        AUTHORITY = "authority", _("Authority or association")

    class Emotion(models.TextChoices):
        CALM = "calm", pgettext_lazy("customer", "Calm")
        UPSET = "upset", pgettext_lazy("customer", "Upset")
        ANGRY = "angry", pgettext_lazy("customer", "Angry")

    ticket = models.OneToOneField(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="intake"
    )
    channel = models.CharField(_("how it came"), max_length=12, choices=Channel.choices)
    name = models.CharField(_("complainant"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    plate = models.CharField(_("plate"), max_length=20, blank=True)
    subject = models.CharField(_("what or whom it is about"), max_length=200, blank=True)
    cause = models.TextField(_("what lies behind it"), max_length=2000, blank=True)
    demand = models.TextField(_("what the customer wants"), max_length=2000, blank=True)
    emotion = models.CharField(max_length=5, choices=Emotion.choices, blank=True)
    calmed = models.BooleanField(_("the customer was calmed and agreed the next step"))
    confirmed = models.BooleanField(_("read back and confirmed by the customer"))

    objects = IntakeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["phone"], condition=~Q(phone=""), name="intake_phone"),
            models.Index(fields=["plate"], condition=~Q(plate=""), name="intake_plate"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=("spoken", "phone", "written", "email", "wechat", "web"))
                | Q(channel__in=("regulator", "manufacturer", "authority")),
                name="intake_channel_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.channel}"
