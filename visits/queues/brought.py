"""What a list of customers calls for that somebody brings (RV-14, RV-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from crm.customers.models import Card
from visits.merging import Event
from visits.models import VisitRule
from visits.queues.outcomes import GONE


def events_of_list(rule: VisitRule, cards: Iterable[Card], on: dt.date) -> list[Event]:
    """What a list of customers calls for, brought by hand or after an event on the day `on`.

    Whoever is on it with several cards is visited once, on the latest of them.
    """
    by_age = sorted(cards, key=lambda card: (card.state not in GONE, card.opened_at, card.pk))
    latest = {card.customer_id: card for card in by_age}
    return [
        Event(
            key=f"list:{on}:{card.customer.public_id}/{rule.family}",
            card_id=card.pk,
            customer_id=card.customer_id,
            owner_id=card.owner_id,
            on=on,
        )
        for card in latest.values()
    ]
