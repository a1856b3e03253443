"""News from complaints that rooms above listen to; sent inside the transaction that made them."""

from __future__ import annotations

from django.dispatch import Signal

# ticket, by, now: the customer was given the result (CP-24).
ticket_answered = Signal()
# ticket, by, now: a complaint goes back to work; sent before its own row is touched, since whoever
# makes a visit takes the visit before its ticket (CP-32).
ticket_reopens = Signal()
