"""What every business row shares, and the rows that keep the house honest."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models import PublicIdField, User

ModelT = TypeVar("ModelT", bound=models.Model)


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


class Entered(Record):
    """A row that may be written down days after what it tells of (CL-12).

    `entered_at` is when somebody did so here. What came with a workbook has none: its books had it
    all along, and `created_at` is the import's.
    """

    entered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class AppendOnly(models.QuerySet[ModelT]):
    """The trail grows only: nothing here changes or removes a row, nor does the database."""

    def update(self, **_changes: Any) -> NoReturn:
        raise TypeError("The audit trail is append-only.")

    def bulk_update(self, *_rows: Any, **_options: Any) -> NoReturn:
        raise TypeError("The audit trail is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit trail is append-only.")


class AuditQuerySet(AppendOnly["AuditEvent"]):
    def visible_to(self, user: User) -> AuditQuerySet:
        """The whole trail for privacy officer and general manager (matrix row 21).

        An administrator reads how accounts were used, and nothing of any other row.
        """
        if user.reach.has(roles.PRIVACY_OFFICER, roles.GENERAL_MANAGER):
            return self
        return self.of_accounts() if user.reach.has(roles.ADMIN) else self.none()

    def of_accounts(self) -> AuditQuerySet:
        """Sign-ins, refused ones, lock-outs, sign-outs, password changes: the technical log."""
        return self.filter(action__in=ACCOUNT_EVENTS)


# How an account was used, without a word about any other row.
ACCOUNT_EVENTS = (
    *("people.sign_in", "people.refuse_sign_in", "people.lock_out", "people.sign_out"),
    *("people.end_other_sessions", "people.change_password", "people.use_link"),
    *("people.mail_reset_link", "people.reset_user", "people.invite_user", "people.create_admin"),
    *("people.end_device", "people.begin_second_step", "people.end_second_step"),
    *("people.reset_second_step", "people.renew_recovery_codes", "records.wrong_links"),
)


class AuditEvent(models.Model):
    """One thing that happened: who, when, to which row, before and after (SA-08, D44).

    `at` is UTC. `subject` names the row as "room.Model" with its public id, so that the trail
    outlives the row. Contact data and restricted fields never enter `before` or `after`.
    `on_behalf_of` is the absent person a deputy acted for; `address` the network address and
    `request` a random id that the events of one request share. The database refuses every
    change (`docs/audit.md`).
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
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    address = models.CharField(max_length=45, blank=True, default="", db_default="")
    request = models.CharField(max_length=16, blank=True, default="", db_default="")

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_id", "at"], name="audit_subject_at"),
            models.Index(fields=["actor", "at"], name="audit_actor_at"),
            models.Index(fields=["action", "at"], name="audit_action_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} {self.subject_id}"


class AuditSeal(models.Model):
    """One link of the chain: the event sealed as `number`, and the hash up to and with it.

    No key in the database holds the event: that one was deleted is for `verify_audit` to say.
    """

    number = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(
        AuditEvent, on_delete=models.DO_NOTHING, db_constraint=False, related_name="seal"
    )
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects = AppendOnly["AuditSeal"].as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class AuditWords(models.Model):
    """What somebody typed into what an event tells of; the event itself has its hash (D48).

    Erasing a customer removes the rows of their events, and the chain still holds. `words` is
    by "before" and "after".
    """

    event = models.OneToOneField(
        AuditEvent,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="apart",
    )
    salt = models.CharField(max_length=32)
    words = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"{self.event_id}"


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


class WrongLink(models.Model):
    """How many links without a key behind them an address opened within a minute (D43).

    `sent` is how often it sent something by good ones, and in a row of its own by each. `network`
    is a keyed fingerprint, and rows are kept for a day: it counts and names nobody.
    """

    minute = models.DateTimeField()
    network = models.CharField(max_length=32)
    times = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minute", "network"], name="wrong_links_once_a_minute")
        ]

    def __str__(self) -> str:
        return f"{self.minute:%F %R}: {self.times}"


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
