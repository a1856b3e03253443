"""Which periods figures are read for."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

EARLIEST_DAY = date(2001, 1, 1)
LATEST_DAY = date(2099, 12, 31)
LONGEST_DAYS = 1100


def fault_of(first: date, last: date) -> str:
    """Why figures cannot be read from `first` to `last`; empty when they can."""
    if first > last:
        return _("The period ends before it begins.")
    if first < EARLIEST_DAY or last > LATEST_DAY:
        return _("Periods lie between 2001 and 2099.")
    if (last - first).days >= LONGEST_DAYS:
        return _("A period has at most three years.")
    return ""
