"""Where a purchase stands, moved by its orders (requirements 4.4)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from crm.customers import states
from crm.customers.actions.edits import refresh_search
from crm.customers.models import Card
from crm.people.models import User
from crm.records import audit
from crm.records.actions import transition


def mark_ordered(card: Card, *, by: User, now: dt.datetime) -> None:
    """An order was signed; raises Stale when the card can no longer take one."""
    if card.state not in (states.ORDERED, states.DELIVERED):
        _move(card, states.MAY_ORDER, states.ORDERED, by=by, now=now)


def mark_delivered(card: Card, *, by: User, now: dt.datetime, plate: str = "") -> None:
    """The last car of the purchase was handed over; a plate makes the card findable by it."""
    if plate and plate not in card.plates.split():
        with transaction.atomic():
            plates = f"{card.plates} {plate}".strip()[-60:]
            Card.objects.filter(pk=card.pk).update(plates=plates)
            refresh_search(card)
    if card.state != states.DELIVERED:
        _move(card, (states.ORDERED, *states.MAY_ORDER), states.DELIVERED, by=by, now=now)


def mark_prospect_again(card: Card, *, by: User, now: dt.datetime) -> None:
    """Every order was cancelled: the customer is followed up again, at the level last known."""
    if card.state in (states.ORDERED, states.DELIVERED):
        back = states.state_for_level(card.level)
        _move(card, (states.ORDERED, states.DELIVERED), back, by=by, now=now)


def _move(card: Card, frm: tuple[str, ...], to: str, *, by: User, now: dt.datetime) -> None:
    before = card.state
    transition(card, frm=frm, to=to)
    audit.record(
        "customers.move_card",
        by=by,
        obj=card,
        before={"state": before},
        after={"state": to},
        at=now,
    )
