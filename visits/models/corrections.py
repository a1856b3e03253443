"""What an audit or a customer found wrong, as a task with owner, day and end (SA-02, SA-04)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from visits import states
from visits.models.audits import VisitAudit
from visits.models.visits import Visit

# Who may be given one, and who is set over those who have one.
CORRECTORS = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
CORRECTION_LEADERS = (roles.SERVICE_SUPERVISOR, roles.MANAGER)


class CorrectionState(models.TextChoices):
    OPEN = states.OPEN, pgettext_lazy("correction", "To do")
    DONE = states.DONE, pgettext_lazy("correction", "To verify")
    VERIFIED = states.VERIFIED, pgettext_lazy("correction", "Verified")
    CALLED_OFF = states.CALLED_OFF, pgettext_lazy("correction", "Called off")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> CorrectionQuerySet:
        """One's own, those of one's visits and of what one audited, and those of the stores one
        is set over. What a customer said of one's own visit only once it is one's own to put right.
        """
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        own = Q(owner__in=reach.own_ids) | Q(audit__visitor=reach.user_id)
        found = Q(audit__auditor=reach.user_id)
        led = Q(store__in=reach.stores_as(*CORRECTION_LEADERS))
        about_me = Q(audit__isnull=True, visit__assignee=reach.user_id)
        return self.filter(own | found | (led & ~about_me))


class Correction(Record):
    """What is to be put right after an audit, or looked into after a customer's bad opinion.

    One for each audit that found something wrong; what was wrong stands with it. Without an audit
    it is what a customer said of the visit itself: looked into and done, called off as unfounded,
    or handed over to be put right. `due_on` is a local date; the steps keep who said what
    and when.
    """

    audit = models.OneToOneField(
        VisitAudit, on_delete=models.PROTECT, null=True, blank=True, related_name="correction"
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="corrections")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(pgettext_lazy("correction", "due on"))
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=states.OPEN)
    what = models.CharField(_("what is to be done"), max_length=1000, blank=True, default="")
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["owner", "state", "due_on"], name="correction_of_owner"),
            models.Index(fields=["store", "state", "due_on"], name="correction_of_store"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.CORRECTIONS), name="correction_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.DONE, states.VERIFIED)) | Q(done_by__isnull=False),
                name="correction_done_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(audit__isnull=True),
                name="correction_opinion_of_visit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.state}"

    @property
    def is_opinion(self) -> bool:
        """Whether a customer said it, and no audit found it."""
        return self.audit_id is None

    @property
    def judged(self) -> User | None:
        """The visitor it is about."""
        return self.audit.visitor if self.audit is not None else self.visit.assignee

    @property
    def auditor_id(self) -> int | None:
        """Who found it, where an audit did."""
        return self.audit.auditor_id if self.audit is not None else None


class CorrectionStep(models.Model):
    """One step in the life of a correction: what became of it, by whom, when, in which words."""

    class Kind(models.TextChoices):
        GIVEN = "given", pgettext_lazy("correction step", "Given")
        HANDED_OVER = "handed_over", pgettext_lazy("correction step", "Handed over")
        DONE = "done", pgettext_lazy("correction step", "Done")
        VERIFIED = "verified", pgettext_lazy("correction step", "Verified")
        NOT_YET = "not_yet", pgettext_lazy("correction step", "Not put right yet")
        CALLED_OFF = "called_off", pgettext_lazy("correction step", "Called off")

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    # Nobody of ours where a customer's answer began it.
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.kind}"
