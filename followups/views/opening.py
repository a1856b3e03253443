"""The form of a new card with its first planned contact (CC-27)."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.customers import access
from crm.customers.actions import PhoneTaken
from crm.customers.forms import NewCardForm
from crm.customers.forms.new_card import REASON_CHIPS
from crm.customers.models import Card
from crm.customers.queues import possible_owners
from crm.people.access import SignedInRequest
from crm.rulebook.queues import numbers_for, working_calendar
from crm.ui.forms import add_errors
from followups import actions
from followups.due import first_contact
from followups.steps import Step


@require_http_methods(["GET", "HEAD", "POST"])
def open_card(request: SignedInRequest) -> HttpResponse:
    """A new card; a number that is taken is answered with its owner and the two moves."""
    if not access.can_open_card(request.user):
        raise PermissionDenied
    now = timezone.now()
    form = new_card_form(request, now)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, now)
    try:
        card = actions.open_card(
            by=request.user,
            owner=form.cleaned_data.get("owner") or request.user,
            customer=form.customer(),
            card=form.card(),
            first=first_step(form),
            now=now,
            request_id=request.POST.get("request_id", ""),
        )
    except PhoneTaken as taken:
        form.add_error("phone", _("This number is on another card."))
        return form_page(request, form, now, taken)
    except ValidationError as error:
        add_errors(form, error)
        return form_page(request, form, now)
    return opened(request, card)


def new_card_form(request: SignedInRequest, now: dt.datetime) -> NewCardForm:
    """The form with its first contact filled in: within a day, in calling hours (N-10)."""
    post = request.user.reach.main
    store_id = post.store_id if post else None
    numbers = numbers_for(store_id)
    calendar = working_calendar(store_id, numbers)
    return NewCardForm(
        request.POST or None,
        user=request.user,
        owners=possible_owners(request.user),
        numbers=numbers,
        initial={
            "first_at": first_contact(now, numbers=numbers, calendar=calendar),
            "first_method": "phone",
            "owner": request.user.public_id,
            "phone": request.GET.get("phone", "")[:60],
            "name": request.GET.get("name", "")[:80],
        },
    )


def first_step(form: NewCardForm) -> Step:
    """The first planned contact as typed; its reason is the card's."""
    values = form.cleaned_data
    return Step(
        due_at=values["first_at"].at,
        untimed=values["first_at"].untimed,
        method=values["first_method"],
        content=values["first_content"],
        reason=values["reason"][:300],
    )


def form_page(
    request: SignedInRequest, form: NewCardForm, now: dt.datetime, taken: PhoneTaken | None = None
) -> HttpResponse:
    """The page; a refused form keeps what was typed."""
    context = {
        "form": form,
        "duplicate": taken.duplicate if taken else None,
        "reason_chips": REASON_CHIPS,
        "action_url": reverse("followups:open_card"),
        "now": now,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/new.html", context, status=status)


def opened(request: SignedInRequest, card: Card) -> HttpResponse:
    """On to the card; whoever opened it for somebody else and may not see it starts the next."""
    messages.success(request, _("Card %(number)s opened.") % {"number": card.card_no})
    if Card.objects.visible_to(request.user).filter(pk=card.pk).exists():
        return redirect("home:card", card.public_id)
    return redirect("followups:open_card")
