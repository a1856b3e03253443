"""What was heard on visits: findings on other brands (RV-09), needs proposed to owners (RV-05)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.customers.access import shown_name
from crm.customers.actions import PhoneTaken
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from visits import access, actions, states
from visits.forms import DismissForm, TakeForm
from visits.models import Opportunity
from visits.queues import heard as queues


@require_safe
def findings(request: SignedInRequest) -> HttpResponse:
    """What customers said about other brands, the latest first."""
    user = request.user
    if not access.can_see_findings(user):
        raise PermissionDenied
    choices = queues.finding_choices(user)
    spec = queues.finding_list(choices, timezone.localdate())
    listing = spec.show(queues.finding_queue(user), request.GET)
    rows = [(finding, queues.source_of(user, finding)) for finding in listing.page]
    context = {
        "listing": listing,
        "rows": rows,
        "choices": choices,
        "opens_visits": access.can_see_visits(user),
    }
    return render(request, "visits/findings.html", context)


@require_safe
def opportunity(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One need: what the customer said, and what may be made of it."""
    found = _found(request, public_id)
    return _page(request, found, TakeForm(opportunity=found), DismissForm(opportunity=found))


@require_POST
def take_opportunity(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Follow it up: a new card, or the one that is open; leads there."""
    found = _asked(request, public_id)
    form = TakeForm(request.POST, opportunity=found)
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_opportunity(_found(request, public_id))):
                actions.take_opportunity(
                    found, by=request.user, now=timezone.now(), **form.cleaned_data
                )
        except PhoneTaken:
            form.add_error(None, _("This customer's number is on a card of somebody else's."))
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The need is taken up."))
            taken = _found(request, public_id).taken_as or found.card
            return redirect("home:card", taken.public_id)
    return _page(request, found, form, DismissForm(opportunity=found), status=422)


@require_POST
def dismiss_opportunity(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say why nothing is to be followed up."""
    found = _asked(request, public_id)
    form = DismissForm(request.POST, opportunity=found)
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_opportunity(_found(request, public_id))):
                actions.dismiss_opportunity(
                    found, by=request.user, now=timezone.now(), **form.cleaned_data
                )
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("visits:opportunity", found.public_id)
    return _page(request, found, TakeForm(opportunity=found), form, status=422)


def _found(request: SignedInRequest, public_id: str) -> Opportunity:
    row: Opportunity = get_object_or_404(
        queues.opportunity_queue(request.user), public_id=public_id
    )
    return row


def _asked(request: SignedInRequest, public_id: str) -> Opportunity:
    """The need, if answering it is this person's work."""
    found = _found(request, public_id)
    if found.state == states.OPEN and not access.can_answer_opportunity(request.user, found):
        raise PermissionDenied
    return found


def _page(
    request: SignedInRequest, found: Opportunity, take: Any, dismiss: Any, *, status: int = 200
) -> HttpResponse:
    context = {
        "opportunity": found,
        "name": shown_name(request.user, found.card),
        "take": take,
        "dismiss": dismiss,
        "may_answer": access.can_answer_opportunity(request.user, found),
        "sees_visit": access.can_see_visits(request.user),
    }
    return render(request, "visits/opportunity.html", context, status=status)
