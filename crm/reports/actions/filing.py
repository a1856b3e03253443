"""The worker makes the files of reports, so that a page or a mail only hands them out."""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.conf import settings
from django.utils import translation
from django.utils.crypto import get_random_string

from crm.reports.actions.taking import reports_root
from crm.reports.models import PeriodReport, ReportFile
from crm.reports.queues.periodic import without_files
from crm.reports.weekly.files import written
from crm.reports.weekly.today import Today, today_of

log = logging.getLogger("showfloor.reports")
FORMATS = tuple(ReportFile.Format.values)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# A run of the worker makes the files of so many reports; the next run goes on. It passes by at
# most so many whose files fail.
AT_ONCE, FAILED_AT_MOST = 5, 20
A_DAY_S = 24 * 3600.0


def make_files(*, now: dt.datetime) -> int:
    """Make what is missing, the latest reports first; returns how many files were written.

    A report whose files fail is logged and passed by; the next run tries it again.
    """
    made = done = 0
    for report in without_files(len(FORMATS) * len(LANGUAGES))[: AT_ONCE + FAILED_AT_MOST]:
        if done == AT_ONCE:
            break
        try:
            today = today_of(report, now)
            for language in LANGUAGES:
                made += make_in(report, language, today, now=now)
            done += 1
        except Exception:
            log.exception("the files of report %s were not made", report.public_id)
    return made


def make_in(report: PeriodReport, language: str, today: Today | None, *, now: dt.datetime) -> int:
    """The files of a report in one language, where they are missing or older than it is."""
    rows = ReportFile.objects.filter(report=report, language=language, of_state=mark_of(today))
    fresh = set(rows.filter(of_version=report.version).values_list("form", flat=True))
    wanted = [form for form in FORMATS if form not in fresh]
    if not wanted:
        return 0
    root = reports_root()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with translation.override(language):
        files = written(report, wanted, today)
    for form, content in files.items():
        keep(report, form, language, content, mark_of(today), now=now)
    return len(files)


def mark_of(today: Today | None) -> str:
    """Of which state a file is that is made with these figures of today beside the frozen ones."""
    return today.mark if today else ""


def keep(
    report: PeriodReport, form: str, language: str, content: bytes, state: str, *, now: dt.datetime
) -> ReportFile:
    """Put a file beside the others; the row names the new one before the old one goes."""
    stored_as = f"{get_random_string(32)}.{form}"
    path = reports_root() / stored_as
    path.write_bytes(content)
    path.chmod(0o600)
    before = ReportFile.objects.filter(report=report, form=form, language=language).first()
    told = {"of_version": report.version, "stored_as": stored_as, "made_at": now}
    told["of_state"] = state
    found, _made = ReportFile.objects.update_or_create(
        report=report, form=form, language=language, defaults=told
    )
    if before is not None:
        (reports_root() / before.stored_as).unlink(missing_ok=True)
    return found


def sweep_files(*, older_than_s: float = A_DAY_S) -> int:
    """Remove the files no row names, which a crash left between the two; returns how many.

    One just written is younger: its row comes a moment later.
    """
    before = time.time() - older_than_s
    found = {path.name: path for path in reports_root().glob("*")}
    old = {name: path for name, path in found.items() if path.stat().st_mtime < before}
    known = set(ReportFile.objects.values_list("stored_as", flat=True)) if old else set()
    stray = [path for name, path in old.items() if name not in known]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)
