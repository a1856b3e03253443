"""Lines of a card's timeline: what changed beside plans and contacts (CC-40)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crm.customers.models import VEILED, Card, TimelineEntry
from crm.people.models import User


def note(
    card: Card, kind: str, /, *, by: User | None, now: dt.datetime, **data: Any
) -> TimelineEntry:
    """Put a line on the card's timeline in the caller's transaction.

    `kind` is worded by `templates/customers/_timeline_words.html`; `data` is JSON without
    contact data.
    """
    return TimelineEntry.objects.create(card=card, at=now, by=by, kind=kind, data=data)


def veil(card: Card, *, ticket_no: str) -> None:
    """Lines that tell of this ticket are shown to nobody any more: somebody reads this card whom
    it is about (CP-15). In the caller's transaction; the rows stay.
    """
    rows = TimelineEntry.objects.filter(card=card, data__ticket_no=ticket_no)
    rows.update(kind=VEILED)
