"""Tickets: the list, by what expires first, one ticket with its thread, a department's queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import access, forms
from complaints.models import Ticket
from complaints.queues import (
    TicketLine,
    assisting_on,
    begun_since,
    clock_lines,
    clocks_of,
    departments_asked,
    last_heard,
    own_tasks,
    row_clocks,
    task_list,
    ticket_for_page,
    tickets_shown,
)
from complaints.queues.claiming import claimable, tickable
from complaints.queues.page import page_of
from complaints.queues.position import place_of, query_of
from complaints.queues.presence import Around, around
from complaints.queues.tickets import MOST_BEGUN
from complaints.quick_dates import quick_dates
from complaints.views.returning import asked_of, queue_of
from complaints.views.ticket_rows import Drawing
from crm.customers import phones
from crm.customers.access import shown_name
from crm.customers.actions import note_phone_search
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.periods import start_of
from crm.rulebook.queues import numbers_for, rules_for
from crm.ui.lists import Listing

# Chips that stand in the row however many there are; of the others those with something.
ALWAYS = ("open", "late", "all")


@require_safe
def tickets(request: SignedInRequest) -> HttpResponse:
    """The complaint queue within this person's scope (CP-25)."""
    if not access.can_see_tickets(request.user):
        raise PermissionDenied
    now, departments = timezone.now(), departments_asked()
    listing = tickets_shown(request.user, request.GET, now, departments)
    words = listing.chosen.get("q", "")
    note_phone_search(request.user, words, hits=listing.total, now=now)
    shown = list(listing.page)
    lines = lines_of(request.user, shown, now)
    takes = claimable(request.user, shown, now)
    ticks = tickable(request.user, shown, takes)
    context = {
        "listing": listing,
        **_at_a_glance(request.user, listing, now),
        "words": words,
        "queue": query_of(listing),
        "lines": lines,
        "drawn": Drawing(now, takes, ticks, query_of(listing)).rows(lines),
        "departments": departments,
        "kinds": Ticket.Kind.choices,
        "severities": Ticket.Severity.choices,
        "claimable": takes,
        "tickable": ticks,
        **_rights(request.user),
        "now": now,
    }
    return render(request, "complaints/tickets.html", context)


def _at_a_glance(user: User, listing: Listing[Ticket], now: dt.datetime) -> dict[str, Any]:
    """What stands beside the title and under the list: how much there is, by which hours."""
    counts = {chip.key: chip.count for chip in listing.chips}
    post, today = user.reach.main, timezone.localdate(now)
    calendar = rules_for(post.store_id if post else None)[1]
    monday = start_of(today - dt.timedelta(days=today.weekday()), calendar.zone)
    begun = begun_since(user, monday)
    slots = calendar.working_slots(today)
    hours = [f"{slot.opens:%H:%M}–{slot.closes:%H:%M}" for slot in slots]
    return {
        "open_count": counts["open"],
        "visit_count": counts["visit"],
        "new_count": f"{begun}+" if begun == MOST_BEGUN else begun,
        "chips": [one for one in listing.chips if one.count or one.is_on or one.key in ALWAYS],
        "hours": ", ".join(hours),
    }


def _rights(user: User) -> dict[str, bool]:
    """What lies around the queue for this person."""
    return {
        "can_register": access.can_register(user),
        "works_queue": access.can_work_queue(user),
        "sees_tasks": access.can_see_tasks(user),
        "can_see_causes": access.can_see_causes(user),
        "sees_files": access.can_see_files(user),
        "keeps_ready": access.can_keep_ready(user),
        "sees_links": access.can_see_intake_links(user),
        "sees_authority": access.can_see_authority(user),
    }


def lines_of(user: User, tickets: list[Ticket], now: dt.datetime) -> list[TicketLine]:
    """What a row says of each ticket, its words only to whoever may read them."""
    heard, clocks = last_heard(tickets), clocks_of(tickets)
    assisting, asked = assisting_on(tickets)
    return [
        TicketLine(
            ticket,
            name_of(user, ticket),
            *row_clocks(clocks[ticket.pk], now),
            heard.get(ticket.pk, ticket.reported_at),
            assisting[ticket.pk],
            reads_words=access.reads_words(user, ticket),
            at_department=ticket.pk in asked,
        )
        for ticket in tickets
    ]


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
        "name": name_of(request.user, found),
        "around": around_of(request.user, found),
        "place": place_of(request.user, found, asked_of(request), now),
        "queue": queue_of(request),
        "phone": phone_of(request.user, found),
        "clocks": clock_lines(found, now),
        "now": now,
        "today": timezone.localdate(now),
        **page_of(request.user, found, bound, now),
        "accepted": forms.ACCEPTED,
        "contact_form": bound.get("contact") or forms.ContactForm(ticket=found),
        "quick": quick_dates(now, rules_for(found.store_id)[1]),
    }
    return render(request, "complaints/ticket.html", context, status=status)


@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    """What departments are asked to do: one's own department's, or the store's (HP-05)."""
    if not access.can_see_tasks(request.user):
        raise PermissionDenied
    now = timezone.now()
    listing = task_list(now).show(own_tasks(request.user), request.GET)
    rows = [(task, name_of(request.user, task.ticket)) for task in listing.page]
    return render(request, "complaints/tasks.html", {"listing": listing, "rows": rows, "now": now})


def around_of(user: User, ticket: Ticket) -> Around:
    """Who else has it open now."""
    return around(user, ticket, timezone.now(), numbers_for(ticket.store_id))


def name_of(user: User, ticket: Ticket) -> str:
    """Whose it is: the customer as this reader may see them, else who complained."""
    if ticket.card is not None:
        return shown_name(user, ticket.card)
    intake = getattr(ticket, "intake", None)
    return intake.name if intake is not None and access.reads_words(user, ticket) else ""


def phone_of(user: User, ticket: Ticket) -> str:
    """A complainant's own number: whole for whoever answers or calls, masked for others."""
    intake = getattr(ticket, "intake", None)
    if intake is None or not intake.phone:
        return ""
    whole = access.answers_for(user, ticket) or access.asks_after(user, ticket)
    return phones.show(intake.phone) if whole else phones.mask(intake.phone)
