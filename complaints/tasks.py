"""What the worker calls; it may run twice or late."""

from __future__ import annotations

from django.utils import timezone

from complaints import actions
from crm.notices.channels.loading import all_channels


def sweep_clocks() -> None:
    """Warn of clocks that run out, tell who has to know of those that did."""
    actions.sweep_clocks(now=timezone.now())


def send_replies() -> int:
    """Send the answers to complaints that wait; returns how many went."""
    return actions.send_replies(all_channels(), clock=timezone.now)


def forget_presences() -> None:
    """Remove who had tickets open and no longer has."""
    actions.forget_presences(now=timezone.now())
