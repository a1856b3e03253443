"""Asking for a ruling on a customer, and giving one (OW-04)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.customers import access, actions
from crm.customers.forms import HELD_BACK, ClaimForm, RulingForm
from crm.customers.models import OwnershipConflict
from crm.customers.queues import (
    conflict_evidence,
    held_elsewhere,
    open_conflicts,
    saved_ruling,
    whole_phone,
)
from crm.customers.views.numbers import ask_about
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.ui.forms import add_errors
from crm.ui.texts import clean_line


@require_safe
def conflicts(request: SignedInRequest) -> HttpResponse:
    """Rulings this person waits for or has to make."""
    if not access.reads_conflicts(request.user):
        raise PermissionDenied
    context = {"conflicts": open_conflicts(request.user)[:100], "now": timezone.now()}
    return render(request, "customers/conflicts.html", context)


@require_POST
def report_duplicate(request: SignedInRequest) -> HttpResponse:
    """Ask the supervisor whose customer the holder of a number is."""
    if not access.can_claim(request.user):
        raise PermissionDenied
    now = timezone.now()
    asked = "claim" in request.POST
    form = ClaimForm(request.POST if asked else None, initial=from_card_form(request))
    number = form.data.get("phone", "") if asked else form.initial["phone"]
    # It tells who holds a number, so it comes out of the same budget as the check in a form.
    may_know = ask_about(request.user, now=now)
    held = held_elsewhere(request.user, whole_phone(number)) if may_know else None
    if asked and not may_know:
        form.add_error("phone", HELD_BACK)
    elif asked and form.is_valid() and (held is None or not held.is_held):
        form.add_error("phone", _("Nobody else holds this number."))
    if held is None or not form.is_valid():
        context = {"form": form, "duplicate": held, "now": now}
        return render(request, "customers/claim.html", context, status=422 if asked else 200)
    actions.report_duplicate(held.card, by=request.user, claim=form.cleaned_data["claim"], now=now)
    messages.success(request, _("The supervisor has been asked. Both of you will be told."))
    return redirect("customers:conflicts")


def from_card_form(request: SignedInRequest) -> dict[str, str]:
    """The number and reason typed into a card's form, to begin the claim with."""
    return {
        "phone": request.POST.get("phone", "")[:60],
        "claim": clean_line(request.POST.get("reason", ""))[:300],
    }


@require_safe
def conflict(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One conflict: the two claims, what the records say, and the ruling."""
    found = one_conflict(request, public_id)
    return conflict_page(request, found, RulingForm(None, conflict=found))


@require_POST
def rule_conflict(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Decide for one of the two, with a reason."""
    found = one_conflict(request, public_id)
    if not access.can_rule(request.user, found):
        raise PermissionDenied
    form = RulingForm(request.POST, conflict=found)
    if not form.is_valid():
        return conflict_page(request, found, form, status=422)
    try:
        with both_texts(form, lambda: saved_ruling(one_conflict(request, public_id))):
            actions.rule_conflict(
                found,
                by=request.user,
                ruled_for=form.parties[form.cleaned_data["ruled_for"]],
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                now=timezone.now(),
                request_id=request.POST.get("request_id", ""),
            )
    except ValidationError as error:
        add_errors(form, error)
        return conflict_page(request, found, form, status=422)
    messages.success(request, _("Ruled. Both parties have been told."))
    return redirect("customers:conflict", found.public_id)


def one_conflict(request: SignedInRequest, public_id: str) -> OwnershipConflict:
    """The conflict, if this person may see it."""
    rows = OwnershipConflict.objects.visible_to(request.user)
    related = rows.select_related(
        "card__customer", "card__owner", "owner", "claimant", "ruled_for", "ruled_by"
    )
    return get_object_or_404(related, public_id=public_id)


def conflict_page(
    request: SignedInRequest, found: OwnershipConflict, form: RulingForm, status: int = 200
) -> HttpResponse:
    """The page with its evidence; the form only for who may rule."""
    context = {
        "conflict": found,
        "form": form,
        "can_rule": found.is_open and access.can_rule(request.user, found),
        "evidence": conflict_evidence(found),
        "name": access.shown_name(request.user, found.card),
        "now": timezone.now(),
    }
    return render(request, "customers/conflict.html", context, status=status)
