"""States of a ticket (requirements 4.7, 4.9) and the workbook's words for them. Pure."""

from __future__ import annotations

OPEN = "open"
STATUS_STATES: dict[str, tuple[str, ...]] = {
    OPEN: ("registered", "classified", "reopened", "sent", "routed"),
    "investigating": ("investigating", "accepted", "in_progress"),
    "proposed": ("proposed", "approving", "approved"),
    "correcting": ("correcting",),
    "resolved": ("replied", "visited", "solved", "answered", "told"),
    "closed": ("closed", "confirmed"),
    "cancelled": ("withdrawn", "rejected", "refused", "merged"),
}
REGISTERED = "registered"
CANCELLED = STATUS_STATES["cancelled"]
SETTLED = STATUS_STATES["resolved"] + STATUS_STATES["closed"] + CANCELLED
ALL = tuple(state for group in STATUS_STATES.values() for state in group)
