"""The managers' report of a week, month or year: its figures, the rows behind them, its files."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from crm.records.periods import Period
from crm.reports import due, states
from crm.reports.models.visit_reports import READERS


class PeriodReportQuerySet(models.QuerySet["PeriodReport"]):
    def visible_to(self, user: User) -> PeriodReportQuerySet:
        """Those of the stores whose service or business one leads; all for general managers.

        Whoever leads a sales team there reads what is about it (`weekly/cut.py`).
        """
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        return self.filter(store__in=reach.stores_as(*READERS, roles.SALES_SUPERVISOR))

    def last_editions(self) -> PeriodReportQuerySet:
        """Those that no later edition has taken the place of."""
        return self.filter(next_edition__isnull=True)


class PeriodReport(Record):
    """The figures of a store, or of all stores, frozen when its period closed (RP-07 to RP-09).

    `figures` are JSON in the form of `weekly/figures.py`; `first` and `last` are local dates,
    both included. `due_at` is when it was to be taken, `created_at` when it was. Without a store
    it is that of the group. Nobody edits it; a manager signs it and says what is done next. One
    that was wrong stays as it is, says why, and is followed by the next edition (matrix row 19).
    """

    class Kind(models.TextChoices):
        WEEK = due.WEEK, pgettext_lazy("report", "Weekly report")
        MONTH = due.MONTH, pgettext_lazy("report", "Monthly report")
        YEAR = due.YEAR, pgettext_lazy("report", "Yearly report")

    class State(models.TextChoices):
        CLOSED = states.TAKEN, pgettext_lazy("report", "To be signed")
        SIGNED = states.SIGNED, pgettext_lazy("report", "Signed")
        CORRECTED = states.CORRECTED, pgettext_lazy("report", "Corrected")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    due_at = models.DateTimeField()
    figures = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=states.TAKEN)
    edition = models.PositiveSmallIntegerField(default=1)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next_edition"
    )
    # Why this edition is wrong, who says so and when; the worker then takes the next one.
    wrong_because = models.TextField(_("what is wrong"), max_length=500, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    next_steps = models.TextField(_("next steps"), max_length=2000, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PeriodReportQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "store__code", "-id"]
        indexes = [models.Index(fields=["kind", "-last"], name="period_report_archive")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "store", "first", "edition"],
                condition=Q(store__isnull=False),
                name="one_report_of_store",
            ),
            models.UniqueConstraint(
                fields=["kind", "first", "edition"],
                condition=Q(store__isnull=True),
                name="one_report_of_group",
            ),
            models.CheckConstraint(condition=Q(kind__in=due.KINDS), name="period_report_kind"),
            models.CheckConstraint(
                condition=Q(state__in=states.PERIOD_REPORT), name="period_report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="period_report_ends_after_begin"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.SIGNED)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="period_report_signed_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.CORRECTED)
                | (
                    Q(corrected_at__isnull=False, corrected_by__isnull=False) & ~Q(wrong_because="")
                ),
                name="period_report_corrected_why",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, corrects__isnull=True)
                | Q(edition__gt=1, corrects__isnull=False),
                name="period_report_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} {self.store_id or ''}"

    @property
    def period(self) -> Period:
        """The days it is about."""
        return Period(self.first, self.last, timezone.get_default_timezone())

    @property
    def as_of(self) -> dt.datetime:
        """The moment its figures are of: what was written down later is not in them."""
        return self.due_at if self.is_late else self.created_at

    @property
    def is_late(self) -> bool:
        """Whether it was taken long after its hour, the worker having stood still.

        A later edition is of the moment it was taken, and says so.
        """
        return self.edition == 1 and due.is_late(self.due_at, self.created_at)


class FrozenRows(models.Model):
    """The rows a frozen figure counted, so that they can be opened and compared with today's.

    `whose` is empty for the whole report, else the person, team or store as in an address:
    `person-<id>`. `below`, `above` and `minus` are primary keys of what stands below the line,
    above it and, for the net promoter score, of what is taken off; `took` are the seconds of
    each row below, where the figure is a median of times.
    """

    report = models.ForeignKey(PeriodReport, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=60)
    whose = models.CharField(max_length=40, blank=True, default="")
    below = models.JSONField(default=list)
    above = models.JSONField(default=list)
    minus = models.JSONField(default=list)
    took = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "key", "whose"], name="frozen_rows_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.key} {self.whose}"


class ReportFile(models.Model):
    """A file of a report in one language, made by the worker under `MEDIA_ROOT`.

    `of_version` is the report's version it shows: one that was signed since is made again.
    `of_state` is what its figures had come to be (`weekly/today.py`): so is one they outgrew.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "Excel"
        PNG = "png", "PNG"

    report = models.ForeignKey(PeriodReport, on_delete=models.CASCADE, related_name="files")
    form = models.CharField(max_length=4, choices=Format.choices)
    language = models.CharField(max_length=8)
    of_version = models.PositiveIntegerField()
    of_state = models.CharField(max_length=64, blank=True, default="")
    stored_as = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "form", "language"], name="report_file_once"),
        ]

    def __str__(self) -> str:
        return self.stored_as


class ReportMail(models.Model):
    """Whether somebody wants the managers' reports by mail, and of which kinds."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="report_mail")
    version = models.PositiveIntegerField(default=1, editable=False)
    kinds = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id}"
