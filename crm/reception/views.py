"""The walk-in and call log: the list and a new entry."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.customers.access import shown_name
from crm.customers.queues import held_elsewhere
from crm.people.access import SignedInRequest
from crm.reception import access, actions
from crm.reception.forms import ReceptionForm
from crm.reception.queues import log_list, reception_log
from crm.ui.forms import add_errors


@require_safe
def log(request: SignedInRequest) -> HttpResponse:
    """Who came and who called, within this person's scope (RL-03)."""
    if not access.can_read_log(request.user):
        raise PermissionDenied
    now = timezone.now()
    listing = log_list(now).show(reception_log(request.user), request.GET)
    context = {
        "listing": listing,
        "rows": [
            (entry, shown_name(request.user, entry.card) if entry.card else "")
            for entry in listing.page
        ],
        "can_log": access.can_log_reception(request.user),
        "now": now,
    }
    return render(request, "reception/log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def log_reception(request: SignedInRequest) -> HttpResponse:
    """One walk-in or call; a number that is on a card tells its owner."""
    if not access.can_log_reception(request.user):
        raise PermissionDenied
    now = timezone.now()
    initial = {"arrived_at": now, "phone": ""}
    form = ReceptionForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"arrived_at": form.cleaned_data["arrived_at"].at}
        held = held_elsewhere(request.user, values.pop("phone"))
        try:
            actions.log_reception(
                held.card if held else None,
                by=request.user,
                now=now,
                request_id=request.POST.get("request_id", ""),
                **values,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = held and held.owner_name and not held.is_own
            messages.success(
                request,
                _("Logged. %(owner)s has been told.") % {"owner": held.owner_name}
                if held and told
                else _("Logged."),
            )
            return redirect("reception:log")
    status = 422 if request.method == "POST" else 200
    return render(request, "reception/log_reception.html", {"form": form}, status=status)
