"""What the worker calls; it may run twice or late."""

from __future__ import annotations

from django.utils import timezone

from crm.promises import actions


def break_promises() -> int:
    """Mark as broken what was promised and not answered in time; returns how many."""
    return actions.break_promises(now=timezone.now())
