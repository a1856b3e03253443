"""One-time links, grants that wait for a second person, and the mark of demo data."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models.places import Department, PublicIdField, Store, Team
from crm.people.models.users import Role, User


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def open(self, now: dt.datetime) -> OneTimeLinkQuerySet:
        """Neither used nor expired, of a user who may sign in."""
        return self.filter(used_at__isnull=True, expires_at__gt=now, user__is_active=True)


class OneTimeLink(models.Model):
    """An invitation or reset: a random token of which only the hash is kept."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        RESET = "reset", _("Password reset")
        FIRST_ADMIN = "first_admin", _("First administrator")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} · {self.user}"


class GrantQuerySet(models.QuerySet["RoleGrant"]):
    def visible_to(self, user: User) -> GrantQuerySet:
        """Grants of whoever administers users or decides on grants (matrix row 20)."""
        readers = (roles.ADMIN, roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER)
        return self if user.reach.has(*readers) else self.none()

    def waiting(self) -> GrantQuerySet:
        """Not decided yet."""
        return self.filter(state=RoleGrant.State.WAITING)


class RoleGrant(models.Model):
    """A senior role asked for by an administrator that a second person decides on (row 20)."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("grant", "Awaiting approval")
        APPROVED = "approved", pgettext_lazy("grant", "Approved")
        REFUSED = "refused", pgettext_lazy("grant", "Refused")

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField(_("valid from"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_known"),
            models.CheckConstraint(
                condition=Q(store__isnull=False) | Q(role__in=sorted(roles.STORELESS)),
                name="grant_has_store",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="grant_decided_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user")),
                name="grant_decided_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class DemoFloor(models.Model):
    """Marks a database of made-up data; while it exists the sign-in page lists its people."""

    password = models.CharField(max_length=60)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.made_at:%F}"
