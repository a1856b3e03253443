"""Who has a ticket open at this moment, so that two people do not answer it side by side."""

from __future__ import annotations

import datetime as dt

from django.db import models

from complaints.models.tickets import Ticket
from crm.people.models import User


class PresenceQuerySet(models.QuerySet["Presence"]):
    def visible_to(self, user: User) -> PresenceQuerySet:
        """Those of the tickets this person sees: never of a complaint about themselves (CP-15)."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def since(self, moment: dt.datetime) -> PresenceQuerySet:
        """Those whose page asked after this moment."""
        return self.filter(seen_at__gt=moment)


class Presence(models.Model):
    """One person before one ticket; it counts until so many seconds after `seen_at` (UTC).

    No history of who read what: the row is written over while the page stands open, and removed
    within the hour.
    """

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.CASCADE, related_name="presences"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_index=True)
    is_writing = models.BooleanField(default=False)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.user_id}"
