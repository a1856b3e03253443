"""What figures are to reach: the list with its history, and setting one (KP-13)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.reports import access, actions
from crm.reports.forms import TargetForm
from crm.reports.queues import targets as queues
from crm.ui.lists import PAGE_SIZE, page_number


@require_safe
def targets(request: SignedInRequest) -> HttpResponse:
    """What is aimed at now, and everything that was set."""
    return targets_page(request, None)


def form_for(request: SignedInRequest) -> TargetForm | None:
    """The form for whoever sets targets, filled where it was sent."""
    today = timezone.localdate()
    if not access.can_set_targets(request.user):
        return None
    places = queues.places_to_set(request.user, today)
    return TargetForm(request.POST or None, places=places, today=today)


def targets_page(
    request: SignedInRequest, form: TargetForm | None, *, status: int = 200
) -> HttpResponse:
    """The targets in force and their history, with the form for whoever sets them."""
    user, now = request.user, timezone.now()
    if not access.can_see_period_reports(user):
        raise PermissionDenied
    rows = Paginator(queues.target_history(user), PAGE_SIZE)
    page, today = rows.get_page(page_number(request.GET)), timezone.localdate(now)
    context = {
        "in_force": queues.in_force(user, today),
        "of_each": queues.own_in_force(user, today),
        "page": page,
        "lines": [queues.TargetLine(one) for one in page],
        "form": form or form_for(request),
        "now": now,
    }
    return render(request, "reports/targets.html", context, status=status)


@require_POST
def set_target(request: SignedInRequest) -> HttpResponse:
    """Set one target; those before it stay as the history."""
    form = form_for(request)
    if form is None:
        raise PermissionDenied
    if form.is_valid():
        try:
            actions.set_target(by=request.user, now=timezone.now(), **form.told())
            messages.success(request, _("The target is set."))
            return redirect("reports:targets")
        except ValidationError as error:
            form.refuse(error)
    return targets_page(request, form, status=422)
