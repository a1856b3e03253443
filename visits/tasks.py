"""What the worker calls; each may run twice or late."""

from __future__ import annotations

from django.utils import timezone

from crm.notices.channels.loading import all_channels
from visits import actions


def plan_visits() -> int:
    """Make the visits that rules ask for and nobody has made yet; returns how many."""
    return actions.plan_all(now=timezone.now())


def plan_care() -> int:
    """Make the greetings and thanks that fall due, and take back what nobody wishes any more."""
    now = timezone.now()
    actions.call_off_unwished_care(now=now)
    return actions.plan_care(now=now)


def draw_audits() -> int:
    """Draw last month's visits for audit where nobody has, and give them out; returns how many."""
    return actions.draw_audits(now=timezone.now())


def send_mails() -> int:
    """Send what was written to customers; returns how many went."""
    return actions.send_mails(all_channels(), clock=timezone.now)
