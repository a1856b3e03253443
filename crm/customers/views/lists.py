"""The list of customers, which is also the search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal

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
from crm.ui.moulds import draw, draw_kept
from crm.ui.templatetags.floor import due_pill, state, time_tag
from crm.ui.words import per_language

Own = Literal["url", "name", "model", "state", "why", "owner", "phone"]
# What of a row is the card's own; the rest is its face.
OWN: Final[tuple[Own, ...]] = ("url", "name", "model", "state", "why", "owner", "phone")


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
    """A row of the list, whose face is kept: all it says but what is the customer's own."""
    at, untimed = row["next_at"], row["untimed"]
    pill = due_pill(at, clock, untimed=untimed) if at else _nothing_planned()
    shape = {name: row[name] for name in ("level", "is_late", "is_open")} | {"has_next": bool(at)}

    def make(places: Mapping[str, str]) -> str:
        next_at = time_tag(at, clock, "brief", untimed=untimed, css="b")
        last_at = time_tag(row["last_at"], clock)
        return draw("customers/_row.html", shape, next=next_at, last=last_at, pill=pill, **places)

    face = ("a card", clock.date(), at, untimed, row["last_at"], pill, *shape.values())
    own = {name: row[name] for name in OWN}
    return draw_kept(face, make, **own)


@per_language
def _nothing_planned() -> SafeString:
    return state("late", _("No next contact"))
