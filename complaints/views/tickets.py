"""Tickets: the list, by what expires first, one ticket with its thread, a department's queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import access
from complaints.models import Ticket
from complaints.queues import (
    own_tasks,
    task_list,
    ticket_for_page,
    ticket_list,
    ticket_queue,
)
from complaints.queues.page import page_of
from crm.customers.access import shown_name
from crm.people.access import SignedInRequest


@require_safe
def tickets(request: SignedInRequest) -> HttpResponse:
    """The complaint queue within this person's scope (CP-25)."""
    if not access.can_see_tickets(request.user):
        raise PermissionDenied
    now = timezone.now()
    listing = ticket_list(request.user, now).show(ticket_queue(request.user), request.GET)
    rows = [(ticket, _name(request, ticket)) for ticket in listing.page]
    unread = [row.pk for row, _shown in rows if not access.reads_words(request.user, row)]
    context = {"listing": listing, "rows": rows, "unread": unread, "now": now}
    return render(request, "complaints/tickets.html", context)


@require_safe
def ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One ticket with its clock and facts; outside scope there is none."""
    found = get_object_or_404(ticket_for_page(request.user), public_id=public_id)
    return show_ticket(request, found, {})


def show_ticket(
    request: SignedInRequest, found: Ticket, bound: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A ticket's page; `bound` are refused forms by the place they stand in."""
    now = timezone.now()
    context = {
        "ticket": found,
        "name": _name(request, found),
        "now": now,
        "today": timezone.localdate(now),
        **page_of(request.user, found, bound),
    }
    return render(request, "complaints/ticket.html", context, status=status)


@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    """What departments are asked to do: one's own department's, or the store's (HP-05)."""
    if not access.can_see_tasks(request.user):
        raise PermissionDenied
    now = timezone.now()
    listing = task_list(now).show(own_tasks(request.user), request.GET)
    rows = [(task, _name(request, task.ticket)) for task in listing.page]
    return render(request, "complaints/tasks.html", {"listing": listing, "rows": rows, "now": now})


def _name(request: SignedInRequest, ticket: Ticket) -> str:
    return shown_name(request.user, ticket.card) if ticket.card else ""
