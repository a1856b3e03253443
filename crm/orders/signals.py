"""News of orders, heard by the rooms above. Sent inside the transaction that made it true."""

from __future__ import annotations

from django.dispatch import Signal

# order: the order; by: who did it; now: the moment, UTC.
order_signed = Signal()
order_delivered = Signal()
order_cancelled = Signal()
