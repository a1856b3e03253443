"""Taking a report out of the house as a file: who did, and when (RP-20)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied

from crm.people.models import User
from crm.records import audit
from crm.reports import access
from crm.reports.models import PeriodReport


def take_out(report: PeriodReport, *, form: str, by: User, now: dt.datetime) -> None:
    """Write down that somebody took a file of a report; it holds figures and staff names only.

    Raises `PermissionDenied`.
    """
    if not access.can_take_out(by, report):
        raise PermissionDenied
    said = {"form": form, "first": report.first.isoformat(), "kind": report.kind}
    audit.record("reports.take_out", by=by, obj=report, after=said, at=now)
