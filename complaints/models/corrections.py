"""What is put right after a complaint: who, until when, checked by another (CP-10, CP-30)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models.subjects import is_about
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record

OVERSEERS = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> CorrectionQuerySet:
        """One's own, those of a department one heads, the store's; none of a ticket about oneself.

        Nor one of which oneself is the cause, unless it is one's own to put right.
        """
        reach = user.reach
        own = Q(owner__in=reach.own_ids)
        caused = Q(at_fault=reach.user_id) & ~Q(owner__in=reach.own_ids)
        rows = self.exclude(is_about(reach.user_id, "ticket__")).exclude(caused)
        if reach.has(roles.GENERAL_MANAGER):
            return rows
        stores = reach.stores_as(*OVERSEERS)
        return rows.filter(own | Q(department__head__in=reach.own_ids) | Q(store__in=stores))

    def open(self) -> CorrectionQuerySet:
        """Not verified yet."""
        return self.exclude(state=states.VERIFIED)

    def overdue(self, today: dt.date) -> CorrectionQuerySet:
        """Not verified by the end of their day, reported or not (K-40)."""
        return self.open().filter(due_on__lt=today)


class Correction(Record):
    """One corrective task. `due_on` is a local date; `at_fault` is whose error it was, if anyone's.

    `outcome` is what its owner did, `reported_by` they or who stood in for them; `verdict` what the
    person who verified it found.
    """

    class State(models.TextChoices):
        TO_DO = states.TO_DO, pgettext_lazy("corrective task", "To do")
        STARTED = states.STARTED, pgettext_lazy("corrective task", "In progress")
        REPORTED = states.REPORTED, pgettext_lazy("corrective task", "To be verified")
        VERIFIED = states.VERIFIED, pgettext_lazy("corrective task", "Verified")

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="corrections"
    )
    what = models.CharField(_("what is to be put right"), max_length=500)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at_fault = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(max_length=8, choices=State.choices, default=states.TO_DO)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(_("what was done"), max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(_("what was found"), max_length=500, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["store", "state", "due_on"], name="put_right_queue"),
            models.Index(fields=["owner", "state"], name="put_right_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.CORRECTION_STATES), name="put_right_state_known"
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("owner")),
                name="put_right_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | Q(reported_by__isnull=True)
                | ~Q(verified_by=F("reported_by")),
                name="put_right_verified_not_by_reporter",
            ),
        ]

    def __str__(self) -> str:
        return self.what
