"""What complaints were about: the Pareto of causes and the tickets behind each figure (CP-27)."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import access
from complaints.queues import causes as queues
from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.ui.lists import PAGE_SIZE, page_number


@require_safe
def causes(request: SignedInRequest) -> HttpResponse:
    """Causes by how often they came, of a month, a model or a department or of all."""
    user, today = request.user, timezone.localdate()
    if not access.can_see_causes(user):
        raise PermissionDenied
    asked = queues.asked_of(request.GET, today)
    found = queues.causes_of(user, asked, today)
    context = {
        "asked": asked,
        "causes": found,
        "total": queues.total_of(found),
        "chart": queues.chart_of(found),
        "months": queues.months_of(user, asked, today),
        "models": queues.models_of(user, asked, today),
        "departments": queues.departments_of(user, asked, today),
    }
    return render(request, "complaints/causes.html", context)


@require_safe
def cause_tickets(request: SignedInRequest) -> HttpResponse:
    """The tickets behind a figure of that page: as many as it says."""
    user, today = request.user, timezone.localdate()
    if not access.can_see_causes(user):
        raise PermissionDenied
    asked = queues.asked_of(request.GET, today)
    tickets = queues.tickets_of(user, asked, today).order_by("-reported_at", "-pk")
    page = Paginator(tickets, PAGE_SIZE).get_page(page_number(request.GET))
    rows = [(one, shown_name(user, one.card) if one.card else "") for one in page]
    names = queues.cause_names()
    context = {"asked": asked, "page": page, "rows": rows, "now": timezone.now()}
    context["back"] = replace(asked, cause="").link()
    context["cause"] = names.get(asked.cause, asked.cause)
    return render(request, "complaints/cause_tickets.html", context)
