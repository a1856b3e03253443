"""What goes along with the mail about a closed report: the page, its chart, PDF and Excel.

Loaded by the sender of the outbox alone (`crm/notices/dispatch/enclosures.py`).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from crm.notices.channels.interface import Enclosed, Enclosure, Refused
from crm.people.models import User
from crm.reports.access import can_take_out
from crm.reports.actions.filing import make_in, mark_of
from crm.reports.actions.taking import ready_file
from crm.reports.models import PeriodReport, ReportFile
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.today import Today, today_of

CHART = "chart"
KINDS = {
    ReportFile.Format.PDF: "application/pdf",
    ReportFile.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFile.Format.PNG: "image/png",
}
NOT_YOURS = "not the recipient's any more"


def enclosed(public_id: str, person: User, now: dt.datetime) -> Enclosed:
    """A report as its reader gets it by mail, in their language.

    Raises `Refused` where it is no longer this person's: posts end between two Mondays.
    """
    rows = PeriodReport.objects.visible_to(person).select_related("store", "signed_by")
    report = rows.filter(public_id=public_id).first()
    if report is None or not can_take_out(person, report):
        raise Refused(NOT_YOURS)
    language = person.language or settings.LANGUAGE_CODE
    today = today_of(report, now)
    files = [_file(report, form, language, today, now) for form in KINDS]
    with translation.override(language):
        paper = paper_of(report, today.live, today.parts) if today else paper_of(report)
        context = {
            "paper": paper,
            "report": report,
            "name": person.name,
            "chart": f"cid:{CHART}" if paper.picture else "",
            "url": settings.SITE_URL + reverse("reports:period_report", args=[public_id]),
        }
        page = render_to_string("reports/outside/report.html", context)
    kept = [one for one in files if one.shows == "" or paper.picture]
    return Enclosed(page, tuple(kept))


def _file(
    report: PeriodReport, form: str, language: str, today: Today | None, now: dt.datetime
) -> Enclosure:
    """A file as it is attached, made where it is missing; the picture is shown inside the page."""
    state = mark_of(today)
    content = ready_file(report, form, language, state)
    if content is None:
        make_in(report, language, today, now=now)
        content = ready_file(report, form, language, state)
    assert content is not None  # made a moment ago
    place = report.store.code if report.store else "all"
    name = f"{report.kind}-{report.first:%Y%m%d}-{place}.{form}"
    shows = CHART if form == ReportFile.Format.PNG else ""
    return Enclosure(name, content, KINDS[ReportFile.Format(form)], shows)
