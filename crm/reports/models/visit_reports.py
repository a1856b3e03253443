"""Reports on return visits and the measures the management decides after them (RP-10, RV-40)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from crm.reports import states

READERS = (roles.SERVICE_SUPERVISOR, roles.MANAGER)


class ReportState(models.TextChoices):
    DRAFT = states.DRAFT, pgettext_lazy("report", "Draft")
    SENT = states.SENT, pgettext_lazy("report", "Sent")


class MeasureState(models.TextChoices):
    PROPOSED = states.PROPOSED, pgettext_lazy("measure", "Proposed")
    DECIDED = states.DECIDED, pgettext_lazy("measure", "Decided")
    IN_PROGRESS = states.IN_PROGRESS, pgettext_lazy("measure", "In progress")
    CHECKED = states.CHECKED, pgettext_lazy("measure", "Effect checked")
    CLOSED = states.CLOSED, pgettext_lazy("measure", "Closed")
    DECLINED = states.DECLINED, pgettext_lazy("measure", "Not taken up")


class VisitReportQuerySet(models.QuerySet["VisitReport"]):
    def visible_to(self, user: User) -> VisitReportQuerySet:
        """Those of the stores whose service or business one leads; all for general managers."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        return self.filter(store__in=reach.stores_as(*READERS))


class VisitReport(Record):
    """What the return visits of a store showed in a period (RP-10).

    `figures` are frozen when it is made, in the form of `queues/summary.py`; `first` and `last`
    are local dates, both included. A sent report does not change.
    """

    report_no = models.CharField(_("report number"), max_length=40, unique=True)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    state = models.CharField(max_length=5, choices=ReportState.choices, default=states.DRAFT)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(default=dict)
    problems = models.TextField(_("problems"), max_length=4000, blank=True)
    suggestions = models.TextField(_("suggestions"), max_length=4000, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = VisitReportQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-id"]
        indexes = [models.Index(fields=["store", "-last"], name="visit_report_of_store")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.REPORT_STATES), name="visit_report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="visit_report_ends_after_begin"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.SENT) | Q(sent_at__isnull=False),
                name="visit_report_sent_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.report_no


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> MeasureQuerySet:
        """One's own, and those of the stores whose service or business one leads."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        own = Q(owner__in=reach.own_ids)
        return self.filter(own | Q(store__in=reach.stores_as(*READERS)))


class Measure(Record):
    """One thing the management has done about what a report showed (requirements 4.9).

    `due_on` is a local date. Its steps keep who said what and when.
    """

    report = models.ForeignKey(VisitReport, on_delete=models.PROTECT, related_name="measures")
    what = models.CharField(_("measure"), max_length=300)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(pgettext_lazy("measure", "due on"), null=True, blank=True)
    state = models.CharField(max_length=11, choices=MeasureState.choices, default=states.PROPOSED)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["store", "state", "due_on"], name="measure_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.MEASURE_STATES), name="measure_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(states.PROPOSED, states.DECLINED))
                | Q(owner__isnull=False, due_on__isnull=False),
                name="measure_decided_has_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class MeasureStep(models.Model):
    """One step in the life of a measure: what was done, by whom, when, in which words."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("measure step", "Proposed")
        DECIDED = "decided", pgettext_lazy("measure step", "Decided")
        DECLINED = "declined", pgettext_lazy("measure step", "Not taken up")
        BEGUN = "begun", pgettext_lazy("measure step", "Begun")
        WORKS = "works", pgettext_lazy("measure step", "Effect checked: it works")
        NOT_YET = "not_yet", pgettext_lazy("measure step", "Effect checked: not yet")
        CLOSED = "closed", pgettext_lazy("measure step", "Closed")

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.kind}"


class ResponseState(models.TextChoices):
    ASKED = states.ASKED, pgettext_lazy("response", "Awaiting the team")
    ANSWERED = states.ANSWERED, pgettext_lazy("response", "Answered")
    SEEN = states.SEEN, pgettext_lazy("response", "Effect seen")


class TeamResponseQuerySet(models.QuerySet["TeamResponse"]):
    def visible_to(self, user: User) -> TeamResponseQuerySet:
        """Those of the teams one leads, of the stores whose service or business one leads."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        teams = Q(team__in=reach.teams_as(roles.SALES_SUPERVISOR))
        return self.filter(teams | Q(store__in=reach.stores_as(*READERS)))


class TeamResponse(Record):
    """What a sales team does about what customers say of its follow-up in a period (RV-42).

    `words` are service's own, never a customer's. `first`, `last` and `answer_by` are local dates.
    """

    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    words = models.CharField(_("what it is about"), max_length=1000)
    state = models.CharField(max_length=8, choices=ResponseState.choices, default=states.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField(_("answer by"))
    done = models.CharField(_("what was done"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    effect = models.CharField(_("effect"), max_length=1000, blank=True)
    checked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = TeamResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-id"]
        indexes = [models.Index(fields=["store", "state", "answer_by"], name="response_of_store")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.RESPONSES), name="response_state_known"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="response_ends_after_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.first}"
