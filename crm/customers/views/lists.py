"""The list of customers, which is also the search."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.customers import access, actions, duplicates
from crm.customers.models import Source
from crm.customers.queues import card_list, held_elsewhere, whole_phone
from crm.customers.queues.lists import STATUSES, CardRow, card_row
from crm.customers.views.numbers import ask_about
from crm.people.access import SignedInRequest
from crm.ui.moulds import draw
from crm.ui.templatetags.floor import due_pill, state, time_tag
from crm.ui.words import per_language


@require_safe
def cards(request: SignedInRequest) -> HttpResponse:
    """Cards in scope, filtered and sorted by the address; one hit of a search opens at once.

    A whole number that nobody in scope has is answered with who holds it (OW-05).
    """
    if not access.can_list_cards(request.user):
        raise PermissionDenied
    now = timezone.now()
    clock = timezone.localtime(now)
    found = card_list(request.user, request.GET, now=now)
    actions.note_phone_search(request.user, found.words, hits=found.listing.total, now=now)
    if found.words and found.listing.total == 1 and set(request.GET) == {"q"}:
        return redirect("home:card", found.listing.page[0].public_id)
    elsewhere: duplicates.Duplicate | None = None
    phone = whole_phone(found.words) if not found.listing.total else ""
    if phone and ask_about(request.user, now=now):
        elsewhere = held_elsewhere(request.user, phone)
    rows = (card_row(request.user, card, now=now) for card in found.listing.page)
    context = {
        "found": found,
        "rows": [_drawn(row, clock) for row in rows],
        "elsewhere": elsewhere,
        "statuses": STATUSES,
        "sources": Source.choices,
        "search_words": found.words,
        "now": now,
    }
    return render(request, "customers/list.html", context)


def _drawn(row: CardRow, clock: dt.datetime) -> SafeString:
    """A row of the list in its mould: a level and three questions shape it, the rest is put in."""
    at, is_open = row["next_at"], row["is_open"]
    pill = due_pill(at, clock, untimed=row["untimed"]) if at else _nothing_planned()
    return draw(
        "customers/_row.html",
        {
            "level": row["level"],
            "has_next": bool(at),
            "is_late": row["is_late"],
            "is_open": is_open,
        },
        next=time_tag(at, clock, "brief", untimed=row["untimed"], css="b"),
        last=time_tag(row["last_at"], clock),
        pill=pill,
        url=row["url"],
        name=row["name"],
        model=row["model"],
        state=row["state"],
        why=row["why"],
        owner=row["owner"],
        phone=row["phone"],
    )


@per_language
def _nothing_planned() -> SafeString:
    return state("late", _("No next contact"))
