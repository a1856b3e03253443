"""What customers were promised: an answer on a date."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models import SALES_READERS, row_scope
from crm.people import roles
from crm.people.models import User
from crm.promises import states
from crm.promises.signals import kept_from
from crm.records.models import Record

SALES = frozenset({roles.SALESPERSON, roles.SALES_SUPERVISOR})
SERVICE = frozenset({roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.HANDLER})
PROMISE_READERS = SALES_READERS | SERVICE
# Promised over a ticket: it may be about the very salesperson (CP-15).
OF_TICKETS = "complaints"


class PromiseState(models.TextChoices):
    OPEN = states.OPEN, pgettext_lazy("promise", "Open")
    KEPT = states.KEPT, pgettext_lazy("promise", "Kept")
    LATE = states.LATE, pgettext_lazy("promise", "Answered late")
    BROKEN = states.BROKEN, pgettext_lazy("promise", "Broken")
    REDATED = states.REDATED, pgettext_lazy("promise", "Moved in time")


def owed() -> Q:
    """The promises whose customers wait for an answer still."""
    return Q(state__in=states.OWED, moved_to__isnull=True)


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, user: User) -> PromiseQuerySet:
        """Promises to the customers one may see, and one's own.

        Sales reads none that was given over a ticket; nobody one over a ticket about themselves.
        """
        reach = user.reach
        rows = self
        for _receiver, theirs in kept_from.send(Promise, user=user):
            rows = rows.exclude(theirs)
        served = row_scope(reach, "card__", PROMISE_READERS - SALES)
        sold = row_scope(reach, "card__", SALES) & ~Q(source_room=OF_TICKETS)
        return rows.filter(served | sold | Q(responsible__in=reach.own_ids))

    def waiting(self) -> PromiseQuerySet:
        """Not answered yet: still open, or broken with no other promise in its place."""
        return self.filter(owed())


class Promise(Record):
    """A concrete reply date given to a customer (HP-01); moments are UTC.

    `responsible` answers it: who made it, or whoever took the customer over since (OW-07).
    `source_room`, `source_model` and `source_id` name the row in a higher room it was made in,
    as text; `kept_room`, `kept_model` and `kept_id` the contact, visit or ticket with which it was
    answered. `moved_to` is the promise that took its place.
    """

    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="promises")
    what = models.CharField(_("what"), max_length=300)
    due_at = models.DateTimeField(_("answer by"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=7, choices=PromiseState.choices, default=states.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    granted = models.BooleanField(_("wish granted"), null=True, blank=True)
    moved_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from"
    )
    source_room = models.CharField(max_length=20, blank=True)
    source_model = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=22, blank=True)

    kept_room = models.CharField(max_length=20, blank=True, default="", db_default="")
    kept_model = models.CharField(max_length=40, blank=True, default="", db_default="")
    kept_id = models.CharField(max_length=22, blank=True, default="", db_default="")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["responsible", "state", "due_at"], name="promise_of_person"),
            models.Index(fields=["store", "due_at"], name="promise_of_store"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=states.ALL), name="promise_state_known"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("made_at")), name="promise_due_after_made"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.KEPT, states.LATE)) | Q(answered_at__isnull=False),
                name="promise_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_owed(self) -> bool:
        """Whether the customer waits for an answer still, in time or not."""
        return self.state in states.OWED and self.moved_to_id is None
