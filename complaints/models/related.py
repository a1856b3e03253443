"""Two tickets that have to do with each other, and both go on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from complaints.models.tickets import Ticket
from crm.people.models import User
from crm.records.models import Record


class RelationQuerySet(models.QuerySet["Relation"]):
    def visible_to(self, user: User) -> RelationQuerySet:
        """Those of which this person sees both tickets."""
        seen = Ticket.objects.visible_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)

    def standing(self) -> RelationQuerySet:
        """Those nobody has taken back."""
        return self.filter(ended_at__isnull=True)

    def of(self, ticket: Ticket) -> RelationQuerySet:
        """Those on either side of which this ticket stands."""
        return self.filter(Q(first=ticket) | Q(second=ticket))


class Relation(Record):
    """`first` is the older row of the two, so that a pair is linked once."""

    first = models.ForeignKey("complaints.Ticket", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("complaints.Ticket", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="relation_in_order"),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(ended_at__isnull=True),
                name="relation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
