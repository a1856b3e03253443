"""A promise of a reply: open until it is answered, kept only when that was in time. Pure.

HP-01 and K-16 (docs/kpis.md): whoever says "no" or "not yet" in time has kept it. Whose moment
passes without an answer is broken; the customer is owed the answer still.
"""

from __future__ import annotations

import datetime as dt

OPEN = "open"
KEPT = "kept"
LATE = "late"
BROKEN = "broken"
REDATED = "redated"
# Not answered yet, as long as no other promise took its place.
OWED = (OPEN, BROKEN)
ALL = (OPEN, KEPT, LATE, BROKEN, REDATED)


def state_answered(answered_at: dt.datetime, due_at: dt.datetime) -> str:
    """Kept when answered by the promised moment, else late."""
    return KEPT if answered_at <= due_at else LATE


def may_be_redated(due_at: dt.datetime, now: dt.datetime) -> bool:
    """Only before it expires; afterwards it is broken and another promise is made."""
    return now < due_at
