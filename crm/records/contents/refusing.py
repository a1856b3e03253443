"""Why a file is not taken. Pure; the words stand beside the field."""

from __future__ import annotations

EMPTY, UNKNOWN, DAMAGED, HUGE, MACROS = REASONS = (
    *("empty", "unknown", "damaged", "huge", "macros"),
)


class Refused(Exception):
    """A file that is not taken, and why: one of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
