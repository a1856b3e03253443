"""The walk-in and call log (RL-01, RL-02)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models import User
from crm.records.models import Entered


class EntryQuerySet(models.QuerySet["ReceptionEntry"]):
    def visible_to(self, user: User) -> EntryQuerySet:
        """Own entries, the team's, or the store's log (security.md 1.1)."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER):
            return self
        whole_store = (roles.MANAGER, roles.RECEPTION, roles.SERVICE_SUPERVISOR)
        return self.filter(
            Q(staff__in=reach.own_ids)
            | Q(team__in=reach.teams_as(roles.SALES_SUPERVISOR))
            | Q(store__in=reach.stores_as(*whole_store))
        )


class ReceptionEntry(Entered):
    """One walk-in or call; who leaves no data is counted too. Moments are UTC."""

    class Kind(models.TextChoices):
        WALK_IN = "walk_in", _("Walk-in")
        CALL = "call", _("Call")

    entry_no = models.CharField(max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    arrived_at = models.DateTimeField(_("arrived at"), db_index=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    party_size = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    staff = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product = models.ForeignKey(
        "vehicles.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    model_text = models.CharField(max_length=80, blank=True)
    first_time = models.BooleanField(_("first time"), default=True)
    test_drive = models.BooleanField(_("test drive"), default=False)
    card = models.ForeignKey(
        "customers.Card",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receptions",
    )
    notes = models.TextField(_("notes"), max_length=2000, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-arrived_at"]
        indexes = [models.Index(fields=["store", "arrived_at"], name="reception_store_arrived")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
                name="reception_leaves_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["walk_in", "call"]), name="reception_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.entry_no
