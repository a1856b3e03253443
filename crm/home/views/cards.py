"""The customer card: who, what next, and everything that happened (mockup 02)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.customers import queues as customers
from crm.customers.actions import note_phones_shown
from crm.customers.models import Card
from crm.home import timeline
from crm.orders.access import can_see_orders
from crm.orders.queues import orders_of
from crm.people.access import SignedInRequest
from crm.reception.queues import first_visit
from followups.access import can_reschedule, reads_plans
from followups.models import PlannedContact
from followups.queues import contact_count, contacts_of, steps_ahead
from followups.views.contacts import contact_form_for


@require_safe
def card(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One card with the parts this reader may see; outside scope there is none (CC-40)."""
    now = timezone.now()
    user = request.user
    found = get_object_or_404(customers.card_for_page(user), public_id=public_id)
    note_phones_shown([found], by=user, now=now)
    steps = steps_ahead(user, found)
    orders = orders_of(user, found)
    head = customers.card_head(
        user,
        found,
        visited_at=first_visit(found),
        ordered_at=orders["signed_at"],
        delivered_at=orders["delivered_at"],
    )
    context = {
        "now": now,
        **customers.willingness_of(user, found),
        **customers.needs_of(user, found),
        **customers.profile_of(user, found),
        **orders,
        **head,
        **_history(request, found, steps),
        "next_step": steps[0] if steps else None,
        "may_move": bool(steps) and can_reschedule(user, steps[0]),
        "contact_form": contact_form_for(request, found, steps[0] if steps else None, now=now),
    }
    return render(request, "home/card.html", context)


def _history(request: SignedInRequest, found: Card, steps: list[PlannedContact]) -> dict[str, Any]:
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
    return {
        "lines": timeline.merge([] if before else steps, contacts, entries, show=show),
        "show": show if show in timeline.SHOWN else timeline.CONTACTS,
        "contact_count": contact_count(request.user, found),
        "older": oldest.isoformat() if oldest else "",
    }


def _moment(text: str) -> dt.datetime | None:
    """A moment from the address; nonsense is none."""
    try:
        found = dt.datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None
