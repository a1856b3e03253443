"""What the worker calls; each may run twice or late."""

from __future__ import annotations

import time

from crm.records import audit

LIFE_S = 45.0


def seal_trail() -> int:
    """Seal what has settled; after a long downtime the next minutes go on."""
    ends = time.monotonic() + LIFE_S
    return audit.seal_trail(alive=lambda: time.monotonic() < ends)
