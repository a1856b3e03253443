"""What every business row shares, and the rows that keep the house honest."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.people.models import PublicIdField


class Record(models.Model):
    """Base of every business row: a random public id for addresses, a version, a store.

    `store` is the store the row counts for: that of the person it belonged to when it was
    written, else that of the card (kpi.md, scope). Moments are UTC.
    """

    public_id = PublicIdField()
    store = models.ForeignKey(
        "people.Store",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """The trail grows only: nothing here changes or removes an event."""

    def update(self, **_changes: Any) -> NoReturn:
        raise TypeError("The audit trail is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit trail is append-only.")


class AuditEvent(models.Model):
    """One thing that happened: who, when, to which row, before and after (SA-08, D44).

    `at` is UTC. `subject` names the row as "room.Model" with its public id, so that the trail
    outlives the row. Contact data and restricted fields never enter `before` or `after`.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    store = models.ForeignKey(
        "people.Store", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} {self.subject_id}"


class RequestToken(models.Model):
    """A form that was saved once: the same request id from the same person is a replay (D33)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=60)
    request_id = models.CharField(max_length=36)
    result = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "request_id"], name="request_saved_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.request_id}"


class Draft(models.Model):
    """What somebody typed and did not save yet; only its author sees it (design guide 1.3)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    form = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40, blank=True)
    body = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "subject_id"], name="one_draft_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.subject_id}"


class Counter(models.Model):
    """The last number given out for a kind of document in a year."""

    kind = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "year"], name="counter_once_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}: {self.last}"
