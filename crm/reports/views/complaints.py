"""The complaint report and the rows behind its figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.access import can_see_causes, can_see_ledger
from crm.people.access import SignedInRequest
from crm.reports.forms import PeriodForm
from crm.reports.queues.asked import OF_COMPLAINTS
from crm.reports.queues.complaint_report import complaint_report as read_report
from crm.reports.queues.filters import filters_of
from crm.reports.queues.pages import compared_with, kinds_of
from crm.reports.views.asking import asked_by, rows_page


@require_safe
def complaint_report(request: SignedInRequest) -> HttpResponse:
    """Complaints of a period: how many, in time or not, still open, whose (RP-17)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, OF_COMPLAINTS)
    context = {
        "asked": asked,
        "form": form,
        "found": None,
        "page": read_report(asked),
        "now": asked.now,
        "kinds": kinds_of(asked),
        "filters": filters_of(asked),
        "compared": compared_with(asked),
        "can_see_causes": can_see_causes(request.user),
        "can_see_ledger": can_see_ledger(request.user),
    }
    return render(request, "reports/complaint_report.html", context)


@require_safe
def complaint_rows(request: SignedInRequest) -> HttpResponse:
    """The rows behind one figure of the report (KP-12)."""
    return rows_page(request, OF_COMPLAINTS, "complaint_count")
