"""What figures are to reach: by figure, person, team, store and month, with their history."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import Team, User
from crm.records.models import Record
from crm.reports.models.visit_reports import READERS


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> TargetQuerySet:
        """Those of the stores whose business or service one leads, and those for all."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        stores = reach.stores_as(*READERS)
        return self.filter(Q(store__in=stores) | Q(store__isnull=True)) if stores else self.none()


class Target(Record):
    """What a figure is to reach from a month on, until a later month's target (KP-13).

    `value` is in percent for rates, in hours for times, else as it is. The narrowest holds:
    a person's over the team's, over the store's, over that for everybody. A row is never
    changed: the last one written for its month is in force, those before are the history.
    """

    key = models.CharField(_("figure"), max_length=60)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    month = models.DateField(pgettext_lazy("target", "from month"))
    value = models.DecimalField(
        pgettext_lazy("target", "value"), max_digits=9, decimal_places=1, null=True, blank=True
    )
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["key", "store", "-month", "-id"], name="target_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="target_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(person__isnull=True),
                name="target_of_team_or_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.month}"
