"""Edit forms of a card, one part each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.customers import access, actions
from crm.customers.duplicates import Duplicate
from crm.customers.forms import (
    HELD_BACK,
    ChannelForm,
    LevelForm,
    NeedsForm,
    ProfileForm,
    ReferrerForm,
    WillingnessForm,
)
from crm.customers.models import Card
from crm.customers.queues import card_for_page
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.rulebook.queues import numbers_for
from crm.ui.forms import add_errors
from crm.ui.versioned import VersionedForm

editing = require_http_methods(["GET", "HEAD", "POST"])


@editing
def update_needs(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What the customer wants (CC-03)."""

    def form(card: Card, data: Any) -> VersionedForm:
        return NeedsForm(data, user=request.user, card=card)

    edit = Edit("needs", access.can_edit_card, form, actions.update_needs, whole=True)
    return save(request, public_id, edit)


@editing
def update_profile(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Who the customer is (CC-01, CC-02)."""

    def form(card: Card, data: Any) -> VersionedForm:
        masked = not access.dials(request.user, card)
        return ProfileForm(data, customer=card.customer, masked=masked)

    edit = Edit("profile", access.can_edit_contact_data, form, actions.update_profile, whole=True)
    return save(request, public_id, edit)


@editing
def assess_willingness(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Confidence, need, purchasing power (CC-05)."""

    def form(card: Card, data: Any) -> VersionedForm:
        return WillingnessForm(data, card=card)

    may, verb = access.can_edit_card, actions.assess_willingness
    return save(request, public_id, Edit("willingness", may, form, verb, whole=True))


@editing
def correct_channel(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The channel, put right by a supervisor (CC-23)."""

    def form(card: Card, data: Any) -> VersionedForm:
        return ChannelForm(data, card=card)

    edit = Edit("channel", access.can_correct_channel, form, actions.correct_channel)
    return save(request, public_id, edit)


@editing
def name_referrer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Who sent the customer (RB-04)."""

    def form(card: Card, data: Any) -> VersionedForm:
        return ReferrerForm(data, user=request.user, card=card)

    edit = Edit("referrer", access.can_edit_card, form, actions.name_referrer)
    return save(request, public_id, edit)


@editing
def judge_level(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The intent level, judged outside a contact (LC-01)."""

    def form(card: Card, data: Any) -> VersionedForm:
        return LevelForm(data, card=card, numbers=numbers_for(card.store_id))

    return save(request, public_id, Edit("level", access.can_edit_card, form, actions.judge_level))


@dataclass(frozen=True)
class Edit:
    """One part of a card: who may change it, its form for a card, the verb (`whole`: one map)."""

    part: str
    may: Callable[[User, Card], bool]
    form: Callable[[Card, Any], VersionedForm]
    verb: Callable[..., Any]
    whole: bool = False


def card_to_edit(request: SignedInRequest, public_id: str, edit: Edit) -> Card:
    """The card, if it is in scope (else 404) and this person has the right (else 403)."""
    card = get_object_or_404(card_for_page(request.user), public_id=public_id)
    if not edit.may(request.user, card):
        raise PermissionDenied
    return card


def save(request: SignedInRequest, public_id: str, edit: Edit) -> HttpResponse:
    """Show the form, or run its verb with the cleaned values."""
    card = card_to_edit(request, public_id, edit)
    form = edit.form(card, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, card, form, edit.part)
    values = dict(form.cleaned_data)
    common = {
        "by": request.user,
        "version": values.pop("version"),
        "now": timezone.now(),
        "request_id": request.POST.get("request_id", ""),
    }
    try:
        with both_texts(form, lambda: saved(request, public_id, edit)):
            edit.verb(card, **common, **({"fields": values} if edit.whole else values))
    except actions.PhoneTaken as taken:
        told = actions.told_of_taken(request.user, taken.duplicate, now=common["now"])
        form.add_error(None, HELD_BACK if told is None else taken_words(told))
    except ValidationError as error:
        add_errors(form, error)
    else:
        messages.success(request, _("Saved."))
        return redirect("home:card", card.public_id)
    return form_page(request, card, form, edit.part)


def saved(request: SignedInRequest, public_id: str, edit: Edit) -> Saved:
    """What the form would show of the card as it stands now; one's own may go over it."""
    values = edit.form(card_to_edit(request, public_id, edit), None).initial
    return Saved(values, resend={"version": values["version"]}, link=request.path)


def form_page(request: SignedInRequest, card: Card, form: VersionedForm, part: str) -> HttpResponse:
    """The edit page of one part; refused forms keep what was typed."""
    context = {"card": card, "form": form, "name": access.shown_name(request.user, card)}
    status = 422 if request.method == "POST" else 200
    return render(request, f"customers/edit_{part}.html", context, status=status)


def taken_words(holder: Duplicate) -> str:
    """Who holds a number that was to be added, and no more."""
    if holder.owner_name:
        return _("This number is on a card of %(owner)s, %(team)s.") % {
            "owner": holder.owner_name,
            "team": holder.team_name or "—",
        }
    return _("This number is on a card in the public pool.")
