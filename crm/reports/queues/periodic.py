"""The managers' reports as their pages need them: the archive, the neighbours, the choices."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import User
from crm.records.states import Saved
from crm.reports import due, states
from crm.reports.models import PeriodReport, PeriodReportQuerySet, ReportFile, ReportMail
from crm.ui.lists import Chip, ListSpec, Sort

KIND_LABELS = dict(PeriodReport.Kind.choices)


def period_reports(user: User) -> PeriodReportQuerySet:
    """The reports this person may read, with whoever signed them."""
    people = ("signed_by", "corrected_by")
    rows = PeriodReport.objects.visible_to(user)
    return rows.select_related("store", *people, "corrects", "corrects__corrected_by")


def archive(user: User) -> PeriodReportQuerySet:
    """Those of the list, without their figures: a year of them is a long text."""
    return period_reports(user).last_editions().defer("figures")


def archive_list(years: list[int]) -> ListSpec:
    """What the archive allows: by kind, what waits for a signature, by year."""
    every = Chip("all", _("All"))
    kinds = [Chip(kind, KIND_LABELS[kind], Q(kind=kind)) for kind in due.KINDS]
    of_years = [Chip(f"y{year}", str(year), Q(last__year=year)) for year in years]
    unsigned = Chip("unsigned", PeriodReport.State.CLOSED.label, Q(state=states.TAKEN))
    corrected = Chip("corrected", PeriodReport.State.CORRECTED.label, Q(edition__gt=1))
    return ListSpec(
        sorts=(Sort("last", _("Period"), ("-last", "-id")),),
        chips=(every, *kinds, unsigned, corrected, *of_years),
    )


def years_of(user: User) -> list[int]:
    """The years of which there are reports, the latest first."""
    days = PeriodReport.objects.visible_to(user).order_by().dates("last", "year", order="DESC")
    return [day.year for day in days]


@dataclass(frozen=True)
class Neighbours:
    """The reports before and after one, of the same place and kind, and its other editions."""

    before: PeriodReport | None
    after: PeriodReport | None
    editions: list[PeriodReport]


def neighbours_of(user: User, report: PeriodReport) -> Neighbours:
    """The reports to step to; three statements."""
    every = period_reports(user).defer("figures").filter(kind=report.kind)
    here = every.filter(store=report.store_id) if report.store_id else every.filter(store=None)
    same, editions = here.last_editions().order_by("first"), here.filter(first=report.first)
    return Neighbours(
        same.filter(first__lt=report.first).last(),
        same.filter(first__gt=report.first).first(),
        list(editions.exclude(pk=report.pk).order_by("edition")),
    )


def file_of(report: PeriodReport, form: str, language: str) -> ReportFile | None:
    """A file that shows the report as it is now; None while it is not made."""
    rows = ReportFile.objects.filter(report=report, form=form, language=language)
    return rows.filter(of_version=report.version).first()


def without_files(forms: int) -> PeriodReportQuerySet:
    """Reports of which a file is missing or shows an older state, the latest first."""
    fresh = Count("files", filter=Q(files__of_version=F("version")))
    return PeriodReport.objects.annotate(fresh=fresh).filter(fresh__lt=forms).order_by("-last")


def mail_choice(user: User) -> ReportMail | None:
    """Which reports somebody wants by mail."""
    return ReportMail.objects.filter(user=user).first()


def saved_report_of(report: PeriodReport) -> Saved:
    """How a report stands now, for whoever came second."""
    facts = [(str(_("State")), str(report.get_state_display()))]
    if report.signed_by:
        facts.append((str(pgettext_lazy("report", "Signed by")), report.signed_by.name))
    if report.corrected_by:
        facts.append((str(_("Found wrong by")), report.corrected_by.name))
    typed = {"next_steps": report.next_steps, "wrong_because": report.wrong_because}
    return Saved(typed, facts=tuple(facts))
