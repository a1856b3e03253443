"""Where a ticket stands in the queue its reader came from, with the ones before and after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from complaints.models import Ticket
from complaints.queues.finding import found_by
from complaints.queues.tickets import departments_asked, ticket_list
from crm.people.models import User
from crm.ui.lists import Listing, address

# So far down the queue it is said where one stands.
COUNTED = 200


@dataclass(frozen=True)
class Place:
    """The how many-th of how many; public ids of its neighbours, empty at an end.

    What has left the filters is no how many-th, and the first of them comes after it.
    """

    number: int
    total: int
    before: str
    after: str
    query: str


def query_of(listing: Listing[Ticket]) -> str:
    """The filters in force, as the address of a ticket carries them along."""
    return listing.query if listing.chosen else ""


def filtered(
    user: User, query: Mapping[str, str], now: dt.datetime
) -> tuple[QuerySet[Ticket], dict[str, str]]:
    """What the filters of `query` leave of the queue, in its order, and which of them are valid."""
    departments = departments_asked() if "department" in query else []
    spec = ticket_list(user, now, departments)
    chosen = spec.chosen(query)
    rows = found_by(Ticket.objects.visible_to(user), user, chosen.get("q", ""))
    return spec.ordered(rows.with_expiry(), chosen), chosen


def kept_query(user: User, query: Mapping[str, str], now: dt.datetime) -> str:
    """The valid filters as an address carries them along; empty for the whole queue."""
    if not query:
        return ""
    departments = departments_asked() if "department" in query else []
    chosen = ticket_list(user, now, departments).chosen(query)
    return address(chosen) if chosen else ""


def place_of(
    user: User, ticket: Ticket, query: Mapping[str, str], now: dt.datetime
) -> Place | None:
    """The place among what the filters of `query` leave; None for what is not among the first.

    Where filters are on, the way back into them stays.
    """
    rows, chosen = filtered(user, query, now)
    keys = list(rows.values_list("public_id", flat=True)[:COUNTED])
    if ticket.public_id not in keys:
        return Place(0, 0, "", keys[0], address(chosen)) if chosen and keys else None
    at = keys.index(ticket.public_id)
    total = len(keys) if len(keys) < COUNTED else rows.count()
    after = keys[at + 1] if at + 1 < len(keys) else ""
    return Place(
        at + 1, total, keys[at - 1] if at else "", after, address(chosen) if chosen else ""
    )
