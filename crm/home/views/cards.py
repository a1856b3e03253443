"""The customer card: who, what next, and everything that happened (mockup 02)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access import can_ask_help
from crm.customers import queues as customers
from crm.customers.actions import note_phones_shown
from crm.customers.models import Card
from crm.customers.states import DELIVERED
from crm.home import timeline
from crm.home.access import can_ask_erasure
from crm.home.queues.card import draft_from, whole_card
from crm.home.views.timeline_rows import drawn_line
from crm.orders.access import can_see_orders
from crm.orders.queues import orders_of
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.rulebook.numbers import Numbers
from followups.access import can_reschedule, reads_plans
from followups.models import PlannedContact
from followups.queues import Known, Rulebooks, ahead_of, contacts_of, open_steps_of
from followups.views.contact_form import drawn_form
from followups.views.contacts import contact_form_for
from visits.queues.care_lists import care_of_card


@require_safe
def card(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One card with the parts this reader may see; outside scope there is none (CC-40)."""
    now, user, rulebooks = timezone.now(), request.user, Rulebooks()
    try:
        found, beside = whole_card(user, public_id, rulebooks.of(None)[0], now=now)
    except Card.DoesNotExist:
        raise Http404 from None
    if not beside["noted"]:
        note_phones_shown([found], by=user, now=now)
    all_steps, steps = open_steps_of(user, found)
    next_step = steps[0] if steps else None
    orders = orders_of(user, found)
    head = _head(user, found, beside, orders, rulebooks.of(None)[0])
    known = Known(head["name"], ahead_of(all_steps, next_step, now), draft_from(user, beside))
    form = contact_form_for(request, found, next_step, now=now, rulebooks=rulebooks, known=known)
    context = {
        "now": now,
        **customers.willingness_of(user, found),
        **customers.needs_of(user, found),
        **customers.profile_of(user, found, channel=beside["channel_words"]),
        **orders,
        **head,
        **_history(request, found, steps, now),
        **{name: beside[name] for name in ("contact_count", "owed_id", "owed_at")},
        "next_step": next_step,
        **_service(user, found),
        "may_move": next_step is not None and can_reschedule(user, next_step),
        "contact_form": drawn_form(request, form),
    }
    return render(request, "home/card.html", context)


def _head(
    user: User,
    found: Card,
    beside: dict[str, Any],
    orders: dict[str, Any],
    numbers: Numbers,
) -> dict[str, Any]:
    """The customer's summary, with how far they have come on the way to the car."""
    reached = {"ordered_at": orders["signed_at"], "delivered_at": orders["delivered_at"]}
    head = customers.card_head(user, found, visited_at=beside["first_visit"], **reached)
    return {**head, "is_vip": (beside["leads_given"] or 0) >= numbers.vip_leads}


def _service(user: User, found: Card) -> dict[str, Any]:
    """Greetings owed to whoever has their car; the ways to a department and to be forgotten."""
    return {
        "care_tasks": care_of_card(user, found) if found.state == DELIVERED else (),
        "may_ask_help": can_ask_help(user),
        "can_ask_erasure": can_ask_erasure(user, found),
    }


def _history(
    request: SignedInRequest, found: Card, steps: list[PlannedContact], now: dt.datetime
) -> dict[str, Any]:
    """The lines of the timeline, newest first, a page at a time."""
    show = request.GET.get("show", timeline.CONTACTS)
    before = _moment(request.GET.get("before", ""))
    contacts = contacts_of(request.user, found, before=before, count=timeline.PAGE + 1)
    more = len(contacts) > timeline.PAGE
    contacts = contacts[: timeline.PAGE]
    oldest = contacts[-1].occurred_at if more else None
    but = timeline.kept_back(
        sees_orders=can_see_orders(request.user), sees_plans=reads_plans(request.user)
    )
    entries = customers.changes_of(found, after=oldest, before=before, but=but)
    lines = timeline.merge([] if before else steps, contacts, entries, show=show)
    clock = timezone.localtime(now)
    return {
        "lines": [(line, drawn_line(line, clock)) for line in lines],
        "show": show if show in timeline.SHOWN else timeline.CONTACTS,
        "older": oldest.isoformat() if oldest else "",
    }


def _moment(text: str) -> dt.datetime | None:
    """A moment from the address; nonsense is none."""
    try:
        found = dt.datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None
