"""Tickets: the list, by what expires first, and one ticket."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access import can_see_tickets
from complaints.models import Ticket
from complaints.queues import ticket_list, ticket_queue
from crm.customers.access import shown_name
from crm.people.access import SignedInRequest


@require_safe
def tickets(request: SignedInRequest) -> HttpResponse:
    """The complaint queue within this person's scope (CP-25)."""
    if not can_see_tickets(request.user):
        raise PermissionDenied
    now = timezone.now()
    listing = ticket_list(request.user, now).show(ticket_queue(request.user), request.GET)
    rows = [(ticket, _name(request, ticket)) for ticket in listing.page]
    return render(
        request, "complaints/tickets.html", {"listing": listing, "rows": rows, "now": now}
    )


@require_safe
def ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One ticket with its clock and facts; outside scope there is none."""
    found = get_object_or_404(ticket_queue(request.user), public_id=public_id)
    context: dict[str, Any] = {
        "ticket": found,
        "name": _name(request, found),
        "now": timezone.now(),
        "steps": [
            (found.reported_at, "reported"),
            (found.onsite_at, "onsite"),
            (found.resolved_at, "resolved"),
            (found.reopened_at, "reopened"),
            (found.closed_at, "closed"),
        ],
    }
    return render(request, "complaints/ticket.html", context)


def _name(request: SignedInRequest, ticket: Ticket) -> str:
    return shown_name(request.user, ticket.card) if ticket.card else ""
