"""The analysis of return visits and the rows behind its figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest
from crm.reports.access import can_see_reports
from crm.reports.forms import PeriodForm
from crm.reports.queues.analysis import analysis
from crm.reports.queues.asked import ANALYSIS
from crm.reports.queues.pages import compared_with, kinds_of, trend_of
from crm.reports.views.asking import asked_by, rows_page


@require_safe
def visit_analysis(request: SignedInRequest) -> HttpResponse:
    """What customers answered in a period, and about what and whom (RV-40)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, ANALYSIS)
    found = analysis(asked)
    context = {
        "asked": asked,
        "form": form,
        "found": None,
        "page": found,
        "now": asked.now,
        "kinds": kinds_of(asked),
        "compared": compared_with(asked),
        "chart": trend_of(found),
        "reports": can_see_reports(request.user),
    }
    return render(request, "reports/visit_analysis.html", context)


@require_safe
def visit_rows(request: SignedInRequest) -> HttpResponse:
    """The rows behind one figure of the analysis (KP-12)."""
    return rows_page(request, ANALYSIS, "satisfaction_rate")
