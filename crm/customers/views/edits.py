"""Edit forms of a card. A save that comes second shows both texts (409)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.customers import access, actions
from crm.customers.forms import (
    ChannelForm,
    LevelForm,
    NeedsForm,
    ProfileForm,
    WillingnessForm,
)
from crm.customers.forms.edits import VersionedForm
from crm.customers.models import Card
from crm.customers.queues import card_for_page
from crm.people.access import SignedInRequest
from crm.records.queues import last_change_of
from crm.records.states import Stale
from crm.rulebook.queues import numbers_for
from crm.ui.forms import add_errors, differences

editing = require_http_methods(["GET", "HEAD", "POST"])


@editing
def update_needs(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What the customer wants (CC-03)."""
    card = card_to_edit(request, public_id, access.can_edit_card)
    form = NeedsForm(request.POST or None, user=request.user, card=card)
    return save(request, card, form, "needs", actions.update_needs, whole=True)


@editing
def update_profile(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Who the customer is (CC-01, CC-02)."""
    card = card_to_edit(request, public_id, access.can_edit_contact_data)
    masked = not access.dials(request.user, card)
    form = ProfileForm(request.POST or None, customer=card.customer, masked=masked)
    return save(request, card, form, "profile", actions.update_profile, whole=True)


@editing
def assess_willingness(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Confidence, need, purchasing power (CC-05)."""
    card = card_to_edit(request, public_id, access.can_edit_card)
    form = WillingnessForm(request.POST or None, card=card)
    return save(request, card, form, "willingness", actions.assess_willingness, whole=True)


@editing
def correct_channel(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The channel, put right by a supervisor (CC-23)."""
    card = card_to_edit(request, public_id, access.can_correct_channel)
    form = ChannelForm(request.POST or None, card=card)
    return save(request, card, form, "channel", actions.correct_channel)


@editing
def judge_level(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The intent level, judged outside a contact (LC-01)."""
    card = card_to_edit(request, public_id, access.can_edit_card)
    form = LevelForm(request.POST or None, card=card, numbers=numbers_for(card.store_id))
    return save(request, card, form, "level", actions.judge_level)


def card_to_edit(
    request: SignedInRequest, public_id: str, may: Callable[[Any, Card], bool]
) -> Card:
    """The card, if it is in scope (else 404) and this person has the right (else 403)."""
    card = get_object_or_404(card_for_page(request.user), public_id=public_id)
    if not may(request.user, card):
        raise PermissionDenied
    return card


def save(
    request: SignedInRequest,
    card: Card,
    form: VersionedForm,
    part: str,
    action: Callable[..., Any],
    *,
    whole: bool = False,
) -> HttpResponse:
    """Show the form, or run its action with the cleaned values (`whole`: as one mapping)."""
    if request.method != "POST" or not form.is_valid():
        return form_page(request, card, form, part)
    values = dict(form.cleaned_data)
    common = {
        "by": request.user,
        "version": values.pop("version"),
        "now": timezone.now(),
        "request_id": request.POST.get("request_id", ""),
    }
    try:
        action(card, **common, **({"fields": values} if whole else values))
    except Stale:
        return both_texts(request, card, form, part)
    except actions.PhoneTaken as taken:
        form.add_error(None, taken_words(taken))
    except ValidationError as error:
        add_errors(form, error)
    else:
        messages.success(request, _("Saved."))
        return redirect("home:card", card.public_id)
    return form_page(request, card, form, part)


def form_page(request: SignedInRequest, card: Card, form: VersionedForm, part: str) -> HttpResponse:
    """The edit page of one part; refused forms keep what was typed."""
    context = {"card": card, "form": form, "name": access.shown_name(request.user, card)}
    status = 422 if request.method == "POST" else 200
    return render(request, f"customers/edit_{part}.html", context, status=status)


def both_texts(
    request: SignedInRequest, card: Card, form: VersionedForm, part: str
) -> HttpResponse:
    """The 409 page: what the other saved beside what was typed, to keep one of the two."""
    row = card.customer if part == "profile" else card
    event = last_change_of(card)
    skipped = {"csrfmiddlewaretoken", "request_id", "version"}
    context = {
        "changed_by": event.actor.name if event and event.actor else "",
        "changed_at": event.at if event else None,
        "differences": differences(form),
        "resend": {
            "url": request.path,
            "version": row.version,
            "fields": [pair for pair in request.POST.items() if pair[0] not in skipped],
        },
        "back_url": request.path,
        "now": timezone.now(),
    }
    return render(request, "409.html", context, status=409)


def taken_words(taken: actions.PhoneTaken) -> str:
    """Who holds a number that was to be added, and no more."""
    holder = taken.duplicate
    if holder.owner_name:
        return _("This number is on a card of %(owner)s, %(team)s.") % {
            "owner": holder.owner_name,
            "team": holder.team_name or "—",
        }
    return _("This number is on a card in the public pool.")
