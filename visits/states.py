"""States of a return visit (requirements 4.6) and the workbook's words for them. Pure."""

from __future__ import annotations

PENDING = "pending"
COMPLETED = "completed"
CANCELLED = "cancelled"
STATUS_STATES: dict[str, tuple[str, ...]] = {
    "due": (PENDING, "assigned", "appointed", "in_progress", "awaiting_entry"),
    COMPLETED: (COMPLETED,),
    "unreachable": ("not_reached", "declined"),
    CANCELLED: (CANCELLED,),
}
DUE = STATUS_STATES["due"]
ALL = tuple(state for group in STATUS_STATES.values() for state in group)
