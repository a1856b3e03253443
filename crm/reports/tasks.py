"""What the slow cluster calls; each may run twice or late."""

from __future__ import annotations

from django.utils import timezone

from crm.reports.actions import checking, closing, correcting, filing, keeping, saved_views


def close_reports() -> int:
    """Close the managers' reports that are due, and take anew those found wrong; how many."""
    now = timezone.now()
    return closing.close_due(now=now) + correcting.take_anew(now=now)


def make_files() -> int:
    """Make the files of reports that have none yet, or an older state of them."""
    return filing.make_files(now=timezone.now())


def tell_views() -> int:
    """Tell people of the views they want to hear of; returns how many."""
    return saved_views.tell_views(now=timezone.now())


def sweep_files() -> int:
    """Once a day: files of reports that no row names go; returns how many."""
    return filing.sweep_files()


def keep_figures() -> int:
    """Make what is missing of kept figures and what has changed; in how many steps."""
    return keeping.keep(now=timezone.now())


def check_figures() -> int:
    """Once a day: are kept figures what the rows say? Returns how many differ."""
    return checking.check(now=timezone.now())
