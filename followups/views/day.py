"""My day: whom do I contact now (mockup 01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.customers.actions import note_phones_shown
from crm.people.access import SignedInRequest
from followups.queues import Rulebooks, day
from followups.views.contacts import contact_form_for


@require_safe
def my_day(request: SignedInRequest) -> HttpResponse:
    """Overdue, today, done; the contact form of the current row stands open."""
    now, user = timezone.now(), request.user
    post = user.reach.main
    rulebooks = Rulebooks()
    numbers, calendar = rulebooks.of(post.store_id if post else None)
    shown = day.day_of(user, now, calendar.zone, request.GET)
    current = shown.current(request.GET.get("at", ""), now)
    form = None
    if current:
        form = contact_form_for(request, current.card, current, now=now, rulebooks=rulebooks)
    note_phones_shown(day.dress(shown.rows, user), by=user, now=now)
    context = {
        "now": now,
        "day": shown,
        "current": current,
        "form": form,
        "tries_from": numbers.tries_shown_from,
        "supervisor_hours": numbers.overdue_supervisor_hours,
        "returned": list(day.returned_plans(user)[:5]),
        "conflicts": list(day.conflicts_of(user)[:5]),
        "week": day.week_of_person(user, now, calendar),
    }
    return render(request, "followups/my_day.html", context)
