"""One thing that must be so before a ticket can close."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """What must be so, in words, and whether it is."""

    words: str
    is_met: bool
