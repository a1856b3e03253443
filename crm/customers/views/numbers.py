"""Is a number known, and what is it: both asked by POST and within a budget."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.customers import access, actions, phones
from crm.customers.forms import PhoneCheckForm, RevealForm
from crm.customers.queues import card_for_page, held_elsewhere
from crm.people.access import SignedInRequest
from crm.people.models import User


@require_POST
def check_phone(request: SignedInRequest) -> HttpResponse:
    """What may be said of a number as soon as it is typed; a fragment beside the field."""
    if not access.can_open_card(request.user):
        raise PermissionDenied
    form = PhoneCheckForm(request.POST)
    context: dict[str, object] = {"form": form, "now": timezone.now()}
    if form.is_valid():
        if ask_about(request.user, now=timezone.now()):
            phone = form.cleaned_data["phone"]
            context["duplicate"] = held_elsewhere(request.user, phone)
            context["phone"] = phone
        else:
            context["held_back"] = True
    status = 200 if form.is_valid() or not request.POST.get("phone", "").strip() else 422
    return render(request, "customers/_phone_check.html", context, status=status)


def ask_about(user: User, *, now: dt.datetime) -> bool:
    """Take one check from the person's hourly budget; False when none is left."""
    return actions.count_phone_check(user, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def reveal_phone(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show a masked number to somebody who says why; each time is kept (security.md 1.3)."""
    card = get_object_or_404(card_for_page(request.user), public_id=public_id)
    if not access.can_reveal_phone(request.user, card):
        raise PermissionDenied
    form = RevealForm(request.POST or None)
    context = {"form": form, "card": card, "name": access.shown_name(request.user, card)}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "customers/reveal_phone.html", context, status=status)
    try:
        found = actions.reveal_phone(
            card,
            by=request.user,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
    except actions.TooManyReveals:
        messages.error(request, _("Today's numbers are used up. Your supervisor has been told."))
        return redirect("home:card", card.public_id)
    context["numbers"] = [(number, phones.show(number)) for number in found]
    return render(request, "customers/reveal_phone.html", context)
