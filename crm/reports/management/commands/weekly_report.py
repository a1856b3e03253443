"""`manage.py weekly_report`: the managers' report of a week as a file, frozen on first making."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.people.models import Store
from crm.records.periods import week_of
from crm.reports import due
from crm.reports.actions.closing import close_report
from crm.reports.models import PeriodReport
from crm.reports.weekly.files import written
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.today import today_of
from crm.rulebook.queues import numbers_for
from crm.ui.moments import full

FORMATS = ("pdf", "xlsx", "html", "json")


class Command(BaseCommand):
    """Writes the report of a week that is over; the one before this week unless said."""

    help = "Write the managers' report of a week as a file (docs/reports.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--week", metavar="2026-W46", help="an ISO week that is over")
        parser.add_argument("--store", metavar="CODE", help="of all stores unless said")
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("-o", dest="out", metavar="FILE", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        report = report_of(options["week"], store_of(options["store"]))
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            content = content_of(report, options["format"])
        try:
            Path(options["out"]).write_bytes(content)
        except OSError as error:
            raise CommandError(str(error)) from error


def store_of(code: str | None) -> Store | None:
    """The store of that code; raises CommandError for an unknown one."""
    if not code:
        return None
    found = Store.objects.filter(code=code).first()
    if found is None:
        sentence = _("Nobody and nothing here is called %(name)s.")
        raise CommandError(sentence % {"name": code})
    return found


def report_of(week: str | None, store: Store | None) -> PeriodReport:
    """The frozen report of a week; made now where it is not there yet. Raises CommandError."""
    now, zone = timezone.now(), timezone.get_default_timezone()
    day = monday_of(week) if week else timezone.localdate(now) - timedelta(days=7)
    period = week_of(day, zone)
    if period.end > now:
        raise CommandError(_("That week is not over yet."))
    at = numbers_for(store.pk if store else None).report_time()
    rows = (
        PeriodReport.objects.last_editions()
        .select_related("store", "signed_by")
        .filter(kind=due.WEEK)
    )
    mine = rows.filter(store=store) if store else rows.filter(store__isnull=True)
    found = mine.filter(first=period.first).first()
    if found is None and due.closes_at(period, at) > now:
        raise CommandError(
            _("That report is taken at %(at)s.") % {"at": full(due.closes_at(period, at))}
        )
    made = found or close_report(due.WEEK, store, period, at=at, now=now)
    return made or mine.get(first=period.first)


def monday_of(week: str) -> date:
    """The Monday of `2026-W46`; raises CommandError."""
    found = re.fullmatch(r"(\d{4})-W(\d{1,2})", week, re.ASCII)
    try:
        if found:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise CommandError(_("Give a week like 2026-W46."))


def content_of(report: PeriodReport, form: str) -> bytes:
    """The file, in the active language."""
    today = today_of(report, timezone.now())
    if form == "json":
        told = {"kind": report.kind, "first": f"{report.first}", "last": f"{report.last}"}
        body = {**told, "taken_at": report.created_at.isoformat(), **report.figures}
        body["revised"] = today.changes() if today else {}
        return json.dumps(body, ensure_ascii=False, indent=1).encode()
    if form == "html":
        paper = paper_of(report, today.live, today.parts) if today else paper_of(report)
        context = {"paper": paper, "report": report, "chart": "", "url": ""}
        return render_to_string("reports/outside/report.html", context).encode()
    return written(report, [form], today)[form]
