"""What was brought to whom over which channel, and what each person chose."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.notices import states
from crm.notices.channels.names import LABELS
from crm.notices.channels.reasons import words_for
from crm.notices.models.messages import Notice, Word, unread_store
from crm.notices.models.reminders import Reminder
from crm.people.models import User
from crm.records.models import Record


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> DeliveryQuerySet:
        """One's own, and those of the reminders a supervisor answers for (matrix row 7)."""
        answered_for = Reminder.objects.answered_for_by(user)
        own = Q(recipient_id__in=user.reach.own_ids) & ~Q(reminder__spared=user.pk)
        return self.filter(own | Q(reminder__in=answered_for))

    def answered_for_by(self, user: User) -> DeliveryQuerySet:
        """Those of a supervisor's team, or of service in their store."""
        return self.filter(reminder__in=Reminder.objects.answered_for_by(user))

    def waiting(self) -> DeliveryQuerySet:
        """To be sent outside the house; uses the partial index."""
        return self.filter(state=Word(states.PENDING))

    def held(self) -> DeliveryQuerySet:
        """Taken by a sender; uses the partial index."""
        return self.filter(state=Word(states.CLAIMED))

    def can_be_stopped(self) -> DeliveryQuerySet:
        """Not sent and not on its way this moment."""
        idle = Q(state__in=(states.PENDING, states.HELD, states.DEAD, states.UNKNOWN))
        return self.filter(idle | Q(state=states.CLAIMED, began_at__isnull=True))

    def in_trouble(self) -> DeliveryQuerySet:
        """Failed for good, in doubt, or too old to go without a click; uses the partial index."""
        return self.filter(state__in=[Word(state) for state in states.TROUBLE])


class Delivery(Record):
    """One reminder brought to one person over one channel; `key` is its idempotency key.

    In the app it is written with the inbox row in one transaction, hence exactly once. A
    channel outside sends at least once and may end `unknown`. `wanted_at` is when it should
    have gone, `not_before` when it may be tried next, `began_at` when the send under way began.
    A digest stands for those `folded_into` it.
    """

    class State(models.TextChoices):
        PENDING = states.PENDING, _("Waiting")
        CLAIMED = states.CLAIMED, _("Being sent")
        FIRED = states.FIRED, _("Sent")
        CANCELLED = states.CANCELLED, _("Void")
        DEAD = states.DEAD, _("Failed for good")
        UNKNOWN = states.UNKNOWN, _("Unknown")
        HELD = states.HELD, _("Waits for a click")

    store = unread_store()
    key = models.CharField(max_length=200, unique=True, editable=False)
    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(
        Notice,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=16, default=states.IN_APP)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    wanted_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0, db_default=0)
    began_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True, db_default="")
    folded_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="folded",
        db_index=False,
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "not_before", "id"],
                condition=Q(state=states.PENDING),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=states.CLAIMED), name="delivery_held"
            ),
            models.Index(
                fields=["reminder"],
                condition=Q(state__in=states.TROUBLE),
                name="delivery_in_trouble",
            ),
            models.Index(
                fields=["notice"], condition=Q(notice__isnull=False), name="delivery_of_notice"
            ),
            models.Index(
                fields=["folded_into"],
                condition=Q(folded_into__isnull=False),
                name="delivery_folded",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[*states.OPEN, states.FIRED, states.CANCELLED, *states.TROUBLE]
                ),
                name="delivery_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.FIRED) | Q(delivered_at__isnull=False),
                name="delivery_fired_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=states.CLAIMED, lease_until__isnull=False)
                | (~Q(state=states.CLAIMED) & Q(lease_until__isnull=True)),
                name="delivery_leased_while_claimed",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def tries(self) -> int:
        """How often it was begun, or its worker died on the way to it."""
        return max(self.attempts, self.crashes)

    @property
    def channel_label(self) -> Any:
        """The channel in the reader's words."""
        return LABELS.get(self.channel, self.channel)

    @property
    def why(self) -> str:
        """Why it is in trouble, as a sentence."""
        return words_for(self.last_error)


class Preference(models.Model):
    """How one person wants to be told beside the inbox: channels, lead times, quiet hours.

    Empty lead times and quiet hours are those of the house. Times are local to the store.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    channels = models.JSONField(default=list, blank=True)
    day_before_at = models.TimeField(_("the day before, at"), null=True, blank=True)
    minutes_before = models.PositiveSmallIntegerField(_("minutes before"), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    topic = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preference_quiet_hours_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
