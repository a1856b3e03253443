"""Opening hours and days of the calendar as managers read them (OT-04)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from crm import workdays
from crm.records.states import Saved
from crm.rulebook.models import CalendarDay, OpeningHours
from crm.rulebook.queues.numbers import Place
from crm.rulebook.queues.reading import book_lately, working_calendar

DAYS_AHEAD = dt.timedelta(days=60)


def days_of(place: Place, year: int) -> QuerySet[CalendarDay]:
    """The region's days of a year, and those on which this store is shut."""
    shut = Q(store=place.store) if place.store else Q(pk__in=[])
    rows = CalendarDay.objects.filter(shut | Q(store__isnull=True), region=settings.CALENDAR_REGION)
    return rows.filter(day__year=year).select_related("store").order_by("day", "id")


def day_at(place: Place, day: str) -> CalendarDay | None:
    """The day entered at a place, by its ISO date."""
    try:
        found = dt.date.fromisoformat(day)
    except ValueError:
        return None
    rows = CalendarDay.objects.filter(region=settings.CALENDAR_REGION, store=place.store, day=found)
    return rows.select_related("store").first()


def week_of(place: Place) -> tuple[tuple[workdays.Slot, ...], ...]:
    """The slots of Monday to Sunday that hold at a place."""
    return working_calendar(place.store.pk if place.store else None).hours.week


def has_own_hours(place: Place) -> bool:
    """Whether the store entered hours of its own."""
    return place.store is not None and OpeningHours.objects.filter(store=place.store).exists()


def is_provisional(year: int) -> bool:
    """Whether the list of that year has not been loaded yet."""
    return working_calendar().is_provisional(dt.date(year, 1, 1))


def provisional_year(today: dt.date) -> int | None:
    """The first year within the next 60 days whose list is not loaded; None when all are.

    Reads the rulebook only where this process has not read it yet.
    """
    calendar = book_lately().calendar_of_all()
    ends = (today, today + DAYS_AHEAD)
    return next((day.year for day in ends if calendar.is_provisional(day)), None)


def saved_hours(place: Place, words: Any) -> Saved:
    """How the week stands now, for whoever came second."""
    values = {f"day{number}": words(slots) for number, slots in enumerate(week_of(place))}
    version = place.store.version if place.store else 1
    return Saved(values, resend={"version": version})
