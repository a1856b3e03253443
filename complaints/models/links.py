"""Links by which a customer writes down a complaint themselves (CP-03, D43, matrix row 14)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.customers.states import ANONYMISED, MERGED
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record


class IntakeLinkQuerySet(models.QuerySet["IntakeLink"]):
    def visible_to(self, user: User) -> IntakeLinkQuerySet:
        """One's own; service and the manager see those of their stores."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        led = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
        return self.filter(Q(made_by__in=reach.own_ids) | Q(store__in=reach.stores_as(*led)))

    def unended(self, now: dt.datetime) -> IntakeLinkQuerySet:
        """Neither used, taken back nor expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)

    def live(self, now: dt.datetime) -> IntakeLinkQuerySet:
        """Good for one ticket: the customer is not gone, either."""
        return self.unended(now).exclude(card__state__in=(MERGED, ANONYMISED))


class IntakeLink(Record):
    """A customer's way to write a complaint without us: a hash of 256 random bits (D43).

    `card` is the customer's where one is known; else they name themselves. `ticket` is what came of
    it, `used_with` the id of the form that was sent, so that sending it twice says the same.
    """

    card = models.ForeignKey(
        "customers.Card",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intake_links",
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("open until"))
    used_at = models.DateTimeField(null=True, blank=True)
    used_with = models.CharField(max_length=36, blank=True)
    ticket = models.OneToOneField(
        "complaints.Ticket",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="came_by",
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = IntakeLinkQuerySet.as_manager()

    class Meta:
        ordering = ["expires_at", "id"]
        indexes = [models.Index(fields=["store", "expires_at"], name="intake_link_of_store")]

    def __str__(self) -> str:
        return f"{self.public_id} until {self.expires_at:%Y-%m-%d}"
