"""Where a ticket stands in the queue its reader came from, with the ones before and after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from complaints.models import Ticket
from complaints.queues.tickets import departments_asked, ticket_list
from crm.people.models import User
from crm.ui.lists import Listing, address

# So far down the queue it is said where one stands.
COUNTED = 200


@dataclass(frozen=True)
class Place:
    """The how many-th of how many; public ids of its neighbours, empty at an end."""

    number: int
    total: int
    before: str
    after: str
    query: str


def query_of(listing: Listing[Ticket]) -> str:
    """The filters in force, as the address of a ticket carries them along."""
    return listing.query if listing.chosen else ""


def place_of(
    user: User, ticket: Ticket, query: Mapping[str, str], now: dt.datetime
) -> Place | None:
    """The place among what the filters of `query` leave; None for what is not among the first."""
    departments = departments_asked() if "department" in query else []
    spec = ticket_list(user, now, departments)
    chosen = spec.chosen(query)
    rows = spec.ordered(Ticket.objects.visible_to(user).with_expiry(), chosen)
    keys = list(rows.values_list("public_id", flat=True)[:COUNTED])
    if ticket.public_id not in keys:
        return None
    at = keys.index(ticket.public_id)
    total = len(keys) if len(keys) < COUNTED else rows.count()
    after = keys[at + 1] if at + 1 < len(keys) else ""
    return Place(
        at + 1, total, keys[at - 1] if at else "", after, address(chosen) if chosen else ""
    )
