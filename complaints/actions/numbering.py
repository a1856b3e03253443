"""The numbers a ticket gets: its own, and its line in the store's ledger of the year (CP-06)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from complaints import states
from complaints.models import Ticket
from crm.people.models import Store
from crm.records.actions import free_number


def numbers_of(
    kind: str, store_id: int | None, came_at: dt.datetime, now: dt.datetime
) -> dict[str, Any]:
    """What a new ticket begins with: its kind, the next numbers of its year, when it came in."""
    year = timezone.localtime(came_at).year
    return {
        "kind": kind,
        "reported_at": came_at,
        "created_at": now,
        "ticket_no": free_number(Ticket, "ticket_no", kind="ticket", prefix="TS", year=year),
        "ledger_no": next_ledger_no(store_id, year) if kind in states.BY_SERVICE else None,
    }


def next_ledger_no(store_id: int | None, year: int) -> str | None:
    """The next number in the store's ledger of complaints and opinions (CP-06, N-37)."""
    if store_id is None:
        return None
    store = Store.objects.get(pk=store_id)
    kind = f"ledger/{store_id}"
    return free_number(Ticket, "ledger_no", kind=kind, prefix=store.code, year=year)
