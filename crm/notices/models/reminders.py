"""One bell at one moment, and the queue that its rows are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.notices import states
from crm.notices.channels.reasons import words_for
from crm.notices.models.messages import Message, Word, sentences_of
from crm.people.models import Role, User


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def waiting(self) -> ReminderQuerySet:
        """Not rung yet and nobody at it; uses the partial index."""
        return self.filter(state=Word(states.PENDING))

    def held(self) -> ReminderQuerySet:
        """Taken by a dispatcher; uses the partial index."""
        return self.filter(state=Word(states.CLAIMED))

    def still_to_ring(self) -> ReminderQuerySet:
        """Pending or claimed: what a change of plans can still stop."""
        return self.filter(state__in=states.OPEN)

    def visible_to(self, user: User) -> ReminderQuerySet:
        """Own ones and those a supervisor answers for (security matrix row 7)."""
        own = Q(recipient_id__in=user.reach.own_ids) & ~Q(spared=user.pk)
        return self.filter(own | answered_for_by(user))

    def answered_for_by(self, user: User) -> ReminderQuerySet:
        """A sales supervisor's team, a service supervisor's service in the store."""
        return self.filter(answered_for_by(user))

    def dead(self) -> ReminderQuerySet:
        """Given up; uses the partial index."""
        return self.filter(state=Word(states.DEAD))


def answered_for_by(user: User) -> Q:
    """Which reminders a supervisor retries or gives up for others, never one kept from them."""
    reach = user.reach
    teams = reach.teams_as(Role.SALES_SUPERVISOR)
    stores = reach.stores_as(Role.SERVICE_SUPERVISOR)
    theirs = Q(team_id__in=teams) | Q(store_id__in=stores, about_room__in=states.SERVICE_ROOMS)
    return theirs & ~Q(spared=user.pk)


class Reminder(Message):
    """One bell at one moment: the row is the queue, and commits with the change that made it.

    `not_before` is when it rings; `recipient`, or whoever holds `role` in `team` or `store` at
    that moment, is told. With both, the role is told and the recipient gets a copy. `spared` is
    told in nobody's place: a complaint's bells are kept from whom it is about (CP-15). `fence`
    rises with each claim: a dispatcher that lost its claim can change nothing (RM-04).
    """

    class State(models.TextChoices):
        PENDING = states.PENDING, _("Waiting")
        CLAIMED = states.CLAIMED, _("Being sent")
        FIRED = states.FIRED, _("Sent")
        CANCELLED = states.CANCELLED, _("Void")
        DEAD = states.DEAD, _("Failed for good")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminders",
        db_index=False,
    )
    role = models.CharField(max_length=24, choices=Role.choices, blank=True)
    team = models.ForeignKey(
        "people.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    spared = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    not_before = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    fired_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["not_before", "id"]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state=states.PENDING),
                name="reminder_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=states.CLAIMED), name="reminder_held"
            ),
            models.Index(fields=["id"], condition=Q(state=states.DEAD), name="reminder_dead"),
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state=states.PENDING, crashes__gt=0),
                name="reminder_waiting_alone",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *states.OPEN,
                        states.FIRED,
                        states.CANCELLED,
                        states.DEAD,
                    ]
                ),
                name="reminder_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=states.CLAIMED, lease_until__isnull=False)
                | (~Q(state=states.CLAIMED) & Q(lease_until__isnull=True)),
                name="reminder_leased_while_claimed",
            ),
            models.CheckConstraint(
                condition=Q(state=states.FIRED, fired_at__isnull=False)
                | (~Q(state=states.FIRED) & Q(fired_at__isnull=True)),
                name="reminder_fired_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(role=""),
                name="reminder_has_addressee",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def tries(self) -> int:
        """How often it was tried, or its worker died on the way to it."""
        return max(self.attempts, self.crashes)

    @property
    def why(self) -> str:
        """Why it was given up, as a sentence."""
        return words_for(self.last_error)

    @property
    def templates(self) -> list[str]:
        """The sentence of its kind."""
        return sentences_of(self.kind)
