"""Drawing prizes so that anybody can repeat it (RV-21, D25). Pure.

A seed of random bits is made once and kept. Each entry gets the SHA-256 of "seed:entry", and
those with the lowest win: the same seed and entries give the same winners on any machine. What
was answered is no part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def drawn(seed: str, entries: Iterable[str], prizes: int) -> list[str]:
    """The winning entries in order, at most `prizes`; an entry given twice counts once."""
    return sorted(set(entries), key=lambda entry: (ticket(seed, entry), entry))[:prizes]


def ticket(seed: str, entry: str) -> str:
    """The number an entry draws: lowest wins."""
    return hashlib.sha256(f"{seed}:{entry}".encode()).hexdigest()
