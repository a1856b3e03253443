"""A mail or text message to a customer: what every room keeps of those it writes (RV-19)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.notices import mails
from crm.records.models import Record


class CustomerMail(Record):
    """Written with the row it belongs to, sent by the worker at most once by itself.

    `began_at` is when the send under way began, `last_error` why the last one failed.
    """

    class Channel(models.TextChoices):
        EMAIL = mails.EMAIL, _("E-mail")
        SMS = mails.SMS, _("Text message")

    class State(models.TextChoices):
        WAITING = mails.WAITING, pgettext_lazy("mail", "To be sent")
        SENDING = mails.SENDING, pgettext_lazy("mail", "Being sent")
        SENT = mails.SENT, pgettext_lazy("mail", "Sent")
        FAILED = mails.FAILED, pgettext_lazy("mail", "Not sent")
        UNKNOWN = mails.UNKNOWN, pgettext_lazy("mail", "Perhaps sent")

    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    body = models.TextField(_("text"), max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    began_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
