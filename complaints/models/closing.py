"""The customer's word on an answer, the link it may come by, and the yearly file (CP-18..24)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints import states
from complaints.models.tickets import Ticket
from crm.people.models import User
from crm.records.models import Record


class CustomerWordQuerySet(models.QuerySet["CustomerWord"]):
    def visible_to(self, user: User) -> CustomerWordQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class CustomerWord(Record):
    """What the customer said of the answer; `by` is who entered it, nobody where it came by link.

    `round` is how often the ticket had been reopened then.
    """

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="customer_words"
    )
    round = models.PositiveSmallIntegerField(default=0)
    content = models.BooleanField(_("content"))
    words = models.TextField(_("the customer's own words"), max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = CustomerWordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.content}"


class AnswerLinkQuerySet(models.QuerySet["AnswerLink"]):
    def visible_to(self, user: User) -> AnswerLinkQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def live(self, now: dt.datetime) -> AnswerLinkQuerySet:
        """Good for one answer: neither used, revoked nor expired, and the customer has ours.

        Also once it was closed: its links last as long as it may be reopened (N-35).
        """
        return self.filter(
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=now,
            ticket__state__in=states.COMPLAINT_MOVES["reopen"],
        )


class AnswerLink(Record):
    """A customer's way to say whether they are content: a hash of 256 random bits (D43)."""

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="answer_links"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("open until"))
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.expires_at:%Y-%m-%d}"


class FileQuerySet(models.QuerySet["File"]):
    def visible_to(self, user: User) -> FileQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class File(Record):
    """Where a finished complaint is filed, by year (CP-21, N-37).

    It is made at the first close and keeps its number. `reason` says why it was closed without the
    customer's yes; `year` is the store's local year.
    """

    ticket = models.OneToOneField(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="file"
    )
    file_no = models.CharField(_("file number"), max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-id"]
        indexes = [models.Index(fields=["year", "-filed_at"], name="file_of_year")]

    def __str__(self) -> str:
        return self.file_no
