"""Checks of contacts: the list, one check, what the customer says of it (SA-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.customers.access import can_reveal_phone, shown_name
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.rulebook.queues import house_name
from visits import access, actions, states
from visits.forms.checks import CheckForm, MissForm
from visits.models import ContactCheck
from visits.queues import checks as queues


@require_safe
def checks(request: SignedInRequest) -> HttpResponse:
    """The checks within this person's scope; what is due first stands on top."""
    user = request.user
    if not access.can_see_checks(user):
        raise PermissionDenied
    spec = queues.check_list(user, timezone.localdate())
    listing = spec.show(queues.check_queue(user), request.GET)
    rows = [(row, shown_name(user, row.contact.card)) for row in listing.page]
    context = {
        "listing": listing,
        "rows": rows,
        "audits": access.can_see_audits(user),
        "samples": access.can_see_samples(user),
    }
    return render(request, "visits/checks.html", context)


@require_safe
def check(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One check: the contact as it is written down, and what the customer says of it."""
    return _show(request, _row(request, public_id))


def _row(request: SignedInRequest, public_id: str) -> ContactCheck:
    return get_object_or_404(queues.check_queue(request.user), public_id=public_id)


def _show(
    request: SignedInRequest, row: ContactCheck, bound: dict[str, Any] | None = None
) -> HttpResponse:
    user, card = request.user, row.contact.card
    mine = access.checks_contact(user, row) and row.state in states.CHECK_MOVES["check"]
    context = {
        "row": row,
        "contact": row.contact,
        "card": card,
        "name": shown_name(user, card),
        "house": house_name(row.store),
        "can_reveal": can_reveal_phone(user, card),
        "attempts": row.attempts.select_related("by"),
        "form": CheckForm(row=row) if mine else None,
        "missed": MissForm(row=row) if mine else None,
        **(bound or {}),
    }
    return render(request, "visits/check.html", context, status=422 if bound else 200)


def _press(
    request: SignedInRequest,
    public_id: str,
    name: str,
    form_of: type[CheckForm | MissForm],
    call: Callable[..., Any],
    done: str,
) -> HttpResponse:
    row = _row(request, public_id)
    if not access.checks_contact(request.user, row):
        raise PermissionDenied
    form = form_of(request.POST, row=row)
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_check(_row(request, public_id))):
                call(row, by=request.user, now=timezone.now(), **form.told())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            goes_on = row.state == states.ASSIGNED
            there = redirect("visits:check", row.public_id)
            return there if goes_on else redirect("visits:checks")
    return _show(request, row, {name: form})


@require_POST
def check_contact(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Keep what the customer says."""
    done = _("The check is saved.")
    return _press(request, public_id, "form", CheckForm, actions.check_contact, done)


@require_POST
def miss_contact(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down a call in vain."""
    done = _("The try is saved.")
    return _press(request, public_id, "missed", MissForm, actions.miss_contact, done)
