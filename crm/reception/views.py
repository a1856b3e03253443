"""The walk-in and call log: the list and a new entry."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.customers.access import shown_name
from crm.customers.actions import count_phone_check
from crm.customers.duplicates import Duplicate
from crm.customers.forms import HELD_BACK, PhoneCheckForm
from crm.customers.queues import held_elsewhere
from crm.people.access import SignedInRequest
from crm.reception import access, actions
from crm.reception.forms import ReceptionForm
from crm.reception.models import ReceptionEntry
from crm.reception.queues import log_list, reception_log
from crm.ui.forms import add_errors
from crm.ui.texts import clean_lines


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
    form = ReceptionForm(request.POST or None, user=request.user, initial={"arrived_at": now})
    if request.method == "POST" and form.is_valid():
        values = form.values()
        phone = values.pop("phone")
        # The owner is told in any case; who it is, only within the budget of such questions.
        may_know = bool(phone) and count_phone_check(request.user, now=now)
        held = held_elsewhere(request.user, phone)
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
            messages.success(request, done_words(held if may_know else None))
            return redirect("reception:log")
    status = 422 if request.method == "POST" else 200
    return render(request, "reception/log_reception.html", {"form": form}, status=status)


@require_POST
def receive_for_owner(request: SignedInRequest) -> HttpResponse:
    """The first of the two moves on a taken number: a reception for its owner, who is told."""
    if not access.can_log_reception(request.user):
        raise PermissionDenied
    form, now = PhoneCheckForm(request.POST), timezone.now()
    if not count_phone_check(request.user, now=now):
        messages.error(request, HELD_BACK)
        return redirect("reception:log")
    held = held_elsewhere(request.user, form.cleaned_data["phone"]) if form.is_valid() else None
    if held is None:
        messages.error(request, _("Nobody holds this number. Open a card for it."))
        return redirect("followups:open_card")
    called = request.POST.get("source") == "phone"
    actions.log_reception(
        held.card,
        by=request.user,
        kind=ReceptionEntry.Kind.CALL if called else ReceptionEntry.Kind.WALK_IN,
        arrived_at=now,
        notes=clean_lines(request.POST.get("reason", ""))[:2000],
        now=now,
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, done_words(held))
    return redirect("reception:log")


def done_words(held: Duplicate | None) -> str:
    """What was done, and who has been told of it."""
    if held is None or held.is_own or not held.owner_name:
        return _("Logged.")
    return _("Logged. %(owner)s has been told.") % {"owner": held.owner_name}
