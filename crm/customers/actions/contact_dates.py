"""The columns of a card that follow from its contacts, written for the room above."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists

from crm.customers.models import Card
from crm.records.actions import change_and_read
from crm.records.states import Stale


def note_contact_dates(
    card: Card, *, also: Exists | None = None, as_read: bool = False, **columns: Any
) -> bool:
    """Write `next_contact_at`, `last_contact_at` or `tries` for followups; None empties one.

    The version stays: a logged contact does not make an edit under way stale. Answers whether
    the rows of `also` exist, in the same statement. With `as_read` the card must still be in the
    state in which it was read: an order signed or a customer erased meanwhile raises `Stale`.
    """
    unknown = columns.keys() - {"next_contact_at", "last_contact_at", "tries"}
    if unknown:
        raise TypeError(f"No such contact column: {', '.join(sorted(unknown))}.")
    read: list[str | Exists] = [*columns]
    if also is not None:
        read.append(also)
    rows = Card.objects.filter(pk=card.pk)
    if as_read:
        rows = rows.filter(state=card.state)
    for values in change_and_read(rows, read, **columns):
        for name, value in zip(columns, values, strict=False):
            setattr(card, name, value)
        return also is not None and bool(values[-1])
    if as_read:
        raise Stale(card._meta.label, card.pk)
    return False


def hold_card(card: Card, *, as_read: bool = False) -> None:
    """Keep everybody else from changing this card for the rest of the transaction.

    Whoever changes a card together with its plan, its orders or its consent holds the card
    first; `card` then says where it stands now. With `as_read` another state or level than the
    one read raises `Stale`.
    """
    read = (card.state, card.level)
    rows = Card.objects.select_for_update(no_key=True).order_by()
    card.refresh_from_db(fields=["state", "level", "lost_at", "version"], from_queryset=rows)
    if as_read and (card.state, card.level) != read:
        raise Stale(card._meta.label, card.pk)
