"""Contacts of sales that were drawn, and what the customer says of them (SA-03, N-29)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from followups.models import Contact, Outcome
from visits import states
from visits.models.audits import AuditSample, Verdict
from visits.models.visits import Visit


class CheckState(models.TextChoices):
    WAITING = states.WAITING, pgettext_lazy("audit", "No auditor yet")
    ASSIGNED = states.ASSIGNED, pgettext_lazy("audit", "To call")
    PUBLISHED = states.PUBLISHED, pgettext_lazy("check", "Checked")
    NOT_REACHED = states.NOT_REACHED, _("Not reached")
    REFUSED = states.REFUSED, pgettext_lazy("audit", "Customer declined")


class ContactCheckQuerySet(models.QuerySet["ContactCheck"]):
    def visible_to(self, user: User) -> ContactCheckQuerySet:
        """One's own to make; the store's for its manager; once checked, those of the team for its
        supervisor and one's own contacts (matrix row 12). Who supervises or manages and was in
        touch themselves reads of that only once it is checked."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        checked = Q(state=states.PUBLISHED)
        led = Q(store__in=reach.stores_as(roles.MANAGER)) & ~Q(staff=reach.user_id)
        team = checked & Q(contact__team__in=reach.teams_as(roles.SALES_SUPERVISOR))
        own = checked & Q(staff=reach.user_id)
        return self.filter(Q(auditor=reach.user_id) | led | team | own)


class ContactCheck(Record):
    """The check of one contact that was drawn: did it happen, was it so, was it of use.

    `result` is empty where the customer cannot tell. `due_on` is a local date.
    """

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="checks")
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="drawn_check")
    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=11, choices=CheckState.choices, default=states.WAITING, db_index=True
    )
    due_on = models.DateField(_("due on"))
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    happened = models.CharField(
        _("Our colleague was in touch"), max_length=11, choices=Verdict.choices, blank=True
    )
    agrees = models.CharField(
        _("It was as it is written down"), max_length=11, choices=Verdict.choices, blank=True
    )
    useful = models.CharField(
        _("It was of use to the customer"), max_length=11, choices=Verdict.choices, blank=True
    )
    result = models.CharField(
        _("result"), max_length=10, choices=Visit.Audit.choices, blank=True, default=""
    )
    words = models.CharField(_("What the customer says"), max_length=1000, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = ContactCheckQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["auditor", "state", "due_on"], name="contact_check_of_auditor"),
            models.Index(fields=["store", "state", "due_on"], name="contact_check_of_store"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.CHECKS), name="contact_check_state_known"
            ),
            models.CheckConstraint(
                condition=Q(auditor__isnull=True) | ~Q(auditor=F("staff")),
                name="contact_check_never_of_oneself",
            ),
            models.CheckConstraint(
                condition=Q(auditor__isnull=False) | Q(state=states.WAITING),
                name="contact_check_has_auditor",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.PUBLISHED) | Q(checked_at__isnull=False),
                name="contact_check_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.state}"


class OfCheck(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OfCheck:
        """What belongs to a check is seen by whoever sees the check (D6)."""
        return self.filter(check_of__in=ContactCheck.objects.visible_to(user))


class CheckTry(models.Model):
    """One call in vain to a customer about a contact."""

    check_of = models.ForeignKey(ContactCheck, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfCheck.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.outcome}"
