"""The statements that fire a batch: every value a row needs travels once, as one JSON text.

What a line takes over from its reminder is copied inside the database and never read here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from crm.notices.dispatch.claims import Claim, Taken
from crm.notices.models import MESSAGE_FIELDS

COPIED = [name for name in MESSAGE_FIELDS if name != "data"]
# How the two say the same: the values as a table, whole or by the claim alone, and a moment. A
# desk reads whose contact it is, by the name of the owner when it rang.
POSTGRESQL = {
    "held": "json_to_recordset(%(rows)s::json) AS t(id bigint, fence int)",
    "told": """json_to_recordset(%(rows)s::json) AS t(id bigint, person bigint, whose text,
        copy boolean, ended text, folded bigint, line text, proof text, owner text)""",
    "data": """CASE WHEN t.owner IS NULL THEN r.data
        ELSE r.data || jsonb_build_object('owner', t.owner) END""",
    "now": "%(now)s::timestamptz",
}
TABLE = """(SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.fence') AS fence,
    json_extract(value, '$.person') AS person, json_extract(value, '$.whose') AS whose,
    json_extract(value, '$.copy') AS copy, json_extract(value, '$.ended') AS ended,
    json_extract(value, '$.folded') AS folded, json_extract(value, '$.line') AS line,
    json_extract(value, '$.proof') AS proof, json_extract(value, '$.owner') AS owner
    FROM json_each(%(rows)s)) AS t"""
SQLITE = {
    "held": TABLE,
    "told": TABLE,
    "data": """CASE WHEN t.owner IS NULL THEN r.data
        ELSE json_set(r.data, '$.owner', t.owner) END""",
    "now": "%(now)s",
}
WORDS = {"names": ", ".join(COPIED), "copied": ", ".join(f"r.{name}" for name in COPIED)}

# By the key: the index of what is held is full of what a flood has just let go.
SETTLE_POSTGRESQL = """
WITH mine AS (
    SELECT r.id FROM {held} JOIN notices_reminder AS r ON r.id = t.id
    WHERE CASE r.state WHEN 'claimed' THEN r.fence END = t.fence
    ORDER BY r.id FOR NO KEY UPDATE OF r
)
UPDATE notices_reminder AS r SET state = 'fired', fired_at = %(now)s, lease_until = NULL
FROM mine WHERE r.id = mine.id RETURNING r.id
"""
SETTLE_SQLITE = """
UPDATE notices_reminder AS r SET state = 'fired', fired_at = %(now)s, lease_until = NULL
FROM {held} WHERE r.id = t.id AND CASE r.state WHEN 'claimed' THEN r.fence END = t.fence
RETURNING id
"""
# Plus: the occasion names a handful of lines, the person may have thousands.
EARLIER = """
SELECT n.id FROM {told} JOIN notices_reminder AS r ON r.id = t.id
JOIN notices_notice AS n ON n.occasion = r.occasion AND +n.recipient_id = t.person
WHERE n.state <> 'closed'
"""
DELIVERIES = """
INSERT INTO notices_delivery (public_id, version, created_at, store_id, key, reminder_id,
    recipient_id, channel, state, fence, attempts, crashes, last_error, delivered_at, ended_because)
SELECT t.proof, 1, %(now)s, r.store_id, r.key || '/app/' || t.whose, r.id,
    t.person, 'app', 'fired', r.fence, 0, 0, '', %(now)s, ''
FROM {told} JOIN notices_reminder AS r ON r.id = t.id WHERE true
ON CONFLICT (key) DO NOTHING
"""
LINES = """
INSERT INTO notices_notice (public_id, version, created_at, key, recipient_id, is_copy, state,
    snoozes, closed_at, ended_because, folded_into_id, data, {names})
SELECT t.line, 1, %(now)s, r.key || '/app/' || t.whose, t.person, t.copy,
    CASE WHEN t.ended = '' THEN 'new' ELSE 'closed' END, 0,
    CASE WHEN t.ended = '' THEN NULL ELSE {now} END, t.ended, t.folded, {data},
    {copied}
FROM {told} JOIN notices_reminder AS r ON r.id = t.id WHERE true ORDER BY r.id, t.copy
ON CONFLICT (key) DO NOTHING RETURNING public_id, id
"""


@dataclass(slots=True)
class Line:
    """One line of one inbox about to be written, with the proof of its delivery."""

    reminder: Taken
    public_id: str
    proof_id: str
    person: int
    whose: str  # the person's public id
    is_copy: bool
    late_by: dt.timedelta
    owner: str | None = None
    ended: str = ""
    folded_into: int | None = None
    pk: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether no later bell of its occasion has come with it."""
        return not self.ended


def settle(claims: Iterable[Claim], now: dt.datetime) -> set[int]:
    """Set fired what is still claimed under these fences; returns which.

    The rows stay locked until the transaction ends; whoever lost a claim changes nothing.
    """
    rows = [{"id": claim.id, "fence": claim.fence} for claim in claims]
    found = _ask(SETTLE_POSTGRESQL if _has_server() else SETTLE_SQLITE, rows, now)
    return {pk for (pk,) in found}


def earlier_lines(lines: list[Line], now: dt.datetime) -> list[int]:
    """The lines still open of earlier bells of the same occasions."""
    rows = [{"id": line.reminder.id, "person": line.person} for line in lines]
    return [pk for (pk,) in _ask(EARLIER, rows, now)]


def write_lines(lines: list[Line], now: dt.datetime) -> None:
    """Write the lines and the proofs of their delivery, and note the new lines' keys.

    One that is there already, of a restored backup say, is left as it is.
    """
    by_id = {line.public_id: line for line in lines}
    rows = [
        {
            "id": line.reminder.id,
            "person": line.person,
            "whose": line.whose,
            "copy": line.is_copy,
            "ended": line.ended,
            "folded": line.folded_into,
            "line": line.public_id,
            "proof": line.proof_id,
            "owner": line.owner,
        }
        for line in lines
    ]
    _ask(DELIVERIES, rows, now)
    for public_id, pk in _ask(LINES, rows, now):
        by_id[public_id].pk = pk


def _has_server() -> bool:
    return connection.vendor == "postgresql"


def _ask(sql: str, rows: list[dict[str, Any]], now: dt.datetime) -> list[tuple[Any, ...]]:
    """Run one statement over `rows`; what it returns."""
    server = _has_server()
    adapted = now if server else connection.ops.adapt_datetimefield_value(now)
    values = {"rows": json.dumps(rows, ensure_ascii=False), "now": adapted}
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**(POSTGRESQL if server else SQLITE), **WORDS), values)
        return cursor.fetchall() if cursor.description else []
