"""Who owns a card, and the quarrels about it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.customers.models.cards import Card
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record


class Ownership(models.Model):
    """Who owned a card from when to when, with team and store of that time (OW-07, kpi.md).

    `since` and `until` are UTC, half-open; the active one has no end.
    """

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="ownerships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    store = models.ForeignKey(
        "people.Store", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "since"], name="ownership_user_since")]
        constraints = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(until__isnull=True), name="one_active_owner"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="ownership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} · {self.user}"


class ConflictQuerySet(models.QuerySet["OwnershipConflict"]):
    def visible_to(self, user: User) -> ConflictQuerySet:
        """The two parties, their supervisors and the store's manager (security.md row 3)."""
        reach = user.reach
        parties = Q(owner__in=reach.own_ids) | Q(claimant__in=reach.own_ids)
        teams = reach.teams_as(roles.SALES_SUPERVISOR)
        led = Q(card__team__in=teams) | Q(claimant_team__in=teams)
        managed = Q(card__store__in=reach.stores_as(roles.MANAGER))
        return self.filter(parties | led | managed)

    def open(self) -> ConflictQuerySet:
        """Awaiting a ruling."""
        return self.filter(state=OwnershipConflict.State.OPEN)


class OwnershipConflict(Record):
    """Two salespeople claim one customer; a supervisor rules with a reason (OW-04)."""

    class State(models.TextChoices):
        OPEN = "open", _("Awaiting ruling")
        RULED = "ruled", _("Ruled")

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="conflicts")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimant_team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claim = models.CharField(_("why the customer is yours"), max_length=300, blank=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    ruled_for = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ruled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "claimant"],
                condition=Q(state="open"),
                name="one_open_conflict_per_claimant",
            ),
            models.CheckConstraint(condition=~Q(owner=F("claimant")), name="conflict_between_two"),
            models.CheckConstraint(
                condition=Q(state="open")
                | Q(ruled_by__isnull=False, ruled_for__isnull=False, ruled_at__isnull=False),
                name="conflict_ruled_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.owner} / {self.claimant}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
