"""Audits of visits: the sample as it was drawn, and what each audit found (SA-01, PR-08)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from followups.models import Outcome
from visits import states
from visits.models.visits import Visit

SAMPLE_READERS = (roles.AUDITOR, roles.SERVICE_SUPERVISOR, roles.MANAGER)


class AuditState(models.TextChoices):
    WAITING = states.WAITING, pgettext_lazy("audit", "No auditor yet")
    ASSIGNED = states.ASSIGNED, pgettext_lazy("audit", "To call")
    HEARD = states.HEARD, pgettext_lazy("audit", "To judge")
    PUBLISHED = states.PUBLISHED, pgettext_lazy("audit", "Published")
    APPEALED = states.APPEALED, pgettext_lazy("audit", "Appealed")
    SETTLED = states.SETTLED, pgettext_lazy("audit", "Appeal settled")
    NOT_REACHED = states.NOT_REACHED, _("Not reached")
    REFUSED = states.REFUSED, pgettext_lazy("audit", "Customer declined")


class Criterion(models.TextChoices):
    """What an audit looks at; those in `ASKED` are asked of the customer, without the answers."""

    PLANNED = "planned", _("Made as planned")
    COMPLETE = "complete", _("Content complete")
    ACCURATE = "accurate", _("Content accurate")
    IN_TIME = "in_time", _("Feedback and handling in time")
    ATTITUDE = "attitude", _("Visitor's attitude")


ASKED = (Criterion.PLANNED, Criterion.IN_TIME, Criterion.ATTITUDE)


class Verdict(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    CANNOT_TELL = "cannot_tell", _("Cannot tell")


class AuditSampleQuerySet(models.QuerySet["AuditSample"]):
    def visible_to(self, user: User) -> AuditSampleQuerySet:
        """The draws of the stores one audits, supervises or manages (matrix row 12)."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        return self.filter(store__in=reach.stores_as(*SAMPLE_READERS))


class AuditSample(Record):
    """One draw: the visits completed, or the talks sales wrote down, in a store in one month.

    Both local dates are included.

    The seed is committed before any visit is read (`drawn_at` is empty until then) and never
    changes; nothing draws a month of a store again.
    """

    class About(models.TextChoices):
        VISITS = "visits", _("Return visits")
        CONTACTS = "contacts", _("Contacts of sales")

    about = models.CharField(
        max_length=8, choices=About.choices, default=About.VISITS, db_default="visits"
    )
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    seed = models.CharField(_("seed"), max_length=32)
    rate = models.PositiveSmallIntegerField(_("share in percent"))
    least = models.PositiveSmallIntegerField(_("at least per visitor"))
    drawn_at = models.DateTimeField(null=True, blank=True)

    objects = AuditSampleQuerySet.as_manager()

    class Meta:
        ordering = ["-first", "store"]
        constraints = [
            models.UniqueConstraint(fields=["store", "first", "about"], name="audit_sample_once"),
            models.CheckConstraint(condition=Q(store__isnull=False), name="audit_sample_of_store"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="audit_sample_ends_after_begin"
            ),
            models.CheckConstraint(
                condition=Q(rate__range=(0, 100)), name="audit_sample_rate_in_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.first}"


class AuditStratum(models.Model):
    """One person of a draw: what it was drawn from, by public id, and how many it drew."""

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="strata")
    visitor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    visits = models.JSONField(default=list)
    completed = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()

    class Meta:
        ordering = ["sample", "visitor"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "visitor"], name="audit_stratum_once"),
            models.CheckConstraint(
                condition=Q(drawn__lte=F("completed")), name="audit_stratum_drawn_of_completed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.visitor_id}"


class VisitAuditQuerySet(models.QuerySet["VisitAudit"]):
    def visible_to(self, user: User) -> VisitAuditQuerySet:
        """One's own cases, the store's for those set over it, and, once published, the audits of
        one's own visits (matrix row 12)."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        told = Q(visitor=reach.user_id, state__in=states.AUDITS_TOLD)
        store = reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)
        # Whoever supervises and was visited upon reads of themselves only what is published.
        led = Q(store__in=store) & ~Q(visitor=reach.user_id)
        return self.filter(Q(auditor=reach.user_id) | led | told)


class VisitAudit(Record):
    """The audit of one visit that was drawn; `Visit.audit` gets its result when published.

    `heard` holds what the customer answered again, by question, written before the auditor saw
    the visit; it never changes. `due_on` is a local date, moments are UTC.
    """

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="audits")
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="drawn_audit")
    visitor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=11, choices=AuditState.choices, default=states.WAITING, db_index=True
    )
    due_on = models.DateField(_("due on"))
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    heard = models.JSONField(default=dict)
    heard_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(
        _("result"), max_length=10, choices=Visit.Audit.choices, blank=True, default=""
    )
    words = models.CharField(_("reasons"), max_length=1000, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    appeal = models.CharField(_("appeal"), max_length=1000, blank=True, default="")
    appealed_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.CharField(_("decision"), max_length=1000, blank=True, default="")

    objects = VisitAuditQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["auditor", "state", "due_on"], name="visit_audit_of_auditor"),
            models.Index(fields=["store", "state", "due_on"], name="visit_audit_of_store"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.AUDITS), name="visit_audit_state_known"
            ),
            models.CheckConstraint(
                condition=Q(auditor__isnull=True) | ~Q(auditor=F("visitor")),
                name="visit_audit_never_of_oneself",
            ),
            models.CheckConstraint(
                condition=Q(auditor__isnull=False) | Q(state=states.WAITING),
                name="visit_audit_has_auditor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=states.AUDITS_TOLD)
                | Q(result__in=Visit.Audit.values, published_at__isnull=False),
                name="visit_audit_published_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.state}"


class OfAudit(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OfAudit:
        """What belongs to an audit is seen by whoever sees the audit (D6)."""
        return self.filter(audit__in=VisitAudit.objects.visible_to(user))


class AuditTry(models.Model):
    """One call in vain to a customer about a visit."""

    audit = models.ForeignKey(VisitAudit, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfAudit.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.outcome}"


class AuditFinding(models.Model):
    """What an audit found on one criterion, with words."""

    audit = models.ForeignKey(VisitAudit, on_delete=models.CASCADE, related_name="findings")
    criterion = models.CharField(max_length=10, choices=Criterion.choices)
    verdict = models.CharField(max_length=11, choices=Verdict.choices)
    words = models.CharField(max_length=300, blank=True)

    objects = OfAudit.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "criterion"], name="audit_finding_once")
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.criterion} {self.verdict}"
