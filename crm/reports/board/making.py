"""How kept rows follow from the rows of the business: written out, for PostgreSQL alone.

Each statement says in one pass what the KPI functions of the rooms say row by row; a property test
holds one against the other, and a check of every night.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models

from crm.customers.states import MERGED
from crm.orders.states import COUNTS_AS_SIGNED
from crm.reception.models import ReceptionEntry
from crm.reports.models import KeptCard, KeptOfAll, KeptOfPerson
from followups.kpis import REPLY_TIME, RESPONSES
from followups.models import Direction, Method, Outcome, Purpose

CARDS = """
SELECT c.id, c.opened_at, c.first_owner_id, c.first_team_id, c.first_store_id, k.tried_at,
    FLOOR(EXTRACT(EPOCH FROM k.tried_at - c.opened_at) / 3600)::int,
    LEAST(k.spoken_at, k.came_at, r.came_at, r.drove_at, o.signed_at, o.delivered_at),
    LEAST(k.came_at, r.came_at, r.drove_at, o.signed_at, o.delivered_at),
    LEAST(r.drove_at, o.signed_at, o.delivered_at), LEAST(o.signed_at, o.delivered_at),
    o.delivered_at
FROM customers_card c
LEFT JOIN LATERAL (SELECT
    MIN(occurred_at) FILTER (
        WHERE direction = %(out)s AND occurred_at >= c.opened_at) AS tried_at,
    MIN(occurred_at) FILTER (
        WHERE outcome = ANY(%(responses)s) OR direction = %(in)s) AS spoken_at,
    MIN(occurred_at) FILTER (
        WHERE method = %(in_person)s AND outcome = %(reached)s) AS came_at
    FROM followups_contact WHERE card_id = c.id AND purpose <> %(care)s) k ON true
LEFT JOIN LATERAL (SELECT MIN(arrived_at) FILTER (WHERE kind = %(walk_in)s) AS came_at,
    MIN(arrived_at) FILTER (WHERE test_drive) AS drove_at
    FROM reception_receptionentry WHERE card_id = c.id) r ON true
LEFT JOIN LATERAL (SELECT MIN(signed_at) AS signed_at, MIN(delivered_at) AS delivered_at
    FROM orders_order WHERE card_id = c.id AND signed_at IS NOT NULL
        AND state = ANY(%(signed)s)) o ON true
WHERE c.id = ANY(%(cards)s) AND c.state <> %(merged)s
"""
FOLLOW_UPS = """
SELECT g.card_id, g.somebody, g.first_contact, g.last_contact, g.first_try, g.last_try,
    g.first_hit, g.last_hit, MIN(g.first_contact) OVER whole, MAX(g.last_contact) OVER whole,
    o.sold_at, o.own_sale_at {days}
FROM (SELECT card_id, {somebody} AS somebody,
    MIN(occurred_at) AS first_contact, MAX(occurred_at) AS last_contact,
    MIN(occurred_at) FILTER (WHERE is_try) AS first_try,
    MAX(occurred_at) FILTER (WHERE is_try) AS last_try,
    MIN(occurred_at) FILTER (WHERE is_hit) AS first_hit,
    MAX(occurred_at) FILTER (WHERE is_hit) AS last_hit
    FROM (SELECT card_id, staff_id, occurred_at, direction = %(out)s AS is_try,
        direction = %(out)s AND (outcome = ANY(%(responses)s) OR EXISTS (
            SELECT FROM followups_contact b WHERE b.card_id = k.card_id
                AND b.direction = %(in)s AND NOT b.purpose = %(care)s
                AND b.occurred_at > k.occurred_at
                AND b.occurred_at <= k.occurred_at + %(reply)s)) AS is_hit
        FROM followups_contact k WHERE card_id = ANY(%(cards)s) AND purpose <> %(care)s) every
    GROUP BY card_id, {somebody}) g
LEFT JOIN LATERAL (SELECT MIN(signed_at) AS sold_at, MIN(signed_at) FILTER (
        WHERE {own}) AS own_sale_at
    FROM orders_order o WHERE o.card_id = g.card_id AND o.signed_at IS NOT NULL
        AND o.state = ANY(%(signed)s)) o ON true
WINDOW whole AS (PARTITION BY g.card_id)
"""
WHOLE_DAYS = ", FLOOR(EXTRACT(EPOCH FROM g.last_contact - g.first_contact) / 86400)::int"
OF_ALL = FOLLOW_UPS.format(somebody="0::bigint", own="true", days=WHOLE_DAYS)
OF_PERSON = FOLLOW_UPS.format(somebody="staff_id", own="o.staff_id = g.somebody", days="")
# Every table of kept rows by card, and how its rows are found.
MADE: Mapping[type[models.Model], str] = {
    KeptCard: CARDS,
    KeptOfAll: OF_ALL,
    KeptOfPerson: OF_PERSON,
}
# Cards whose customer called since a moment, or is said to call.
CALLED_SINCE = """
SELECT DISTINCT card_id FROM followups_contact WHERE card_id = ANY(%(cards)s)
    AND direction = %(in)s AND NOT purpose = %(care)s AND occurred_at > %(since)s
"""
APART = "SELECT COUNT(*) FROM (({one}) EXCEPT ALL ({other})) AS apart"
WORDS: dict[str, Any] = {
    "out": Direction.OUT.value,
    "in": Direction.IN.value,
    "care": Purpose.CARE.value,
    "responses": [one.value for one in RESPONSES],
    "reached": Outcome.REACHED.value,
    "in_person": Method.IN_PERSON.value,
    "walk_in": ReceptionEntry.Kind.WALK_IN.value,
    "signed": list(COUNTS_AS_SIGNED),
    "merged": MERGED,
    "reply": REPLY_TIME,
}


def make_rows(cards: Collection[int]) -> None:
    """Write the kept rows of these cards, of which there are none; one statement a table."""
    for model, rows in MADE.items():
        names = ", ".join(f'"{name}"' for name in _columns(model))
        words = f'INSERT INTO "{model._meta.db_table}" ({names}) {rows}'
        _sent(words, cards)


def differing(cards: Collection[int]) -> int:
    """How many kept rows of these cards are not what they would be made today, or missing."""
    found = 0
    for model, rows in MADE.items():
        names = ", ".join(f'"{name}"' for name in _columns(model))
        table = model._meta.db_table
        kept = f'SELECT {names} FROM "{table}" WHERE card = ANY(%(cards)s)'  # noqa: S608  # nosec B608
        for one, other in ((rows, kept), (kept, rows)):
            words = APART.format(one=one, other=other)
            found += _sent(words, cards)[0][0]
    return found


def called_since(cards: Collection[int], since: datetime) -> list[int]:
    """Those of the cards whose customer called after a moment."""
    return [card for (card,) in _sent(CALLED_SINCE, cards, since=since)]


def _columns(model: type[models.Model]) -> list[str]:
    """The columns in the order in which the statements say them."""
    fields = model._meta.concrete_fields
    return [field.column for field in fields if field.column and field.name != "id"]


def _sent(words: str, cards: Collection[int], **more: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(words, {**WORDS, "cards": list(cards), **more})
        return cursor.fetchall() if cursor.description else []
