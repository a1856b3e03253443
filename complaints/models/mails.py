"""The answer to a complaint as it went out by mail or text message (CP-12, CP-20)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from complaints.models.tickets import Ticket
from crm.notices import mails
from crm.notices.models import CustomerMail
from crm.people.models import User


class ReplyMailQuerySet(models.QuerySet["ReplyMail"]):
    def visible_to(self, user: User) -> ReplyMailQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class ReplyMail(CustomerMail):
    """One mail or text message that carries an answer; the worker sends it.

    Under it stands the customer's own link to say whether they are content: its token is made when
    it is sent, since only a hash of it is kept.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="mails")

    objects = ReplyMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["began_at"],
                condition=Q(state__in=(mails.WAITING, mails.SENDING)),
                name="reply_mail_to_send",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "sending", "sent", "failed", "unknown")),
                name="reply_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="reply_mail_sent_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.channel} {self.state}"
