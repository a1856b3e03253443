"""What goes along with the mail about a saved view: its figures as a table.

Loaded by the sender of the outbox alone (`crm/notices/dispatch/enclosures.py`).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.notices.channels.interface import Enclosed, Enclosure, Refused
from crm.people.models import User
from crm.records.periods import THIRTY
from crm.reports.access import can_open_report, can_take_figures_out
from crm.reports.forms import PeriodForm
from crm.reports.models import ReportFile, ReportView
from crm.reports.queues.asked import Asked, asked_for
from crm.reports.queues.report_lines import ReportLine, report_lines
from crm.reports.queues.saved_views import PAGES, address_of
from crm.reports.weekly.book import Book
from crm.reports.weekly.mail import KINDS

NOT_YOURS = "not the recipient's any more"
LINES_AT_MOST = 200


def enclosed(public_id: str, person: User, now: dt.datetime) -> Enclosed:
    """A view's figures as its owner may read them when the mail leaves, in their language.

    Raises `Refused` where the view is dropped, or the figures are out of their reach by now.
    """
    view = ReportView.objects.visible_to(person).filter(public_id=public_id).first()
    if view is None or not can_open_report(person, view.report):
        raise Refused(NOT_YOURS)
    address = address_of(view, view.told_on)
    query = QueryDict(address.partition("?")[2])
    zone = timezone.get_default_timezone()
    with translation.override(person.language or settings.LANGUAGE_CODE):
        kind, period = PeriodForm(query).read(timezone.localdate(now), zone, THIRTY)
        try:
            asked = asked_for(person, kind, period, query, now, page=PAGES[view.report])
        except Http404:
            raise Refused(NOT_YOURS) from None
        lines = report_lines(view.report, asked)
        files = [_file(view, asked, lines)] if can_take_figures_out(person) else []
        context = {
            "view": view,
            "asked": asked,
            "lines": lines[:LINES_AT_MOST],
            "left": len(lines[LINES_AT_MOST:]),
            "attached": bool(files),
            "url": settings.SITE_URL + address,
        }
        return Enclosed(render_to_string("reports/outside/view.html", context), tuple(files))


def _file(view: ReportView, asked: Asked, lines: list[ReportLine]) -> Enclosure:
    """All of its figures as a workbook."""
    name = f"{view.report}-{asked.period.last:%Y%m%d}.xlsx"
    return Enclosure(name, workbook_of(lines), KINDS[ReportFile.Format.XLSX])


def workbook_of(lines: Sequence[ReportLine]) -> bytes:
    """The lines of a report as a sheet; what people wrote stays text (D40)."""
    file = io.BytesIO()
    book = Book.on(file)
    header = [pgettext("report", "Part"), _("Of"), _("Figure"), pgettext("figure", "Value")]
    page = book.sheet(_("Report"), [*header, _("Numerator"), _("Denominator")])
    for row, line in enumerate(lines, start=1):
        for place, words in enumerate((line.part, line.label, line.figure, line.value)):
            page.write_string(row, place, words)
        for place, count in enumerate((line.numerator, line.denominator), start=len(header)):
            if count is not None:
                page.write_number(row, place, count)
    book.book.close()
    return file.getvalue()
