"""Prizes drawn among those who answered a questionnaire (RV-21, D25)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from visits.models.questionnaires import Questionnaire, Response


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: User) -> DrawQuerySet:
        """The draws of the stores one leads service in or manages."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        return self.filter(store__in=reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER))


class Draw(Record):
    """Prizes for answers to one questionnaire within a period of local dates, both included.

    It is announced first, and while it runs the questionnaire says that the grade does not
    matter. Drawn, it keeps its random seed and how many took part: `visits/draws.py` gives the
    same winners again from the seed.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="draws")
    prize = models.CharField(_("prize"), max_length=120)
    prizes = models.PositiveSmallIntegerField(_("number of prizes"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    seed = models.CharField(max_length=64, blank=True)
    entries = models.PositiveIntegerField(null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drawn_at = models.DateTimeField(null=True, blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        ordering = ["-until", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="draw_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(prizes__gte=1), name="draw_has_prizes"),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, seed="")
                | (Q(drawn_at__isnull=False, drawn_by__isnull=False) & ~Q(seed="")),
                name="draw_keeps_its_seed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prize} {self.since:%F}–{self.until:%F}"


class DrawWinner(models.Model):
    """One winner of a draw, in the order they were drawn."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="winners")
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["draw", "place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="draw_place_once"),
            models.UniqueConstraint(fields=["draw", "response"], name="draw_won_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.place}"
