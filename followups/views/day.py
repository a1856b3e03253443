"""My day: whom do I contact now (mockup 01)."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from crm.customers.actions import keep_numbers_shown
from crm.people.access import SignedInRequest
from followups.queues import Known, Rulebooks, day
from followups.queues.day_rows import rows_of_form
from followups.views.contact_form import drawn_form
from followups.views.contacts import contact_form_for
from followups.views.day_rows import Drawing


@require_safe
def my_day(request: SignedInRequest) -> HttpResponse:
    """Overdue, today, done; the contact form of the current row stands open."""
    now, user = timezone.now(), request.user
    post = user.reach.main
    rulebooks = Rulebooks()
    numbers, calendar = rulebooks.of(post.store_id if post else None)
    shown = day.day_of(user, now, calendar.zone, request.GET)
    request.counted = {"contacts_late": shown.counts[day.OVERDUE]}
    new = [row.card_pk for row in shown.rows if row.dials and not row.noted]
    keep_numbers_shown(new, by=user, now=now)
    back = urlencode({"back": request.get_full_path()})
    form = _form(request, shown, rulebooks, now)
    draw = Drawing(shown, back=back, tries_from=numbers.tries_shown_from, form=form)
    context = {
        "now": now,
        "day": shown,
        "late_rows": draw.rows(shown.overdue),
        "today_rows": draw.rows(shown.today),
        "tomorrow_rows": draw.rows(shown.tomorrow),
        "done_rows": draw.done(),
        "supervisor_hours": numbers.overdue_supervisor_hours,
        "week": shown.beside.week,
    }
    return render(request, "followups/my_day.html", context)


def _form(request: SignedInRequest, shown: day.Day, rulebooks: Rulebooks, now: dt.datetime) -> str:
    """The form of the current row, drawn from what was read with the day; empty without one."""
    if shown.current is None:
        return ""
    card, planned = rows_of_form(shown.current)
    known = Known(shown.current.name, shown.beside.ahead, shown.beside.draft)
    form = contact_form_for(request, card, planned, now=now, rulebooks=rulebooks, known=known)
    return drawn_form(request, form)
