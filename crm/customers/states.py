"""States of a customer card and the moves between them (requirements 4.4). Pure."""

from __future__ import annotations

LEAD = "lead"
POTENTIAL = "potential"
PROSPECT = "prospect"
ORDERED = "ordered"
DELIVERED = "delivered"
LOST_APPLIED = "lost_applied"
LOST = "lost"
FREEZE_APPLIED = "freeze_applied"
FROZEN = "frozen"
RECOVERY = "recovery"
POOL = "pool"
MERGED = "merged"
ANONYMISED = "anonymised"

# Cards somebody still works to sell to.
OPEN = (PROSPECT, POTENTIAL, LEAD, LOST_APPLIED, FREEZE_APPLIED, FROZEN, RECOVERY)
# Cards on which contacts are planned and logged.
FOLLOWED_UP = (PROSPECT, POTENTIAL, LEAD, LOST_APPLIED, RECOVERY)
# Cards that may take a new order.
MAY_ORDER = (*FOLLOWED_UP, FREEZE_APPLIED, FROZEN)
# The workbook's status → the states it names; an imported value enters the first (workbook.md).
STATUS_STATES: dict[str, tuple[str, ...]] = {
    "open": OPEN,
    "ordered": (ORDERED,),
    "delivered": (DELIVERED,),
    "lost": (LOST,),
    "pool": (POOL,),
}


def state_for_level(level: str) -> str:
    """An open card with a level is a qualified prospect, without one a potential customer."""
    return PROSPECT if level else POTENTIAL
