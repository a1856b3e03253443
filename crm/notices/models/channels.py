"""The ways out of the house: their limits and how they do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.notices import due, states
from crm.notices.channels.names import LABELS
from crm.notices.channels.reasons import words_for
from crm.people.models import Role, User


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, user: User) -> ChannelQuerySet:
        """All of them for whoever reads the house's settings (matrix row 23)."""
        may = user.reach.has(Role.ADMIN, Role.MANAGER, Role.GENERAL_MANAGER)
        return self if may else self.none()


class Channel(models.Model):
    """One way out of the house: its limits and how it does, shared by all hosts.

    `next_free_at` spaces two sends, `failures` counts those in a row: ten of them pause the
    channel. Quiet hours are local times; equal or missing ones mean none.
    """

    name = models.CharField(max_length=16, unique=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    per_minute = models.PositiveIntegerField(_("messages a minute at most"))
    per_day = models.PositiveIntegerField(_("messages a day at most"))
    quiet_from = models.TimeField(_("silent from"), null=True, blank=True)
    quiet_until = models.TimeField(_("silent until"), null=True, blank=True)
    next_free_at = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    sent_today = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_day__gte=1), name="channel_limits_positive"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> Any:
        """Its name in the reader's words."""
        return LABELS.get(self.name, self.name)

    @property
    def why(self) -> str:
        """Its last failure, as a sentence."""
        return words_for(self.last_error)

    def is_paused(self, now: dt.datetime) -> bool:
        """Whether ten failures in a row keep it still."""
        return self.paused_until is not None and self.paused_until > now

    def is_silent(self, now: dt.datetime) -> bool:
        """Whether its quiet hours, of the house's zone, keep it still."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        quiet = (self.quiet_from, self.quiet_until)
        return due.after_quiet(now, quiet, timezone.get_default_timezone()) > now

    def sent_on(self, now: dt.datetime) -> int:
        """How many messages left on the day of a moment."""
        return self.sent_today if self.day == timezone.localdate(now) else 0

    def has_used_up(self, now: dt.datetime) -> bool:
        """Whether it may send no more on this day."""
        return self.sent_on(now) >= self.per_day

    def standing(self, now: dt.datetime) -> str:
        """How it does: resting, silent, at its limit, or sending."""
        if self.is_paused(now):
            return states.RESTING
        if self.has_used_up(now):
            return states.AT_LIMIT
        return states.SILENT if self.is_silent(now) else states.SENDING
