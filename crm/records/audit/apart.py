"""Words people typed lie beside the sealed event, so that they can be cut out and it still holds.

The event itself keeps a hash of the words with a random salt. As long as the words are there,
`verify_audit` compares them with it; once a customer is erased, salt and words go, and what is
left in the event says that there were words and nothing of them (D44, D48).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from crm.records.audit.scrubbing import HIDDEN
from crm.records.models import AuditEvent, AuditWords

MARK = "words:"
# Rooms whose rows are about no customer.
OF_NO_CUSTOMER = frozenset({"people", "records", "rulebook", "vehicles", "notices", "home"})
# Values that are codes, ids, numbers or dates whatever row they are of.
PLAIN = frozenset(
    {
        *(
            "state",
            "level",
            "kind",
            "outcome",
            "result",
            "method",
            "role",
            "step",
            "link",
            "fields",
        ),
        *("owner", "assignee", "auditor", "ruled_for", "asked_by", "by", "user", "username"),
        *("number", "card_no", "order_no", "visit_no", "ticket_no", "recovery_no", "from", "to"),
        *(
            "sha256",
            "hash",
            "seed",
            "nothing_because",
            "trigger",
            "unit",
            "verdict",
            "list",
            "criterion",
            "until",
        ),
        *("winners", "columns", "list_key", "asked_of", "way"),
        *(
            "due_on",
            "due_at",
            "came_at",
            "at",
            "first",
            "last",
            "since",
            "planned",
            "plan",
            "visit",
            "ticket",
        ),
    }
)
Words = dict[str, dict[str, Any]]


def holds_words(value: Any) -> bool:
    """Whether somebody may have typed some of this."""
    if isinstance(value, str):
        return value not in ("", HIDDEN)
    if isinstance(value, Mapping):
        return any(holds_words(one) for one in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(holds_words(one) for one in value)
    return False


def put_apart(sides: Words, salt: str) -> Words:
    """Take the words out of `sides` (before, after), leaving their hashes; the words."""
    apart: Words = {}
    for side, values in sides.items():
        found = {
            key: value for key, value in values.items() if key not in PLAIN and holds_words(value)
        }
        values |= {key: mark_of(salt, side, key, value) for key, value in found.items()}
        if found:
            apart[side] = found
    return apart


def mark_of(salt: str, side: str, key: str, value: Any) -> str:
    """What stands in the event for these words."""
    body = json.dumps([salt, side, key, value], sort_keys=True, cls=DjangoJSONEncoder)
    return f"{MARK}{hashlib.sha256(body.encode('ascii')).hexdigest()}"


def is_mark(value: Any) -> bool:
    """Whether this stands for words that lie apart."""
    return isinstance(value, str) and value.startswith(MARK)


def read(event: AuditEvent, side: str) -> dict[str, Any]:
    """What the event says, with its words; `***` where they were cut out."""
    values: dict[str, Any] = getattr(event, side)
    if not any(is_mark(value) for value in values.values()):
        return values
    row: AuditWords | None = getattr(event, "apart", None)
    words = row.words.get(side, {}) if row else {}
    return {
        key: words.get(key, HIDDEN) if is_mark(value) else value for key, value in values.items()
    }


def strays(rows: Iterable[AuditWords]) -> Iterable[int]:
    """The events whose words are not those they were written with."""
    for row in rows:
        for side, words in row.words.items():
            values = getattr(row.event, side, {})
            if any(
                values.get(key) != mark_of(row.salt, side, key, value)
                for key, value in words.items()
            ):
                yield row.event_id
                break
