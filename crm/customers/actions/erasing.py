"""The card's own part in forgetting a customer (D48, 4.4)."""

from __future__ import annotations

import datetime as dt

from crm.customers import states
from crm.customers.actions.edits import refresh_search
from crm.customers.actions.held_numbers import release_numbers
from crm.customers.models import Card, Customer
from crm.customers.signals import customer_closed
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, transition


def close_erased(card: Card, *, by: User | None, now: dt.datetime) -> None:
    """End the work on a card; the rooms above are told and end theirs.

    Figures of the past stay: a card that was neither lost nor in the pool counts as open until
    now. Runs inside the caller's transaction; raises `Stale`.
    """
    lost_at = card.lost_at or (None if card.state == states.POOL else now)
    customer_closed.send(Card, card=card, reason="erased", survivor=None, by=by, now=now)
    before = card.state
    transition(
        card,
        frm=before,
        to=states.ANONYMISED,
        lost_at=lost_at,
        next_contact_at=None,
    )
    audit.record(
        "customers.move_card",
        by=by,
        obj=card,
        before={"state": before},
        after={"state": card.state},
        at=now,
    )


def mark_anonymised(customer: Customer, *, now: dt.datetime) -> None:
    """Nobody is named any more; the cards are found by their numbers alone.

    The first time stands: by it a card that was lost is told from one that was erased.
    """
    change(customer, anonymised_at=customer.anonymised_at or now)
    release_numbers(customer)
    card = customer.cards.first()
    if card is not None:
        refresh_search(card)
