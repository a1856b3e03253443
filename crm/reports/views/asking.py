"""What the address of a page of figures asks for."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from crm.people.access import SignedInRequest
from crm.reports.access import can_see_board
from crm.reports.forms import PeriodForm
from crm.reports.kpis import find_kpi
from crm.reports.queues.asked import BACK, DASHBOARD, Asked, asked_for, usual_kind
from crm.reports.queues.pages import PAGE_NAMES, kinds_of
from crm.reports.queues.rows import lines_of, rows_behind
from crm.ui.lists import page_number


def asked_by(request: SignedInRequest, form: PeriodForm, page: str = DASHBOARD) -> Asked:
    """What the address or the form asks for; raises PermissionDenied and Http404."""
    if not can_see_board(request.user):
        raise PermissionDenied
    now = timezone.now()
    zone = ZoneInfo(settings.TIME_ZONE)
    kind, period = form.read(timezone.localdate(now), zone, usual_kind(page))
    return asked_for(request.user, kind, period, form.data, now, page=page)


def rows_page(request: SignedInRequest, page: str, usual: str) -> HttpResponse:
    """The rows behind one figure, as many as it counts, with its definition (KP-12)."""
    form = PeriodForm(request.GET)
    page = BACK.get(request.GET.get("back", ""), page) if page == DASHBOARD else page
    asked = replace(asked_by(request, form, page), behind=True)
    key = request.GET.get("kpi", usual)
    if find_kpi(key) is None:
        raise Http404
    found = rows_behind(asked, key, request.GET.get("side", ""), page_number(request.GET))
    context = {
        "asked": asked,
        "found": found,
        "form": form,
        "now": asked.now,
        "kinds": kinds_of(asked, key),
        "lines": lines_of(found, request.user),
        "back": asked.back(key),
        "back_to": PAGE_NAMES[page],
    }
    return render(request, "reports/rows.html", context)
