"""A page of figures as somebody keeps it: with its filters, under a name, told of weekly."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import User
from crm.records.models import Record

QUERY_AT_MOST = 2000


class ReportViewQuerySet(models.QuerySet["ReportView"]):
    def visible_to(self, user: User) -> ReportViewQuerySet:
        """One's own."""
        return self.filter(owner=user)


class ReportView(Record):
    """A report with its filters, kept under a name for one person (RP-10 to RP-13).

    `query` is the query string of its page. With a `weekday` (Monday is 0) its owner is told on
    that day, by mail as well where they chose so; `told_on` is the local date of the last time.
    """

    class Report(models.TextChoices):
        VISITS = "visits", _("Analysis of return visits")
        COMPLAINTS = "complaints", _("Complaint report")
        EFFECT = "effect", _("Effect of follow-up")
        SOURCES = "sources", _("Sources and levels")
        LOST = "lost", _("Lost customers")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("every Monday")
        TUESDAY = 1, _("every Tuesday")
        WEDNESDAY = 2, _("every Wednesday")
        THURSDAY = 3, _("every Thursday")
        FRIDAY = 4, _("every Friday")
        SATURDAY = 5, _("every Saturday")
        SUNDAY = 6, _("every Sunday")

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    report = models.CharField(max_length=10, choices=Report.choices)
    name = models.CharField(pgettext_lazy("view", "Name"), max_length=60)
    query = models.CharField(max_length=QUERY_AT_MOST, blank=True)
    weekday = models.PositiveSmallIntegerField(
        pgettext_lazy("view", "Tell me"), choices=Weekday.choices, null=True, blank=True
    )
    by_mail = models.BooleanField(_("by mail as well"), default=False)
    told_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ReportViewQuerySet.as_manager()

    class Meta:
        ordering = ["owner", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="report_view_name_once"),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__lte=6), name="report_view_weekday"
            ),
        ]

    def __str__(self) -> str:
        return self.name
