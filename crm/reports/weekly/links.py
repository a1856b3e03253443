"""Where the numbers of a report lead: to the rows frozen with it, else to today's list (RP-09)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.http import urlencode

from crm.records.periods import OWN, Period
from crm.reports.models import PeriodReport

# Which rows behind a frozen figure its page shows: those that have changed.
CHANGED = "changed"


def rows_link(report: PeriodReport, key: str, whose: str = "", side: str = "") -> str:
    """The address of the rows behind a frozen figure of a report, or of one of its people."""
    query = {"kpi": key, "whose": whose, "side": side}
    filled = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('reports:report_rows', args=[report.public_id])}?{filled}"


def link_to(report: PeriodReport, key: str, of: str = "", who: str = "") -> str:
    """The address of the rows behind a figure of a report, or of one of its people."""
    days = (report.first, report.last)
    return _today(report, reverse("reports:rows"), days, kpi=key, of=of, who=who)


def link_in(report: PeriodReport, key: str, period: Period) -> str:
    """The address of today's rows of a report's place in another period."""
    return _today(report, reverse("reports:rows"), (period.first, period.last), kpi=key)


def lost_link(report: PeriodReport, reason: str = "") -> str:
    """The address of the customers a report's place lost in its days, as it stands today."""
    days = (report.first, report.last)
    return _today(report, reverse("reports:lost_report"), days, reason=reason) + "#cards"


def _today(
    report: PeriodReport, page: str, days: tuple[dt.date, dt.date], who: str = "", **more: str
) -> str:
    own = f"store-{report.store.public_id}" if report.store else ""
    first, last = (day.isoformat() for day in days)
    query = {"period": OWN, "first": first, "last": last, "who": who or own, **more}
    return f"{page}?{urlencode({name: value for name, value in query.items() if value})}"
