"""What promises ask of the rooms above, who know whom the matter is about (CP-15).

Receivers answer; nobody's promise shows or rings to whom it is about.
"""

from __future__ import annotations

from django.dispatch import Signal

# user: which promises they may not see, as a `Q`.
kept_from = Signal()
# promise: the `User` it is about, or None.
whom_it_concerns = Signal()
# promise: whether nothing is decided of its matter, so that only another date may be told (CP-20).
undecided = Signal()
# promise, user: what this person may read that may have kept it, as a list of `Deed`.
deeds_of = Signal()
