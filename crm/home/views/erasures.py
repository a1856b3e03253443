"""Customers who want to be forgotten: what there is of them, who decides, who carries it out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.home import access, states
from crm.home.actions import erasures as actions
from crm.home.actions.guards import Replayed
from crm.home.forms.erasures import AskErasureForm, RefuseErasureForm
from crm.home.models import Erasure
from crm.home.queues.erasures import (
    counts_of,
    erasure_list,
    erasure_queue,
    obstacles,
    person_of,
    saved_erasure,
    shown,
)
from crm.home.views.users import sent
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.ui.forms import add_errors
from crm.ui.versioned import SentOnceForm


@require_safe
def erasures(request: SignedInRequest) -> HttpResponse:
    """Who wants to be forgotten, by what is still to be done; 50 a page."""
    if not access.can_see_erasures(request.user):
        raise PermissionDenied
    listing = erasure_list().show(erasure_queue(request.user), request.GET)
    return render(request, "home/erasures.html", {"listing": listing, "now": timezone.now()})


@require_safe
def erasure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One wish: what will go, what stands in the way, and what the reader may do."""
    return erasure_page(request, one_erasure(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
def ask_erasure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down that a customer wants to be forgotten; the page says what there is of them."""
    cards = Card.objects.visible_to(request.user).with_case(request.user.reach)
    card = get_object_or_404(cards.select_related("customer", "owner"), public_id=public_id)
    if not access.can_ask_erasure(request.user, card):
        raise PermissionDenied
    form = AskErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request_id = request.POST.get("request_id", "")
            given = {**form.cleaned_data, "now": timezone.now(), "request_id": request_id}
            actions.ask_erasure(card, by=request.user, **given)
        except ValidationError as error:
            add_errors(form, error)
        except Replayed:
            return redirect("home:card", card.public_id)
        else:
            messages.success(request, _("Written down. The privacy officer has been told."))
            return redirect("home:card", card.public_id)
    name = shown_name(request.user, card)
    context = {"form": form, "card": card, "name": name, **facts_about(card)}
    return render(request, "home/ask_erasure.html", context, status=422 if form.errors else 200)


@require_POST
def approve_erasure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The privacy officer finds the wish right."""
    wish, form = one_erasure(request, public_id), SentOnceForm(request.POST)
    try:
        with both_texts(form, lambda: saved_erasure(one_erasure(request, public_id))):
            actions.approve_erasure(wish, **sent(request))
    except Replayed:
        return redirect("home:erasure", wish.public_id)
    messages.success(request, _("Approved. Service or the store's manager now carries it out."))
    return redirect("home:erasure", wish.public_id)


@require_POST
def refuse_erasure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The privacy officer says no, and why."""
    wish = one_erasure(request, public_id)
    if not access.can_decide_erasure(request.user, wish):
        raise PermissionDenied
    form = RefuseErasureForm(request.POST)
    if not form.is_valid():
        return erasure_page(request, wish, form, status=422)
    given = {**form.cleaned_data, "by": request.user, "now": timezone.now()}
    try:
        with both_texts(form, lambda: saved_erasure(one_erasure(request, public_id))):
            actions.refuse_erasure(wish, **given)
    except ValidationError as error:
        form.refuse(error)
        return erasure_page(request, wish, form, status=422)
    except Replayed:
        return redirect("home:erasure", wish.public_id)
    messages.success(request, _("Refused. Whoever wrote it down has been told."))
    return redirect("home:erasure", wish.public_id)


@require_POST
def erase_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Carry it out: there is no way back."""
    wish, form = one_erasure(request, public_id), SentOnceForm(request.POST)
    try:
        with both_texts(form, lambda: saved_erasure(one_erasure(request, public_id))):
            actions.erase_customer(wish, **sent(request))
    except Replayed:
        return redirect("home:erasure", wish.public_id)
    except actions.Obstructed:
        return erasure_page(request, one_erasure(request, public_id), status=422)
    messages.success(request, _("Erased. Nothing names this customer any more."))
    return redirect("home:erasure", wish.public_id)


def one_erasure(request: SignedInRequest, public_id: str) -> Erasure:
    """The wish, if this person may see it."""
    rows = Erasure.objects.visible_to(request.user)
    related = rows.select_related(
        "card__customer", "card__owner", "asked_by", "decided_by", "erased_by", "store"
    )
    return get_object_or_404(related, public_id=public_id)


def erasure_page(
    request: SignedInRequest,
    wish: Erasure,
    form: RefuseErasureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as it stands; counts are those of today, or of the day it was carried out."""
    over = wish.state == states.ERASED
    found = {"counts": shown(wish.counts), "obstacles": []} if over else facts_about(wish.card)
    context = {
        "wish": wish,
        "form": form or RefuseErasureForm(initial={"version": wish.version}),
        "name": shown_name(request.user, wish.card),
        "now": timezone.now(),
        **found,
        **access.open_to(request.user, wish),
    }
    return render(request, "home/erasure.html", context, status=status)


def facts_about(card: Card) -> dict[str, Any]:
    """What there is of the customer and what has to be settled first."""
    person = person_of(card.customer)
    return {"counts": shown(counts_of(person)), "obstacles": obstacles(person)}
