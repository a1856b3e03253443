"""States of an order (requirements 4.8) and the workbook's words for them. Pure."""

from __future__ import annotations

DRAFT = "draft"
SIGNED = "signed"
DELIVERED = "delivered"
CANCELLED = "cancelled"

STATUS_STATES: dict[str, tuple[str, ...]] = {
    DRAFT: (DRAFT, "reviewing", "approved"),
    SIGNED: (
        SIGNED,
        "confirmed",
        "allocated",
        "in_transit",
        "arrived",
        "inspected",
        "paid",
        "registered",
    ),
    DELIVERED: (DELIVERED, "archived"),
    CANCELLED: (CANCELLED, "returned", "refunded"),
}
# What counts as a signed order, given a `signed_at` (kpi.md).
COUNTS_AS_SIGNED = STATUS_STATES[SIGNED] + STATUS_STATES[DELIVERED]
# From which states each verb may start.
MAY_DELIVER = STATUS_STATES[SIGNED]
MAY_CANCEL = STATUS_STATES[DRAFT] + STATUS_STATES[SIGNED]
