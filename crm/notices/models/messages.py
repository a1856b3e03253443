"""What reminders and inbox lines have in common, and the lines of each person's inbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from crm.notices import states
from crm.people.models import User
from crm.records.models import Record

SNOOZES_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class About:
    """The row something is about: its room, its model and its public id, as text.

    Rooms above are named so, since a lower room holds no key into a higher one.
    """

    room: str
    model: str
    public_id: str

    @classmethod
    def of(cls, obj: models.Model) -> About:
        """Name a row that carries a `public_id`."""
        name = obj._meta.model_name or ""
        return cls(obj._meta.app_label, name, str(getattr(obj, "public_id", "")))


class Word(models.Value):
    """A constant of this module written into the statement itself, never a person's input.

    SQLite uses a partial index only where it can read the condition in the statement; a
    bound parameter hides it.
    """

    def as_sql(
        self,
        compiler: SQLCompiler,  # noqa: ARG002
        connection: BaseDatabaseWrapper,  # noqa: ARG002
    ) -> tuple[str, tuple[str | int, ...]]:
        if not str(self.value).isalpha():
            raise ValueError("Only a plain word may be written into a statement.")
        return f"'{self.value}'", ()


def unread_store() -> Any:
    """The store of a row by the hundred thousand: nobody looks these up by their store alone."""
    return models.ForeignKey(
        "people.Store",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
        db_index=False,
    )


class Message(Record):
    """What a reminder and its inbox row have in common.

    Words are not stored: `kind` and `data` are, and each reader gets their own language.
    `data` holds no phone number (security.md 1.3).
    """

    store = unread_store()
    key = models.CharField(max_length=160, unique=True, editable=False)
    occasion = models.CharField(max_length=100, db_index=True, editable=False)
    step = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=40)
    about_room = models.CharField(max_length=30, blank=True)
    about_model = models.CharField(max_length=30, blank=True)
    about_id = models.CharField(max_length=22, blank=True, db_index=True)
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    untimed = models.BooleanField(default=False)
    unapproved = models.BooleanField(default=False)
    link_name = models.CharField(max_length=60, blank=True)
    link_id = models.CharField(max_length=22, blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True

    @property
    def about(self) -> About:
        return About(self.about_room, self.about_model, self.about_id)


# Copied from a reminder to the inbox rows it makes.
MESSAGE_FIELDS = (
    *("store_id", "occasion", "step", "kind", "about_room", "about_model", "about_id", "subject"),
    *("due_at", "untimed", "unapproved", "link_name", "link_id", "data"),
)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        """A person's own inbox and no one else's."""
        return self.filter(recipient_id=user.pk)

    def unread(self, now: dt.datetime) -> NoticeQuerySet:
        """What the badge counts: new, or snoozed until before `now`; a digest counts once."""
        awake = Q(state=states.SNOOZED, snoozed_until__lte=now)
        return self.filter(Q(state=states.NEW) | awake, folded_into__isnull=True)

    def shown(self, now: dt.datetime) -> NoticeQuerySet:
        """The rows of the inbox: what sleeps or lies folded in a digest is left out."""
        asleep = Q(state=states.SNOOZED, snoozed_until__gt=now)
        return self.filter(folded_into__isnull=True).exclude(asleep)

    def still_open(self) -> NoticeQuerySet:
        """Not closed by a logged contact, a new date or a cancellation (RM-02)."""
        return self.exclude(state=states.CLOSED)


class Notice(Message):
    """One line of one person's inbox.

    Read, put off and done are states of this row, not of the reminder behind it. After a
    standstill, many lines lie folded into one digest.
    """

    class State(models.TextChoices):
        NEW = states.NEW, _("Unread")
        SEEN = states.SEEN, _("Read")
        SNOOZED = states.SNOOZED, _("Put off")
        CLOSED = states.CLOSED, _("Done")

    recipient = models.ForeignKey(  # both indexes below begin with it
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    is_copy = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    seen_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozes = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True)
    folded_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="folded"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["recipient", "state", "folded_into"], name="notice_of_recipient"),
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[states.NEW, states.SEEN, states.SNOOZED, states.CLOSED]),
                name="notice_state_known",
            ),
            models.CheckConstraint(
                condition=Q(snoozes__lte=SNOOZES_AT_MOST), name="notice_snoozed_thrice_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.SNOOZED) | Q(snoozed_until__isnull=False),
                name="notice_snoozed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=states.CLOSED, closed_at__isnull=False)
                | (~Q(state=states.CLOSED) & Q(closed_at__isnull=True)),
                name="notice_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(folded_into__isnull=True) | ~Q(folded_into=F("id")),
                name="notice_not_in_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def templates(self) -> list[str]:
        """The sentence of its kind, in the reader's language; a plain one for an unknown kind."""
        return sentences_of(self.kind)

    def is_to_log(self) -> bool:
        """Whether opening it leads its reader to logging the contact."""
        told_as_boss = self.step in states.FOR_A_DESK
        return self.kind == "contact_due" and self.state != states.CLOSED and not told_as_boss

    def may_open(self) -> bool:
        """Whether it leads anywhere."""
        return self.kind == "digest" or bool(self.link_name)

    def may_snooze(self) -> bool:
        """Whether it can be put off once more."""
        return self.state != states.CLOSED and self.snoozes < SNOOZES_AT_MOST


def sentences_of(kind: str) -> list[str]:
    """The template of a kind, or a plain one for a kind of another release."""
    return [f"notices/kinds/{kind}.html", "notices/kinds/other.html"]


def message_fields(source: Message) -> dict[str, Any]:
    """What an inbox row takes over from the reminder that made it."""
    return {name: getattr(source, name) for name in MESSAGE_FIELDS}
