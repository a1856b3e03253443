"""Every figure of some people on one page, and one figure of all of them."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest
from crm.records.kpis import OF_STAFF, By
from crm.reports.forms import PeriodForm
from crm.reports.kpis import KPIS
from crm.reports.queues.asked import COMPARED, FIGURES, ORIGINS
from crm.reports.queues.figures import all_figures, compared, usual_way
from crm.reports.queues.filters import filters_of
from crm.reports.queues.origins import origins as read_origins
from crm.reports.queues.pages import compared_with, course_of, kinds_of, ways_to_compare
from crm.reports.queues.scores import live_scores
from crm.reports.views.asking import asked_by


@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    """All figures of the definitions, each with its past and its rows (KP-12, KP-13)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, FIGURES)
    context = {
        "asked": asked,
        "form": form,
        "page": all_figures(asked),
        "scores": live_scores(asked),
        "now": asked.now,
        "kinds": kinds_of(asked),
        "compared": compared_with(asked),
        "here": asked.of_sellers.chip(asked.kind),
    }
    return render(request, "reports/figures.html", context)


@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    """One figure by person, team or store; raises Http404 for none of the definitions."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, COMPARED)
    key, by = request.GET.get("kpi", "response_rate"), request.GET.get("by", usual_way(asked))
    if key not in KPIS or by not in OF_STAFF or (by == By.PERSON and not asked.names_people):
        raise Http404
    page = compared(asked, key, By(by))
    context = {
        "asked": asked,
        "form": form,
        "page": page,
        "found": page,
        "now": asked.now,
        "kinds": kinds_of(asked, key, by),
        "ways": ways_to_compare(asked, key, By(by)),
        "here": asked.chip(asked.kind),
        "chart": course_of(page),
    }
    return render(request, "reports/compared.html", context)


@require_safe
def origins(request: SignedInRequest) -> HttpResponse:
    """Customers by source, and how their intent moved (K-19, K-32)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, ORIGINS)
    context = {
        "asked": asked,
        "form": form,
        "page": read_origins(asked),
        "now": asked.now,
        "kinds": kinds_of(asked),
        "filters": filters_of(asked),
        "here": replace(asked, filters=()).chip(asked.kind),
    }
    return render(request, "reports/origins.html", context)
