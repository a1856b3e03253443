"""Follow-up plans and what was decided on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.customers.models import SALES_READERS, row_scope
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from followups import states
from followups.models.choices import (
    PlanState,
)

# Who reads plans (security.md 1.2, row 5).
AGENTS = frozenset({roles.SERVICE_AGENT})
PLAN_READERS = SALES_READERS | AGENTS


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Plans of sales' own cards, and an agent's by case (security.md 1.2, row 5)."""
        return self.filter(row_scope(user.reach, "card__", PLAN_READERS, AGENTS))

    def live(self) -> PlanQuerySet:
        """Plans still worked on: at most one per card."""
        return self.filter(state__in=states.LIVE)


class Plan(Record):
    """What a salesperson means to do with one customer, approved by a supervisor (FP-01, FP-02).

    `revision` counts what was decided; each decision keeps its text in `PlanRevision`.
    """

    plan_no = models.CharField(_("plan number"), max_length=40, unique=True)
    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="plans")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=PlanState.choices, default=PlanState.DRAFT, db_index=True
    )
    interval_days = models.PositiveSmallIntegerField(_("interval"), null=True, blank=True)
    exception_reason = models.CharField(_("why the interval is longer"), max_length=300, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_comment = models.TextField(max_length=1000, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    # Who edited or submitted what waits for approval, beside author and owner: none may decide.
    editors = models.ManyToManyField(User, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        # A board asks of thousands of plans whether they are live, and nothing else.
        indexes = [
            models.Index(fields=["id"], include=["state"], name="plan_with_state"),
            models.Index(fields=["author", "state"], name="plan_of_author"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=Q(state__in=states.LIVE),
                name="one_live_plan_per_card",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.plan_no

    @property
    def is_live(self) -> bool:
        return self.state in states.LIVE


class PlanDecision(models.Model):
    """Who decided what on a plan, with the four criteria and what the system had checked (FP-02).

    `undone_at` is set when an approval was taken back within the undo time.
    """

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    comment = models.TextField(max_length=1000, blank=True)
    criteria = models.JSONField(default=dict)
    checks = models.JSONField(default=list)
    plan_version = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "plan_version"], name="one_decision_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.kind}"


class PlanRevision(models.Model):
    """The steps of a plan as they stood when it was decided (FP-11)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan} #{self.number}"
