"""What changed on a card, beside plans and contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial

from django.db.models import QuerySet

from crm.customers.models import VEILED, Card, TimelineEntry
from crm.ui.statements import objects_of

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
    ends = {"after": after, "before": before}
    moments = {name: at for name, at in ends.items() if at is not None}
    key = ("changes", frozenset(but))
    return objects_of(key, partial(_changes, but), card=card.pk, **moments)


def _changes(
    but: Collection[str],
    *,
    card: int,
    after: dt.datetime | None = None,
    before: dt.datetime | None = None,
) -> QuerySet[TimelineEntry]:
    rows = (
        TimelineEntry.objects.filter(card=card)
        .exclude(kind__in=(*but, VEILED))
        .select_related("by")
    )
    if after is not None:
        rows = rows.filter(at__gte=after)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return rows.order_by("-at", "-pk")[:MOST]
