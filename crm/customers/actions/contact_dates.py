"""The columns of a card that follow from its contacts, written for the room above."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists

from crm.customers.models import Card
from crm.records.actions import change_and_read


def note_contact_dates(card: Card, *, also: Exists | None = None, **columns: Any) -> bool:
    """Write `next_contact_at`, `last_contact_at` or `tries` for followups; None empties one.

    The version stays: a logged contact does not make an edit under way stale. Answers whether
    the rows of `also` exist, in the same statement.
    """
    unknown = columns.keys() - {"next_contact_at", "last_contact_at", "tries"}
    if unknown:
        raise TypeError(f"No such contact column: {', '.join(sorted(unknown))}.")
    read: list[str | Exists] = [*columns]
    if also is not None:
        read.append(also)
    for values in change_and_read(Card.objects.filter(pk=card.pk), read, **columns):
        for name, value in zip(columns, values, strict=False):
            setattr(card, name, value)
        return also is not None and bool(values[-1])
    return False
