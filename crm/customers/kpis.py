"""Which cards a figure counts. The rates over them are in the rooms above (kpi.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Field,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from crm.customers import states
from crm.customers.models import Card, Ownership
from crm.records.kpis import Belongs, By, Question, Tally

OPENER = Belongs("first_owner", "first_team", "first_store", "product", source="source")
OWNER = Belongs("owner", "team", "store", "product", source="source")
LOSER = Belongs("loser", "losing_team", "losing_store", "product", source="source")
OWNER_THEN = Belongs("owner_then", "team_then", "store_then", "product", source="source")
COLUMNS_NOW = {"user": "owner", "team": "team", "store": "store"}


def cards() -> QuerySet[Card]:
    """Every customer: a merged card is counted under the one that survived."""
    return Card.objects.exclude(state=states.MERGED)


def cards_opened(ask: Question) -> QuerySet[Any]:
    """Cards opened in the period; they belong to their owner at the opening."""
    return ask.within(cards(), "opened_at", OPENER)


def cards_lost(ask: Question, reason: str) -> Tally:
    """Cards lost in the period for one reason and lost still."""
    return Tally(lost_in_period(ask).filter(lost_reason=reason))


def lost_in_period(ask: Question) -> QuerySet[Any]:
    """Cards lost in the period and lost still; they belong to whoever had them then."""
    return ask.within(lost_ones(), "lost_at", LOSER)


def lost_ones() -> QuerySet[Any]:
    """Cards lost and not taken up again, with the person, team and store they were lost by.

    Who was erased after the loss counts still. Who had a card stands in `Ownership`; where that
    says nothing of the moment of the loss, whoever has it today.
    """
    erased = Q(state=states.ANONYMISED, lost_at__lt=F("customer__anonymised_at"))
    then = Q(ownerships__until__isnull=True) | Q(ownerships__until__gte=F("lost_at"))
    then &= Q(ownerships__since__lt=F("lost_at"))
    rows = cards().filter(Q(state=states.LOST) | erased, lost_at__isnull=False)
    return rows.annotate(lost_from=FilteredRelation("ownerships", condition=then)).annotate(
        loser=then_else_now("user_id", "owner_id"),
        losing_team=then_else_now("team_id", "team_id"),
        losing_store=Coalesce("lost_from__store_id", "store_id", output_field=BigIntegerField()),
    )


def then_else_now(then: str, now: str, kind: type[Field[Any, Any]] = BigIntegerField) -> Case:
    """A column of whoever had the card when it was lost, else of whoever has it today."""
    return Case(
        When(lost_from__isnull=False, then=F(f"lost_from__{then}")),
        default=F(now),
        output_field=kind(),
    )


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


def open_at_end_in_parts(ask: Question) -> tuple[QuerySet[Any], ...]:
    """The same cards, in a scope as two parts of which each is read from an index.

    The first are those somebody held at the end, the second those that were nobody's. What is
    asked of an indexed column says no more than `owner_then` and its kin, which are reckoned.
    Whether somebody held a card stands in a CASE: else PostgreSQL reads all of history for it.
    """
    rows, scope = cards_open_at_end(ask), ask.scope
    if scope.by is None:
        return (rows,)
    column = "user" if scope.by is By.PERSON else scope.by.value
    held = Q(**{f"held_by_{column}": scope.pk})
    if scope.by is By.STORE:
        held |= Q(held_by_store__isnull=True, store=scope.pk)
    unheld = Q(**{COLUMNS_NOW[column]: scope.pk})
    holdings = Ownership.objects.filter(_lasting(ask.period.end), card=OuterRef("pk"))
    is_held = Case(When(Exists(holdings), then=Value(1)), default=Value(0))
    return (
        rows.filter(held, held_card__isnull=False),
        rows.alias(is_held=is_held).filter(unheld, is_held=0),
    )


def _lasting(end: datetime, of: str = "") -> Q:
    """Who held a card just before a moment: half-open spans of which one follows the other."""
    lasting = Q(**{f"{of}until__isnull": True}) | Q(**{f"{of}until__gte": end})
    return lasting & Q(**{f"{of}since__lt": end})


def _with_owner_at(rows: QuerySet[Card], ask: Question) -> QuerySet[Any]:
    """Cards with the person, team and store they belonged to just before the period's end.

    Who owned a card when is in `Ownership`, one at a time; a card that nobody owned then counts
    for its store. Joined: looked up card by card, a million of them took ten times as long.
    """
    lasting = _lasting(ask.period.end, "ownerships__")
    holding = FilteredRelation("ownerships", condition=lasting)
    history = Ownership.objects.filter(card=OuterRef("pk"))

    def then_or_now(column: str) -> Case:
        return Case(
            When(held_card__isnull=False, then=F(f"held_by_{column}")),
            When(Exists(history), then=Value(None)),
            default=f"{COLUMNS_NOW[column]}_id",
            output_field=BigIntegerField(),
        )

    return rows.annotate(
        holding=holding,
        held_card=F("holding__card_id"),
        **{f"held_by_{column}": F(f"holding__{column}_id") for column in COLUMNS_NOW},
    ).annotate(
        owner_then=then_or_now("user"),
        team_then=then_or_now("team"),
        store_then=Coalesce("held_by_store", "store_id", output_field=BigIntegerField()),
    )
