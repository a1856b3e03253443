"""What changed on a card, beside plans and contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from crm.customers.models import Card, TimelineEntry

MOST = 200


def changes_of(
    card: Card,
    *,
    after: dt.datetime | None,
    before: dt.datetime | None,
    but: Collection[str] = (),
) -> list[TimelineEntry]:
    """The lines of a card's timeline between two moments (UTC), newest first; one statement.

    Kinds in `but` are left out: what the reader may not see in its own room either.
    """
    rows = card.timeline.exclude(kind__in=but).select_related("by")
    if after is not None:
        rows = rows.filter(at__gte=after)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return list(rows.order_by("-at", "-pk")[:MOST])
