"""What the worker calls; each may run twice or late."""

from __future__ import annotations

from django.utils import timezone

from visits import actions


def plan_visits() -> int:
    """Make the visits that rules ask for and nobody has made yet; returns how many."""
    return actions.plan_all(now=timezone.now())


def draw_audits() -> int:
    """Draw last month's visits for audit where nobody has, and give them out; returns how many."""
    return actions.draw_audits(now=timezone.now())
