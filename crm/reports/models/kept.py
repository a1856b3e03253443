"""What is kept so that a year of a whole group is counted from short rows (issue of speed).

Kept rows say nothing of their own: each follows from rows of the business, is made anew by the
worker when those have changed, and may be thrown away. On SQLite they stay empty.
Columns that name a person, team, store or card hold its primary key and no constraint: what is
kept must never hold up a change of what it follows from.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Keeping(models.Model):
    """How far keeping has come; one row.

    `version` tells what kept rows depend on beside rows: the rules they were made by, and the
    zone. `cards_to` is the last card of the first building; figures are read from kept rows once
    `is_ready`. `valid_from` is the moment before which no answer may be asked for: customers who
    called since then are marked still.
    """

    version = models.CharField(max_length=80)
    cards_to = models.BigIntegerField(default=0)
    is_ready = models.BooleanField(default=False)
    valid_from = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.version}, {'ready' if self.is_ready else self.cards_to}"


class TouchedCard(models.Model):
    """A card something of which has changed since it was kept; written by the database itself."""

    card = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.card)


class TouchedHour(models.Model):
    """An hour in which something lies that has changed since; written by the database itself."""

    class What(models.TextChoices):
        """Planned contacts due in it; contacts made in it; a buyer was in contact in it."""

        PLANNED = "planned"
        CONTACT = "contact"
        ORDER = "order"

    what = models.CharField(max_length=7, choices=What.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=("planned", "contact", "order")), name="touched_what_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%F %H}"


class KeptCard(models.Model):
    """When a card's customer first got how far; merged cards have none (kpi.md, follow-up).

    `person`, `team` and `store` are its owner's when it was opened. Each step holds the moment
    of the step itself or of any later one, whichever came first. `hours` are the whole hours to the
    first try.
    """

    card = models.BigIntegerField(primary_key=True)
    opened_at = models.DateTimeField()
    person = models.BigIntegerField(null=True)
    team = models.BigIntegerField(null=True)
    store = models.BigIntegerField(null=True)
    tried_at = models.DateTimeField(null=True)
    hours = models.IntegerField(null=True, db_index=True)
    spoken_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    drove_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["opened_at"], name="kept_card_opened")]

    def __str__(self) -> str:
        return str(self.card)


class KeptFollowUp(models.Model):
    """The first and the last follow-up of a card by somebody, of each kind.

    A try that was answered, or after which the customer called within 72 hours, is a hit.
    `begun_at` and `ended_at` are the first and the last follow-up by anyone, `sold_at` the first
    signed order with anyone and `own_sale_at` the first one with that somebody.
    """

    card = models.BigIntegerField(db_index=True)
    group = models.BigIntegerField()
    first_contact = models.DateTimeField()
    last_contact = models.DateTimeField()
    first_try = models.DateTimeField(null=True)
    last_try = models.DateTimeField(null=True)
    first_hit = models.DateTimeField(null=True)
    last_hit = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    sold_at = models.DateTimeField(null=True)
    own_sale_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.card}: {self.group}"


class KeptOfAll(KeptFollowUp):
    """By anyone; `days` is how many whole days lie between the first and the last."""

    days = models.IntegerField(db_index=True)


class KeptOfPerson(KeptFollowUp):
    """By one person."""


class KeptSum(models.Model):
    """A figure of the day or the week that begins then: of everything, or of each person."""

    key = models.CharField(max_length=40)
    first = models.DateField()
    by = models.CharField(max_length=6, blank=True)
    group = models.BigIntegerField(null=True)
    above = models.BigIntegerField()
    below = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["key", "by", "first"],
                include=["group", "above", "below"],
                name="kept_sum_of_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.first:%F}"
