"""The analysis of return visits and the rows behind its figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.reports.access import can_ask_teams, can_see_reports, can_see_responses
from crm.reports.forms import PeriodForm
from crm.reports.queues.analysis import analysis
from crm.reports.queues.asked import ANALYSIS, Asked
from crm.reports.queues.filters import filters_of
from crm.reports.queues.pages import compared_with, kinds_of, needs_of, trend_of
from crm.reports.queues.responses import responses_in
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
        "filters": filters_of(asked),
        "compared": compared_with(asked),
        "chart": trend_of(found),
        "needs_chart": needs_of(found),
        "reports": can_see_reports(request.user),
        **_responses(request.user, asked),
    }
    return render(request, "reports/visit_analysis.html", context)


def _responses(user: User, asked: Asked) -> dict[str, Any]:
    """What sales teams do about it, for those who lead them or service (RV-42)."""
    if not can_see_responses(user):
        return {}
    return {
        "sees_responses": True,
        "responses": responses_in(user, asked.period),
        "may_ask_teams": can_ask_teams(user),
    }


@require_safe
def visit_rows(request: SignedInRequest) -> HttpResponse:
    """The rows behind one figure of the analysis (KP-12)."""
    return rows_page(request, ANALYSIS, "satisfaction_rate")
