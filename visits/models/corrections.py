"""What is to be put right after an audit: by whom, by when, checked by somebody else (SA-04)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from visits import states
from visits.models.audits import VisitAudit


class CorrectionState(models.TextChoices):
    OPEN = states.TO_DO, pgettext_lazy("correction", "To do")
    DONE = states.DONE, pgettext_lazy("correction", "To be checked")
    VERIFIED = states.VERIFIED, pgettext_lazy("correction", "Checked")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> CorrectionQuerySet:
        """One's own, those one has opened, and the store's for those set over it."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        store = reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)
        mine = Q(owner__in=reach.own_ids) | Q(opened_by=reach.user_id)
        return self.filter(mine | Q(store__in=store))


class Correction(Record):
    """A corrective task that came from an audit; `due_on` is a local date, moments are UTC."""

    audit = models.ForeignKey(VisitAudit, on_delete=models.PROTECT, related_name="corrections")
    what = models.CharField(_("what is to be put right"), max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        max_length=8, choices=CorrectionState.choices, default=states.TO_DO, db_index=True
    )
    report = models.CharField(_("what was done"), max_length=500, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=300, blank=True, default="")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["owner", "state", "due_on"], name="correction_of_owner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.CORRECTIONS), name="correction_state_known"
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("owner")),
                name="correction_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.what
