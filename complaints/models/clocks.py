"""Each clock of a complaint as a row, and the stretches in which they stood still (CP-31)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import clocks
from complaints.models.tickets import Ticket
from crm.people.models import User
from crm.records.models import Record
from crm.ui import moments

ENDLESS = {"met_at__isnull": True, "void_at__isnull": True}
RUNNING = Q(**ENDLESS, paused_at__isnull=True)


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, user: User) -> ClockQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def open(self) -> ClockQuerySet:
        """Neither met nor void; standing still included."""
        return self.filter(**ENDLESS)

    def running(self) -> ClockQuerySet:
        """Open and not waiting for the customer."""
        return self.filter(RUNNING)


class Clock(Record):
    """One limit of one complaint, counted in the store's working time (N-23, N-31 to N-34).

    A limit stays as it was when the clock began; `due_at`, `warn_at` and `manager_at` follow the
    calendar. `paused_s` is the working time it stood still, `round` numbers the clocks of one kind:
    one more for each reopening, and where a solution was sent back. `warned_at`, `breached_at` and
    `escalated_at` say when the sweep told somebody. Moments are UTC.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGE = clocks.ACKNOWLEDGE, _("First response")
        REPLY = clocks.REPLY, _("First reply with a plan")
        VISIT = clocks.VISIT, _("On-site visit")
        SOLUTION = clocks.SOLUTION, pgettext_lazy("clock", "Solution")
        RESOLUTION = clocks.RESOLUTION, _("Resolution")
        FOLLOW_UP = clocks.FOLLOW_UP, _("Return visit afterwards")

    ticket = models.ForeignKey("complaints.Ticket", on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    round = models.PositiveSmallIntegerField(default=0)
    limit_amount = models.PositiveIntegerField()
    limit_unit = models.CharField(max_length=7, choices=[(unit, unit) for unit in clocks.UNITS])
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    warn_at = models.DateTimeField()
    manager_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_s = models.PositiveIntegerField(default=0)
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "started_at", "id"]
        indexes = [
            models.Index(
                fields=["warn_at"],
                condition=RUNNING & Q(warned_at__isnull=True, breached_at__isnull=True),
                name="clock_to_warn",
            ),
            models.Index(
                fields=["due_at"],
                condition=RUNNING & Q(breached_at__isnull=True),
                name="clock_to_breach",
            ),
            models.Index(
                fields=["manager_at"],
                condition=RUNNING & Q(breached_at__isnull=False, escalated_at__isnull=True),
                name="clock_to_escalate",
            ),
            models.Index(
                fields=["kind", "ticket"], condition=Q(**ENDLESS), name="clock_open_of_kind"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "round"], name="clock_once"),
            models.CheckConstraint(condition=Q(kind__in=clocks.KINDS), name="clock_kind_known"),
            models.CheckConstraint(
                condition=Q(limit_unit__in=clocks.UNITS), name="clock_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("started_at")), name="clock_due_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"

    @property
    def limit(self) -> clocks.Limit:
        """What it allows."""
        return clocks.Limit(self.limit_amount, self.limit_unit)

    @property
    def is_open(self) -> bool:
        """Neither met nor void."""
        return self.met_at is None and self.void_at is None

    def status(self, now: dt.datetime) -> str:
        """How it stands, by the names in `complaints.clocks`."""
        return clocks.status(
            now,
            due=self.due_at,
            warn=self.warn_at,
            met=self.met_at,
            paused=self.paused_at is not None,
            void=self.void_at is not None,
        )


class PauseQuerySet(models.QuerySet["Pause"]):
    def visible_to(self, user: User) -> PauseQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class Pause(Record):
    """A stretch in which a ticket waits for the customer, with its limit (CP-31). UTC."""

    ticket = models.ForeignKey("complaints.Ticket", on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    until = models.DateTimeField(_("at the latest until"))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["began_at", "id"]
        indexes = [
            models.Index(fields=["until"], condition=Q(ended_at__isnull=True), name="pause_to_end")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at__isnull=True), name="pause_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="pause_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_untimed(self) -> bool:
        """Whether it may last until the end of a day."""
        return moments.is_untimed(self.until)


class Ruling(models.Model):
    """By which calendar and opening hours the open clocks of a store were last worked out.

    `mark` is a fingerprint: the sweep works them out anew when it no longer fits.
    """

    store = models.OneToOneField("people.Store", on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.store_id} {self.mark[:12]}"
