"""What goes along with the mail about a saved view: its figures as a table.

Loaded by the sender of the outbox alone (`crm/notices/dispatch/enclosures.py`).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import Http404, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation

from crm.notices.channels.interface import Enclosed, Refused
from crm.people.models import User
from crm.records.periods import THIRTY
from crm.reports.access import can_open_report
from crm.reports.forms import PeriodForm
from crm.reports.models import ReportView
from crm.reports.queues.asked import asked_for
from crm.reports.queues.report_lines import report_lines
from crm.reports.queues.saved_views import PAGES, address_of

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
        context = {
            "view": view,
            "asked": asked,
            "lines": report_lines(view.report, asked)[:LINES_AT_MOST],
            "url": settings.SITE_URL + address,
        }
        return Enclosed(render_to_string("reports/outside/view.html", context), ())
