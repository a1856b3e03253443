"""What a customer does not wish: written down, and taken back, from the card (PS-01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.customers.access import can_lift_wish, can_note_wish, shown_name
from crm.customers.models import Card
from crm.customers.queues import card_for_page, refusals_of
from crm.people.access import SignedInRequest
from visits import actions
from visits.forms import LiftForm, RefusalForm
from visits.forms.wishes import SaidForm


@require_http_methods(["GET", "HEAD", "POST"])
def note_refusals(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What is refused as things stand, and what is to be added."""
    card = get_object_or_404(card_for_page(request.user), public_id=public_id)
    if not can_note_wish(request.user, card):
        raise PermissionDenied
    form = RefusalForm(request.POST or None, refusals=refusals_of(card.customer_id))
    said = _("The wish is kept. What it covers is called off.")
    if request.method == "POST" and _do(request, card, form, actions.note_refusals, said):
        return redirect("home:card", card.public_id)
    return _page(request, card, form)


@require_POST
def lift_refusal(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The customer wishes it again."""
    card = get_object_or_404(card_for_page(request.user), public_id=public_id)
    if not can_lift_wish(request.user, card):
        raise PermissionDenied
    form = LiftForm(request.POST)
    if _do(request, card, form, actions.lift_refusal, _("The refusal is taken back.")):
        return redirect("home:card", card.public_id)
    return _page(request, card, RefusalForm(refusals=refusals_of(card.customer_id)), lifted=form)


def _do(
    request: SignedInRequest, card: Card, form: SaidForm, verb: Callable[..., Any], said: str
) -> bool:
    """Run a verb with what the form says; False where it was refused."""
    if not form.is_valid():
        return False
    try:
        verb(card, by=request.user, now=timezone.now(), **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, said)
    return True


def _page(
    request: SignedInRequest, card: Card, form: RefusalForm, lifted: LiftForm | None = None
) -> HttpResponse:
    """Each refusal with its own form to take it back; a refused one keeps what was typed."""
    wish = lifted.data.get("wish", "") if lifted else ""
    refusals = [
        (one, lifted if lifted and one.wish == wish else LiftForm(auto_id=f"id_{one.pk}_%s"))
        for one in refusals_of(card.customer_id)
    ]
    context = {
        "card": card,
        "name": shown_name(request.user, card),
        "form": form,
        "lifted": lifted,
        "refusals": refusals,
        "may_lift": can_lift_wish(request.user, card),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/refusals.html", context, status=status)
