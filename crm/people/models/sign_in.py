"""The second step of a sign-in with its recovery codes, who must have one, and open devices."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.people.browsers import rough_address
from crm.people.models.places import PublicIdField
from crm.people.models.users import Role, User


class SecondStep(models.Model):
    """An authenticator a user set up. The secret is made of the salt and the signing key.

    So the database alone does not give it away. `last_step` is the 30-second step of the last
    code taken: no code counts twice.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_step")
    salt = models.CharField(max_length=64)
    begun_at = models.DateTimeField(default=timezone.now)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user}"


class RecoveryCode(models.Model):
    """A code for the day the phone is lost; only its hash is kept, and it counts once."""

    second_step = models.ForeignKey(
        SecondStep, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["second_step", "code_hash"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.second_step}"


class SecondStepRule(models.Model):
    """A role whose holders reach nothing without a second step."""

    role = models.CharField(max_length=24, choices=Role.choices, unique=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="rule_role_known"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class DeviceQuerySet(models.QuerySet["Device"]):
    def live(self, now: dt.datetime) -> DeviceQuerySet:
        """Sessions not older than they may get and not idle for longer than anybody's may be."""
        oldest = now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        idle = now - dt.timedelta(seconds=settings.SESSION_IDLE_S + settings.SESSION_TOUCH_S)
        return self.filter(begun_at__gt=oldest, seen_at__gt=idle)


class Device(models.Model):
    """A browser somebody is signed in with; ends with its session."""

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return f"{self.user} · {self.browser}"

    def rough(self) -> str:
        """Roughly where from."""
        return rough_address(self.address)
