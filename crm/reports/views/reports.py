"""Reports on return visits: the list, making one, its page and its texts (RP-10)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.reports import access, actions, states
from crm.reports.forms import MakeReportForm, ProposeForm, WriteReportForm
from crm.reports.models import VisitReport
from crm.reports.queues import reports as queues
from crm.reports.queues.summary import summary_of
from crm.ui.versioned import SentOnceForm


@require_safe
def visit_reports(request: SignedInRequest) -> HttpResponse:
    """The reports of one's stores, the latest first."""
    if not access.can_see_reports(request.user):
        raise PermissionDenied
    listing = queues.report_list().show(queues.report_queue(request.user), request.GET)
    context = {"listing": listing, "makes": access.can_make_reports(request.user)}
    return render(request, "reports/visit_reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def make_report(request: SignedInRequest) -> HttpResponse:
    """Make the report of a store's period."""
    if not access.can_make_reports(request.user):
        raise PermissionDenied
    stores = queues.stores_to_report(request.user)
    form = MakeReportForm(request.POST or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            report = actions.make_report(
                sent["store"],
                first=sent["first"],
                last=sent["last"],
                by=request.user,
                now=timezone.now(),
                request_id=sent["request_id"],
            )
            return redirect("reports:visit_report", report.public_id)
        except ValidationError as error:
            form.refuse(error)
    status = 422 if form.is_bound else 200
    return render(request, "reports/make_report.html", {"form": form}, status=status)


def report_of(request: SignedInRequest, public_id: str) -> VisitReport:
    """One report of the reader's stores; outside them there is none."""
    return get_object_or_404(queues.report_queue(request.user), public_id=public_id)


def report_page(
    request: SignedInRequest, report: VisitReport, form: ProposeForm | None, *, status: int = 200
) -> HttpResponse:
    """The report with its measures, to read and to print."""
    user, now = request.user, timezone.now()
    decides = access.decides_in(user, report.store_id)
    if form is None:
        owners = queues.possible_owners(report.store_id, now)
        form = ProposeForm(owners=owners, decides=decides)
    context = {
        "report": report,
        "summary": summary_of(report, now),
        "measures": queues.measures_of(user, report),
        "form": form,
        "now": now,
        "writes": report.state == states.DRAFT and access.can_write_report(user, report),
        "decides": decides,
    }
    return render(request, "reports/visit_report.html", context, status=status)


@require_safe
def visit_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One report: situation, problems, suggestions, measures."""
    return report_page(request, report_of(request, public_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
def write_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The texts of a report that is not sent yet."""
    report = report_of(request, public_id)
    if not access.can_write_report(request.user, report):
        raise PermissionDenied
    form = WriteReportForm(request.POST or None, report=report)
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_report(report_of(request, public_id))):
                actions.write_report(
                    report, by=request.user, now=timezone.now(), **form.cleaned_data
                )
            messages.success(request, _("The report is saved."))
            return redirect("reports:visit_report", report.public_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"report": report, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "reports/write_report.html", context, status=status)


@require_POST
def send_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send the report to the management."""
    report = report_of(request, public_id)
    if not access.can_write_report(request.user, report):
        raise PermissionDenied
    form = SentOnceForm(request.POST)
    if form.is_valid():
        actions.send_report(report, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The report is sent."))
    return redirect("reports:visit_report", report.public_id)
