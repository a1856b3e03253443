"""What complaints tell and ask the rooms above.

News is sent inside the transaction that made it; whoever is asked answers.
"""

from __future__ import annotations

from django.dispatch import Signal

# ticket, by, now: the customer was given the result (CP-24).
ticket_answered = Signal()
# ticket, by, now: a complaint goes back to work; sent before its own row is touched, since whoever
# makes a visit takes the visit before its ticket (CP-32).
ticket_reopens = Signal()
# user: which tickets they may not see yet, as a `Q`.
kept_from = Signal()
