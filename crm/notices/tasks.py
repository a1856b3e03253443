"""What the worker calls; each may run twice or late."""

from __future__ import annotations

import os

from crm.notices import dispatch
from crm.notices.channels.loading import all_channels

SENDING_S = 45


def ring_bells() -> None:
    """Sweep each second for a minute and a half, or until a newer one takes over."""
    dispatch.tick(pid=os.getpid())


def send_outside() -> None:
    """Send what leaves the house for three quarters of a minute; `slow` has other work too."""
    dispatch.send_outside(all_channels(), alive=dispatch.within(SENDING_S))


def sing(cluster: str) -> None:
    """The canary: proof that `cluster` still runs tasks on this host."""
    dispatch.take_over(f"canary:{cluster}", pid=os.getpid())
