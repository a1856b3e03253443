"""What the worker calls; it may run twice or late."""

from __future__ import annotations

from django.utils import timezone

from complaints import actions


def sweep_clocks() -> None:
    """Warn of clocks that run out, tell who has to know of those that did."""
    actions.sweep_clocks(now=timezone.now())


def forget_presences() -> None:
    """Remove who had tickets open and no longer has."""
    actions.forget_presences(now=timezone.now())
