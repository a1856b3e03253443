"""Which cards a figure counts. The rates over them are in the rooms above (kpi.md)."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from crm.customers import states
from crm.customers.models import Card, Level, Ownership
from crm.records.kpis import Belongs, Question, Tally

OPENER = Belongs("first_owner", "first_team", "first_store", source="source")
OWNER = Belongs("owner", "team", "store")
OWNER_THEN = Belongs("owner_then", "team_then", "store_then")
COLUMNS_NOW = {"user": "owner", "team": "team", "store": "store"}


def cards() -> QuerySet[Card]:
    """Every customer: a merged card is counted under the one that survived."""
    return Card.objects.exclude(state=states.MERGED)


def cards_opened(ask: Question) -> QuerySet[Any]:
    """Cards opened in the period; they belong to their owner at the opening."""
    return ask.within(cards(), "opened_at", OPENER)


def cards_in_hand(ask: Question) -> Tally:
    """Cards somebody still works to sell to, today, with their owner of today."""
    return Tally(ask.at_end(Card.objects.followed_up(), OWNER))


def hot_cards(ask: Question) -> Tally:
    """Cards in hand at level H."""
    return Tally(cards_in_hand(ask).rows.filter(level=Level.H))


def warm_cards(ask: Question) -> Tally:
    """Cards in hand at level A."""
    return Tally(cards_in_hand(ask).rows.filter(level=Level.A))


def cards_open_at_end(ask: Question) -> QuerySet[Any]:
    """Cards opened before the end, not lost or erased before it and not in the pool.

    Asked one period at a time; they belong to the owner at the end. Whether an order was signed
    is for the caller to judge.
    """
    end = ask.period.end
    lost = Q(state__in=(states.LOST, states.ANONYMISED)) & Q(lost_since__lt=end)
    kept = (
        cards()
        .exclude(state=states.POOL)
        .filter(opened_at__lt=end)
        .annotate(lost_since=Coalesce("lost_at", "opened_at"))
        .exclude(lost)
    )
    return ask.at_end(_with_owner_at(kept, ask), OWNER_THEN)


def _with_owner_at(rows: QuerySet[Card], ask: Question) -> QuerySet[Any]:
    """Cards with the person, team and store they belonged to just before the period's end.

    Who owned a card when is in `Ownership`; a card that nobody owned then counts for its store.
    """
    history = Ownership.objects.filter(card=OuterRef("pk"))
    then = history.filter(
        Q(until__isnull=True) | Q(until__gte=ask.period.end), since__lt=ask.period.end
    ).order_by("-since", "-id")

    def then_or_now(column: str) -> Case:
        found = When(Exists(history), then=Subquery(then.values(column)[:1]))
        return Case(found, default=f"{COLUMNS_NOW[column]}_id", output_field=BigIntegerField())

    return rows.annotate(
        owner_then=then_or_now("user"),
        team_then=then_or_now("team"),
        store_then=Coalesce(then_or_now("store"), "store_id", output_field=BigIntegerField()),
    )
