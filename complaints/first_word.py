"""What the customer hears first of a complaint: who looks after it, when they hear again. Pure.

Until then nothing is proposed (CP-18, 4.7).
"""

from __future__ import annotations

NEXT_AT, NAMED = "next_at", "named"


def missing_in(*, has_next: bool, is_named: bool) -> tuple[str, ...]:
    """What a first contact does not say yet, by the field that asks for it."""
    said = {NEXT_AT: has_next, NAMED: is_named}
    return tuple(name for name, so in said.items() if not so)
