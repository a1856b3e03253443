"""Is this number known already, and what may the person who asks be told (OW-05)?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from crm.customers import access, states
from crm.customers.models import Card, Ownership
from crm.people.models import User
from crm.records.models import AuditEvent
from crm.rulebook.queues import book_beside, book_from

CHECKED = "customers.check_duplicate"
AN_HOUR = dt.timedelta(hours=1)


class Standing(StrEnum):
    """How the person who asks stands to the card that holds the number."""

    OWN = "own"
    HELD = "held"
    POOL = "pool"


@dataclass(frozen=True)
class Duplicate:
    """What may be said about a number that is taken: who holds it and since when, no more.

    `card` is for the verbs; a page shows it only where `standing` is `own`.
    """

    card: Card
    standing: Standing
    owner_name: str
    team_name: str
    since: dt.datetime

    @property
    def is_own(self) -> bool:
        return self.standing == Standing.OWN

    @property
    def is_held(self) -> bool:
        return self.standing == Standing.HELD


def cards_with(phones: Collection[str], store_id: int) -> QuerySet[Card]:
    """Standing cards of a store with any of these numbers; those still worked on go first."""
    held_since = Ownership.objects.filter(card=OuterRef("pk"), until__isnull=True).values("since")
    return (
        Card.objects.of_phones([phone for phone in phones if phone])
        .filter(store_id=store_id)
        .select_related("customer", "owner", "team")
        .annotate(held_since=Subquery(held_since[:1]))
        .order_by("opened_at", "pk")
    )


def find(
    user: User, phones: Collection[str], store_id: int, *, but: int | None = None
) -> Duplicate | None:
    """Who holds one of these numbers in a store; None where nobody does. One statement.

    The earliest card still worked on is named; a sold or lost one only where there is no other.
    Cards of the customer `but` do not count.
    """
    if not any(phones):
        return None
    rows = cards_with(phones, store_id)
    cards = list((rows if but is None else rows.exclude(customer_id=but))[:20])
    if not cards:
        return None
    card = next((card for card in cards if card.state in states.FOLLOWED_UP), cards[0])
    return Duplicate(
        card=card,
        standing=_standing(user, card),
        owner_name=card.owner.name if card.owner else "",
        team_name=card.team.name if card.team else "",
        since=getattr(card, "held_since", None) or card.opened_at,
    )


def asked_lately(user: User, *, now: dt.datetime) -> tuple[int, int]:
    """How often this person asked about a number within the last hour, and how often they may.

    20 an hour unless the store says otherwise, or numbers are fished for. One statement.
    """
    asked = AuditEvent.objects.filter(actor=user, action=CHECKED, at__gt=now - AN_HOUR).order_by()
    number = asked.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    rows = User.objects.filter(pk=user.pk).values_list(Coalesce(Subquery(number), 0), book_beside())
    times, rules = rows.get()
    post = user.reach.main
    numbers = book_from(rules).numbers(post.store_id if post else None)
    return times, numbers.duplicate_checks_an_hour


def _standing(user: User, card: Card) -> Standing:
    if card.owner_id is None:
        return Standing.POOL
    return Standing.OWN if access.dials(user, card) else Standing.HELD
