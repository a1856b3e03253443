"""What the worker calls; each may run twice or late."""

from __future__ import annotations

import time

from crm.records import actions, audit

LIFE_S = 45.0


def seal_trail() -> int:
    """Seal what has settled; after a long downtime the next minutes go on."""
    ends = time.monotonic() + LIFE_S
    return audit.seal_trail(alive=lambda: time.monotonic() < ends)


def sweep_files() -> int:
    """Once a day: files a crash left without a row go; those just being kept are younger."""
    return actions.sweep_files()
