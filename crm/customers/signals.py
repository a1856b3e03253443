"""News of cards, heard by the rooms above. Sent inside the transaction that made it true."""

from __future__ import annotations

from django.dispatch import Signal

# card: the card; new_owner: a user, or None for the pool; by; now: UTC.
customer_handed_over = Signal()
# card; reason: lost, merged, frozen, erased, do_not_contact; survivor: the card merged into;
# by; now: UTC.
customer_closed = Signal()
