"""The numbers the house works by: all of them at a place, one of them, setting it (OT-04)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.rulebook import access, actions
from crm.rulebook.forms import NumberForm
from crm.rulebook.queues import numbers as queues
from crm.rulebook.queues.numbers import Held, Place


@require_safe
def numbers(request: SignedInRequest) -> HttpResponse:
    """The numbers of a topic, the first where none is asked for; for all stores or for one."""
    places, asked = places_for(request), request.GET.get("place", "")
    place = chosen(places, asked or queues.usual_place(request.user)) or places[0]
    topics, topic = queues.topics_at(place), request.GET.get("topic", "")
    context = {
        "places": places,
        "chosen": place,
        "topics": topics,
        "shown": next((one for one in topics if one.topic.key == topic), topics[0]),
        "now": timezone.now(),
    }
    return render(request, "rulebook/numbers.html", context)


def places_for(request: SignedInRequest) -> list[Place]:
    """Where this person reads the rulebook; refuses whoever reads it nowhere."""
    if not access.can_see_rulebook(request.user):
        raise PermissionDenied
    return queues.places_of(request.user)


def chosen(places: list[Place], slug: str) -> Place | None:
    return next((one for one in places if one.place == slug), None)


def held_at(request: SignedInRequest, place: str, key: str) -> Held:
    """One number at a place this person sees."""
    found = chosen(places_for(request), place)
    held = queues.number_at(key, found) if found else None
    if held is None:
        raise Http404
    return held


@require_safe
def number(request: SignedInRequest, place: str, key: str) -> HttpResponse:
    """One number: what holds where, who set it when, and the form for whoever may."""
    held = held_at(request, place, key)
    return number_page(request, held, NumberForm(held=held))


def number_page(
    request: SignedInRequest, held: Held, form: NumberForm, *, status: int = 200
) -> HttpResponse:
    """The page of one number with its form as it stands."""
    context = {
        "held": held,
        "form": form,
        "may_set": queues.may_set(request.user, held),
        "topic": queues.topic_of(held),
        "is_guarded": queues.is_guarded(held),
        "at_each": queues.at_each(request.user, held.line.key),
        "changes": queues.changes_of(held),
        "now": timezone.now(),
    }
    return render(request, "rulebook/number.html", context, status=status)


@require_POST
def set_number(request: SignedInRequest, place: str, key: str) -> HttpResponse:
    """Set it at this place, or put it back to the default."""
    held = held_at(request, place, key)
    if not queues.may_set(request.user, held):
        raise PermissionDenied
    form = NumberForm(request.POST, held=held)
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_number(held_at(request, place, key))):
                actions.set_number(
                    key, store=held.place.store, by=request.user, now=timezone.now(), **form.told()
                )
            messages.success(request, _("The number is set. It counts from now on."))
            return redirect("rulebook:number", place, key)
        except ValidationError as error:
            form.refuse(error)
    return number_page(request, held, form, status=422)
