"""A new card with its first planned contact, in under half a minute (CC-22, CC-27)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.customers import access as customers
from crm.customers.actions import PhoneTaken, told_of_taken
from crm.customers.duplicates import Duplicate
from crm.customers.forms import HELD_BACK, NewCardForm
from crm.customers.forms.new_card import REASON_CHIPS
from crm.customers.models import Card
from crm.customers.queues import possible_owners
from crm.people.access import SignedInRequest
from crm.records.actions import keep_draft
from crm.records.queues import draft_of
from crm.ui import moments
from crm.ui.datewords import Understood
from crm.ui.texts import clean_lines
from followups import actions
from followups.forms.plan import moment_of
from followups.queues import Rulebooks
from followups.steps import Step
from followups.suggestions import TOMORROW, Suggestions

LONGEST_DRAFT = 2000
# What the card's form calls the fields of the first step.
FIELD_OF = {"due_at": "first_at", "method": "first_method", "content": "first_content"}


@require_http_methods(["GET", "HEAD", "POST"])
def open_card(request: SignedInRequest) -> HttpResponse:
    """The form of a new card; saved, it leads to the card."""
    if not customers.can_open_card(request.user):
        raise PermissionDenied
    now = timezone.now()
    form = _form(request, now)
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            card = actions.open_card(**_sent(request, form), by=request.user, now=now)
        except PhoneTaken as error:
            taken = told_of_taken(request.user, error.duplicate, now=now)
            form.add_error(
                "phone",
                HELD_BACK if taken is None else _("This number already has a customer card."),
            )
        except ValidationError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("Card opened."))
            return _after(request, card)
    return _show(request, form, taken, now)


def _after(request: SignedInRequest, card: Card) -> HttpResponse:
    """To the card, or to the next form for who hands a customer to sales and no longer sees it."""
    if Card.objects.visible_to(request.user).filter(pk=card.pk).exists():
        return redirect("home:card", card.public_id)
    return redirect("followups:open_card")


@require_POST
def keep_card_draft(request: SignedInRequest) -> JsonResponse:
    """Keep what has been typed into a new card so far; says when it was kept."""
    if not customers.can_open_card(request.user):
        raise PermissionDenied
    body = {
        name: clean_lines(str(value))[:LONGEST_DRAFT]
        for name, value in request.POST.items()
        if name in NewCardForm.base_fields
    }
    draft = keep_draft(request.user, actions.cards.FORM, "", body, now=timezone.now())
    return JsonResponse({"saved_at": moments.clock(draft.saved_at)})


def _form(request: SignedInRequest, now: dt.datetime) -> NewCardForm:
    """The form with its first contact filled in for tomorrow."""
    post = request.user.reach.main
    numbers, calendar = Rulebooks().of(post.store_id if post else None)
    slot = Suggestions(now=now, level="", numbers=numbers, calendar=calendar).in_days(TOMORROW)
    initial = {
        "first_at": Understood(timezone.localtime(slot.due_at), untimed=True),
        "first_method": "phone",
    }
    if request.method != "POST" and (draft := draft_of(request.user, actions.cards.FORM, "")):
        initial |= draft.body
    return NewCardForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        owners=possible_owners(request.user),
        numbers=numbers,
        initial=initial,
    )


def _sent(request: SignedInRequest, form: NewCardForm) -> dict[str, Any]:
    """What the form holds, as the action takes it."""
    sent = form.cleaned_data
    card = form.card()
    return {
        "owner": sent.get("owner") or request.user,
        "customer": form.customer(),
        "card": card,
        "first": Step(
            due_at=moment_of(sent["first_at"]),
            untimed=sent["first_at"].untimed,
            method=sent["first_method"],
            content=sent["first_content"] or _("First contact after the card was opened"),
            reason=card["reason"][:300],
        ),
        "request_id": request.POST.get("request_id", "")[:36],
    }


def _refuse(form: NewCardForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        field = FIELD_OF.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


def _show(
    request: SignedInRequest, form: NewCardForm, taken: Duplicate | None, now: dt.datetime
) -> HttpResponse:
    context = {
        "now": now,
        "form": form,
        "duplicate": taken,
        "reason_chips": REASON_CHIPS,
        "action_url": reverse("followups:open_card"),
        "draft_url": reverse("followups:keep_card_draft"),
    }
    return render(request, "customers/new.html", context, status=422 if form.is_bound else 200)
