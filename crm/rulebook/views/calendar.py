"""Opening hours and days of the calendar: at a place and in a year, set and taken back (OT-04)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.queues import sent_before
from crm.rulebook import access, actions
from crm.rulebook.forms import DayForm, HoursForm, slots_words
from crm.rulebook.queues import calendar as queues
from crm.rulebook.queues.numbers import Place, usual_place
from crm.rulebook.views.numbers import chosen, places_for

YEARS_BACK, YEARS_AHEAD = 1, 2


def place_of(request: SignedInRequest, slug: str) -> Place:
    """A place of the rulebook this person sees."""
    found = chosen(places_for(request), slug)
    if found is None:
        raise Http404
    return found


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """The opening hours of a store, and the days of a year that are no plain ones."""
    places = places_for(request)
    slug = request.GET.get("place", "") or usual_place(request.user)
    return calendar_page(request, chosen(places, slug) or places[0])


def calendar_page(
    request: SignedInRequest, place: Place, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page of a place, with a form as it was sent."""
    now = timezone.now()
    this_year = timezone.localdate(now).year
    years = [*range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)]
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), this_year)
    week = queues.week_of(place)
    version = place.store.version if place.store else 1
    context = {
        "places": places_for(request),
        "chosen": place,
        "years": years,
        "year": year,
        "week": [(number, slots_words(slots)) for number, slots in enumerate(week)],
        "has_own_hours": queues.has_own_hours(place),
        "days": queues.days_of(place, year),
        "is_provisional": queues.is_provisional(year),
        "may_set": access.can_set_calendar(request.user, place.store),
        "hours_form": HoursForm(store_version=version, week=week),
        "day_form": DayForm(place=place),
        "now": now,
    }
    return render(request, "rulebook/calendar.html", context | forms, status=status)


def _back(place: str) -> str:
    return f"{reverse('rulebook:calendar')}?place={place}"


@require_POST
def set_hours(request: SignedInRequest, place: str) -> HttpResponse:
    """Set a store's opening times, or put it back to the usual ones."""
    found = place_of(request, place)
    if found.store is None:
        raise Http404
    if not access.can_set_calendar(request.user, found.store):
        raise PermissionDenied
    store, week = found.store, queues.week_of(found)
    form = HoursForm(request.POST, store_version=store.version, week=week)
    if form.is_valid():
        try:
            with both_texts(
                form, lambda: queues.saved_hours(place_of(request, place), slots_words)
            ):
                sent = form.told()
                actions.set_opening_hours(store, by=request.user, now=timezone.now(), **sent)
            messages.success(request, _("The opening hours are set."))
            return redirect(_back(place))
        except ValidationError as error:
            form.refuse(error)
    return calendar_page(request, found, status=422, hours_form=form)


@require_POST
def set_day(request: SignedInRequest) -> HttpResponse:
    """Enter a day of the region, or one on which a store is shut."""
    found = place_of(request, request.POST.get("place", "") or usual_place(request.user))
    if not access.can_set_calendar(request.user, found.store):
        raise PermissionDenied
    form = DayForm(request.POST, place=found)
    if form.is_valid():
        sent = {**form.cleaned_data, "store": found.store}
        try:
            actions.set_calendar_day(by=request.user, now=timezone.now(), **sent)
            messages.success(request, _("The day is entered."))
            return redirect(f"{_back(found.place)}&year={sent['day'].year}")
        except ValidationError as error:
            form.refuse(error)
    return calendar_page(request, found, status=422, day_form=form)


@require_POST
def remove_day(request: SignedInRequest, place: str, day: str) -> HttpResponse:
    """Take a day back that a person entered."""
    request_id = request.POST.get("request_id", "")
    row = queues.day_at(place_of(request, place), day)
    if row is None:
        # The other of two presses took it away: asked for after the row, or it may come between.
        if sent_before(request.user, "remove_calendar_day", request_id):
            return redirect(_back(place))
        raise Http404
    actions.remove_calendar_day(row, by=request.user, now=timezone.now(), request_id=request_id)
    messages.success(request, _("The day is a plain one again."))
    return redirect(f"{_back(place)}&year={row.day.year}")
