"""Who stands behind a ticket, for whoever is about to call them (mockup 06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from complaints import states
from complaints.models import Ticket
from crm.customers.access import can_reveal_phone, masked_phone
from crm.customers.models import Card, Consent
from crm.orders.models import Order
from crm.people.models import User

SHOWN = 5
CALLS = "phone"


@dataclass(frozen=True)
class Caller:
    """The customer's number as it is shown, whether it may be called, and what was before."""

    number: str
    may_reveal: bool
    is_refused: bool
    delivered_at: dt.datetime | None
    earlier: list[Ticket]
    earlier_count: int


def caller_of(user: User, ticket: Ticket) -> Caller | None:
    """The customer behind a ticket as this person may know them; None without a card."""
    card = ticket.card
    if card is None:
        return None
    delivered = Order.objects.filter(card=OuterRef("pk"), delivered_at__isnull=False)
    refusals = Consent.objects.refusing(Consent.Purpose.CONTACT, channel=CALLS)
    of_card = Card.objects.filter(pk=card.pk).values_list(
        Exists(refusals.filter(customer=OuterRef("customer"))),
        Subquery(delivered.order_by("-delivered_at").values("delivered_at")[:1]),
    )
    ((refused, delivered_at),) = of_card
    rows = Ticket.objects.visible_to(user).filter(_same(ticket), kind=states.COMPLAINT)
    rows = rows.filter(reported_at__lte=ticket.reported_at).exclude(pk=ticket.pk)
    earlier = list(rows.order_by("-reported_at", "-pk")[: SHOWN + 1])
    return Caller(
        number=masked_phone(card),
        may_reveal=can_reveal_phone(user, card) and not refused,
        is_refused=refused,
        delivered_at=delivered_at,
        earlier=earlier[:SHOWN],
        earlier_count=rows.count() if len(earlier) > SHOWN else len(earlier),
    )


def _same(ticket: Ticket) -> Q:
    """Tickets of the same customer, on whichever of their cards."""
    return Q(card__customer=ticket.card.customer_id) if ticket.card else Q(pk__in=[])
