"""What happened to a card: levels, judgements, its timeline, who saw its numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.customers.models.cards import Card
from crm.customers.models.scope import SALES_READERS, row_scope
from crm.people.models import User
from crm.records.audit.field_words import VALUES
from crm.records.models import Record


class LevelChange(models.Model):
    """The level before and after, when and by whom (LC-01, LC-05)."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="level_changes")
    before = models.CharField(max_length=1, blank=True)
    after = models.CharField(max_length=1, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Assessment(models.Model):
    """Confidence, need and purchasing power as judged on a day, 1–5 each (CC-05)."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="assessments")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confidence = models.PositiveSmallIntegerField(default=0)
    confidence_words = models.CharField(max_length=120, blank=True)
    need = models.PositiveSmallIntegerField(default=0)
    need_words = models.CharField(max_length=120, blank=True)
    power = models.PositiveSmallIntegerField(default=0)
    power_words = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.confidence}/{self.need}/{self.power}"


# A line that is shown to nobody.
VEILED = "veiled"


class TimelineEntry(models.Model):
    """A change the card's timeline tells of, beside plans and contacts (CC-40).

    `kind` names the sentence, `data` its values; the page words it in the reader's language.
    """

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="timeline")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["card", "-at"], name="timeline_card_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F}"

    @property
    def reason(self) -> str:
        """The reason it tells of, in the reader's language where it was one of a list."""
        said = self.data.get("reason", "")
        return str(VALUES["reason"].get(said, said))


class PhoneView(models.Model):
    """Who saw a customer's numbers in full, when and why (security.md 1.3).

    `shown` is kept once a day for those whom the card shows them to, `revealed` each time
    somebody else asked, with the reason given.
    """

    class Kind(models.TextChoices):
        SHOWN = "shown", _("Shown")
        REVEALED = "revealed", _("Revealed")

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="phone_views")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    day = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "kind", "at"], name="phone_view_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "card", "day"],
                condition=Q(kind="shown"),
                name="phone_shown_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.card_id} {self.user_id}"


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, user: User) -> RecoveryQuerySet:
        """Recoveries of the cards sales may see, and those one handles."""
        reach = user.reach
        return self.filter(row_scope(reach, "card__", SALES_READERS) | Q(handler__in=reach.own_ids))


class Recovery(Record):
    """A stage of winning a lost customer back; an order it led to is named as text (LR-05)."""

    recovery_no = models.CharField(max_length=40, unique=True)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="recoveries")
    stage = models.PositiveSmallIntegerField(_("stage"))
    handler = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    order_no = models.CharField(max_length=40, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[1, 2]), name="recovery_stage_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="recovery_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.recovery_no
