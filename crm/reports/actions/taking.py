"""Taking a report out of the house as a file: who did, and when (RP-20)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied

from crm.people.models import User
from crm.records import audit
from crm.reports import access
from crm.reports.models import PeriodReport, ReportFile
from crm.reports.queues.periodic import file_of


def reports_root() -> Path:
    """Where the files lie."""
    return Path(settings.MEDIA_ROOT) / "reports"


def take_out(report: PeriodReport, *, form: str, by: User, now: dt.datetime) -> None:
    """Write down that somebody took a file of a report; it holds figures and staff names only.

    Raises `PermissionDenied`.
    """
    if not access.can_take_out(by, report) and not access.can_take_cut(by, report):
        raise PermissionDenied
    said = {"form": form, "first": report.first.isoformat(), "kind": report.kind}
    audit.record("reports.take_out", by=by, obj=report, after=said, at=now)


def ready_file(report: PeriodReport, form: str, language: str, state: str) -> bytes | None:
    """A file the worker has made; None while it has not.

    One that is gone from the disk, after a restore say, or whose figures have come to differ
    since, is made again: its row is out of date.
    """
    found = file_of(report, form, language)
    if found is None:
        return None
    if found.of_state != state:
        ReportFile.objects.filter(report=report).exclude(of_state=state).update(of_version=0)
        return None
    try:
        return (reports_root() / found.stored_as).read_bytes()
    except FileNotFoundError:
        ReportFile.objects.filter(pk=found.pk).update(of_version=0)
        return None
