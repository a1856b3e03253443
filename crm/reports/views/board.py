"""The dashboard, the rows behind its figures, and the nudge to whoever is late."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.customers.queues import first_conflicts
from crm.people.access import SignedInRequest
from crm.people.views.staying import next_page
from crm.reports import actions
from crm.reports.access import can_open_archive
from crm.reports.forms import PeriodForm
from crm.reports.queues.asked import DASHBOARD
from crm.reports.queues.dashboard import dashboard as read_dashboard
from crm.reports.queues.overdue import overdue_contacts
from crm.reports.queues.pages import chart_of, compared_with, kinds_of, overdue_lines
from crm.reports.views.asking import asked_by, rows_page
from followups.models import PlannedContact

CONFLICTS = 5


@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    """The figures of a period and of some people, each opening its rows (KP-12)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form)
    board = read_dashboard(asked)
    context = {
        "asked": asked,
        "board": board,
        "form": form,
        "now": asked.now,
        "kinds": kinds_of(asked),
        "here": asked.chip(asked.kind),
        "compared": compared_with(asked),
        "chart": chart_of(board),
        "overdue": overdue_lines(board),
        "reads_reports": can_open_archive(request.user),
        "conflicts": first_conflicts(request.user, CONFLICTS),
    }
    return render(request, "reports/dashboard.html", context)


@require_safe
def rows(request: SignedInRequest) -> HttpResponse:
    """The rows behind one figure, as many as it counts, with its definition (KP-12)."""
    return rows_page(request, DASHBOARD, "response_rate")


@require_POST
def remind_assignee(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask the salesperson of an overdue contact to get in touch now (RM-05)."""
    visible = PlannedContact.objects.visible_to(request.user)
    planned = get_object_or_404(visible.select_related("card", "assignee"), public_id=public_id)
    request_id = request.POST.get("request_id", "")
    told = actions.remind_assignee(
        planned, by=request.user, now=timezone.now(), request_id=request_id
    )
    words = _("%(name)s was reminded.") if told else _("%(name)s was reminded today already.")
    messages.success(request, words % {"name": planned.assignee.name})
    return _back(request)


@require_POST
def remind_assignees(request: SignedInRequest) -> HttpResponse:
    """Ask everybody of the chosen people who is late to get in touch now (RM-05)."""
    asked = asked_by(request, PeriodForm(request.POST))
    told = actions.remind_assignees(
        overdue_contacts(asked),
        by=request.user,
        now=asked.now,
        request_id=request.POST.get("request_id", ""),
    )
    words = ngettext("%(count)d person was reminded.", "%(count)d people were reminded.", told)
    already = _("Everybody who is late was reminded today already.")
    messages.success(request, words % {"count": told} if told else already)
    return _back(request)


def _back(request: SignedInRequest) -> HttpResponse:
    """To the page the button stood on, if it is one of ours."""
    return redirect(next_page(request, fallback=reverse("reports:dashboard")))
