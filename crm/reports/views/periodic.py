"""The managers' reports: the archive, one on its sheets, what changed since, its files (RP-09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.people.models import Team
from crm.records.middleware import both_texts
from crm.reports import access, actions, states
from crm.reports.forms import CorrectForm, MailForm, SignForm
from crm.reports.models import PeriodReport
from crm.reports.queues import periodic as queues
from crm.reports.weekly import cut
from crm.reports.weekly.csv_file import csv_of
from crm.reports.weekly.figures import live_figures
from crm.reports.weekly.opened import opened
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.rows import parts_today
from crm.reports.weekly.said import quotes_for
from crm.reports.weekly.today import today_of
from crm.ui.lists import page_number

CSV = "csv"
KINDS = {CSV: "text/csv; charset=utf-8", "pdf": "application/pdf"}
KINDS["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS["png"] = "image/png"


@require_safe
def period_reports(request: SignedInRequest) -> HttpResponse:
    """The archive: every report of one's stores, the latest first, by kind and year."""
    return archive_page(request, None)


def archive_page(
    request: SignedInRequest, form: MailForm | None, *, status: int = 200
) -> HttpResponse:
    """The archive with the choice of mail beside it."""
    user = request.user
    if not access.can_open_archive(user):
        raise PermissionDenied
    years = queues.years_of(user)
    listing = queues.archive_list(years).show(queues.archive(user), request.GET)
    if form is None and access.can_see_period_reports(user):
        form = MailForm(choice=queues.mail_choice(user))
    context = {"listing": listing, "form": form, "now": timezone.now()}
    return render(request, "reports/period_reports.html", context, status=status)


@require_POST
def choose_report_mail(request: SignedInRequest) -> HttpResponse:
    """Which reports one wants by mail."""
    if not access.can_see_period_reports(request.user):
        raise PermissionDenied
    form = MailForm(request.POST, choice=queues.mail_choice(request.user))
    if not form.is_valid():
        return archive_page(request, form, status=422)
    actions.choose_mail(by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Your choice is saved."))
    return redirect("reports:period_reports")


def report_of(request: SignedInRequest, public_id: str) -> PeriodReport:
    """One report of the reader's stores; outside them there is none."""
    return get_object_or_404(queues.period_reports(request.user), public_id=public_id)


@require_safe
def period_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One report on its sheets, each number opening its rows (scenario 19)."""
    report = report_of(request, public_id)
    if access.reads_whole(request.user, report):
        return report_page(request, report, None)
    return team_page(request, report)


def team_page(request: SignedInRequest, report: PeriodReport) -> HttpResponse:
    """What of a report is about the team somebody leads (matrix row 19)."""
    user, now = request.user, timezone.now()
    teams = cut.teams_of(user, report)
    team = chosen_of(request.GET, teams)
    context = {
        "report": report,
        "paper": cut.cut_paper(report, team, now),
        "beside": queues.neighbours_of(user, report),
        "team": team,
        "teams": teams,
        "takes_out": access.can_take_cut(user, report),
        "now": now,
    }
    return render(request, "reports/period_report.html", context)


def chosen_of(query: QueryDict, teams: list[Team]) -> Team:
    """The team that was asked for, else the first; raises Http404 for another's, and for none."""
    wanted = query.get("team")
    found = next((one for one in teams if one.public_id == wanted or not wanted), None)
    if found is None:
        raise Http404
    return found


def report_page(
    request: SignedInRequest,
    report: PeriodReport,
    form: SignForm | CorrectForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The sheets, the files, the signature; figures that differ since are shown as revised."""
    user, now = request.user, timezone.now()
    live = live_figures(report, now)
    signs = report.state == states.TAKEN and access.can_sign(user, report)
    corrects = report.state != states.CORRECTED and access.can_correct(user, report)
    correction = form if isinstance(form, CorrectForm) else None
    signature = form if isinstance(form, SignForm) else None
    context = {
        "report": report,
        "paper": paper_of(report, live, parts_today(report, now)),
        "quotes": quotes_for(report, user),
        "beside": queues.neighbours_of(user, report),
        "form": signature or (SignForm(report=report) if signs else None),
        "correction": correction or (CorrectForm(report=report) if corrects else None),
        "takes_out": access.can_take_out(user, report),
        "now": now,
    }
    return render(request, "reports/period_report.html", context, status=status)


@require_safe
def report_rows(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The rows behind a frozen figure, and what changed of them since (kpi.md, frozen and live)."""
    report, now, query = report_of(request, public_id), timezone.now(), request.GET
    whose = query.get("whose", "")
    if not access.reads_whole(request.user, report):
        within = cut.addresses_in(report, cut.teams_of(request.user, report))
        if not within or (whose := whose or within[0]) not in within:
            raise Http404
    found = opened(
        report,
        query.get("kpi", "response_rate"),
        whose,
        request.user,
        now,
        side=query.get("side", ""),
        page=page_number(query),
    )
    context = {"report": report, "found": found, "lines": found.lines, "now": now}
    return render(request, "reports/report_rows.html", context)


@require_POST
def sign_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put one's name under a report and say what is done next."""
    report = report_of(request, public_id)
    if not access.can_sign(request.user, report):
        raise PermissionDenied
    form = SignForm(request.POST, report=report)
    return decided(request, report, form, actions.sign_report, _("The report is signed."))


@require_POST
def correct_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say why a report is wrong; the worker takes its next edition (matrix row 19)."""
    report = report_of(request, public_id)
    if not access.can_correct(request.user, report):
        raise PermissionDenied
    form, said = CorrectForm(request.POST, report=report), _("A corrected edition is being taken.")
    return decided(request, report, form, actions.correct_report, said)


def decided(
    request: SignedInRequest,
    report: PeriodReport,
    form: SignForm | CorrectForm,
    act: Callable[..., None],
    said: str,
) -> HttpResponse:
    """What somebody decides about a report, done; or the page with what is wrong beside it."""
    if form.is_valid():
        try:
            with both_texts(
                form, lambda: queues.saved_report_of(report_of(request, report.public_id))
            ):
                act(report, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, said)
            return redirect("reports:period_report", report.public_id)
        except ValidationError as error:
            form.refuse(error)
    return report_page(request, report, form, status=422)


@require_POST
def take_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A file of a report in the reader's language; the worker makes those that take long."""
    report, form = report_of(request, public_id), request.POST.get("form", "")
    if form not in KINDS:
        raise Http404
    language, now = get_language() or "", timezone.now()
    if not access.reads_whole(request.user, report):
        return take_cut(request, report, form, now)
    today = today_of(report, now)
    if form == CSV:
        data: bytes | None = csv_of(report, today)
    else:
        data = actions.ready_file(report, form, language, today.mark if today else "")
    if data is None:
        messages.info(request, _("This file is being made. Try again in a minute."))
        return redirect("reports:period_report", report.public_id)
    actions.take_out(report, form=form, by=request.user, now=now)
    return handed_out(report, form, data)


def take_cut(
    request: SignedInRequest, report: PeriodReport, form: str, now: dt.datetime
) -> HttpResponse:
    """The figures of the team somebody leads, as CSV (matrix row 19)."""
    if form != CSV:
        raise Http404
    team = chosen_of(request.POST, cut.teams_of(request.user, report))
    today = cut.cut_today(report, team, now)
    actions.take_out(report, form=form, by=request.user, now=now)
    return handed_out(report, form, csv_of(today.report, today))


def handed_out(report: PeriodReport, form: str, data: bytes) -> HttpResponse:
    """A file of a report under its name."""
    place = report.store.code if report.store else "all"
    name = f"{report.kind}-{report.first:%Y%m%d}-{place}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=KINDS[form], headers=headers)
