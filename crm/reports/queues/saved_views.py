"""Reports with their pages and filters, and the views somebody keeps of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.records.periods import OWN, THIRTY
from crm.reports import access, due
from crm.reports.models import ReportView
from crm.reports.models.saved_views import QUERY_AT_MOST
from crm.reports.queues.asked import (
    ANALYSIS,
    AS_OF,
    EFFECT,
    LOST,
    OF_COMPLAINTS,
    ORIGINS,
    RUNNING,
)
from crm.reports.queues.asked import FILTERS as OF
from crm.reports.queues.lost import WAYS

FILTERS = ("period", "first", "last", AS_OF, "who", "of", *OF, *WAYS)
PAGES = {"visits": ANALYSIS, "complaints": OF_COMPLAINTS, "effect": EFFECT}
PAGES |= {"sources": ORIGINS, "lost": LOST}
ABOUT: dict[str, Promise] = {
    "visits": _("What customers answered, about what and about whom."),
    "complaints": _("How many, each clock in time, what is open by age, by whom."),
    "effect": _("What following up achieved, salesperson by salesperson."),
    "sources": _("Where customers come from and how far they get."),
    "lost": _("Who was lost, why and from where, and who was won back."),
}
REPORT_OF = {page: report for report, page in PAGES.items()}


@dataclass(frozen=True)
class Offered:
    """A report somebody may open."""

    key: str
    label: str
    about: Promise
    page: str


def reports_for(user: User) -> list[Offered]:
    """The reports this person may open, in the order of their daily work."""
    return [
        Offered(key, str(label), ABOUT[key], PAGES[key])
        for key, label in ReportView.Report.choices
        if access.can_open_report(user, key)
    ]


def views_of(user: User) -> list[ReportView]:
    """The views somebody keeps, by name."""
    return list(ReportView.objects.visible_to(user).order_by("name", "id"))


def clean_query(query: str) -> str:
    """The filters of an address we know, each once; everything else is dropped.

    They are kept whole or not at all: one cut short would be another filter. Raises
    ValidationError where they are too long to be kept.
    """
    try:
        pairs = dict(parse_qsl(query, max_num_fields=50))
    except ValueError:
        pairs = {}
    kept = urlencode({name: pairs[name] for name in FILTERS if pairs.get(name)})
    if len(kept) > QUERY_AT_MOST:
        raise ValidationError(gettext("These filters are too long to be kept."))
    return kept


def address_of(view: ReportView, day: dt.date | None = None) -> str:
    """Where a view opens: as of today, or with what was over on the day one was told of it."""
    query = dict(parse_qsl(view.query))
    if day is not None and (kind := query.get("period", THIRTY)) != OWN:
        period = due.over_by(kind, day, timezone.get_default_timezone())
        query |= {"period": OWN, "first": str(period.first), "last": str(period.last)}
        query |= {AS_OF: kind} if kind in RUNNING else {}
    return f"{reverse(PAGES[view.report])}?{urlencode(query)}"


def told_of(view: ReportView, day: dt.date) -> str:
    """The part of an address that opens a view as of the day one was told; 22 letters at most."""
    return f"{view.public_id}-{day:%y%m%d}"


def day_of(key: str) -> tuple[str, dt.date | None]:
    """(public id, the day one was told) from that part, or from the public id alone."""
    public_id, _dash, digits = key.rpartition("-")
    try:
        return public_id, dt.datetime.strptime(digits, "%y%m%d").date()  # noqa: DTZ007 (a date)
    except ValueError:
        return key, None


def facts_of(view: ReportView) -> dict[str, Any]:
    """What the form of a view begins with."""
    weekday = "" if view.weekday is None else view.weekday
    return {"name": view.name, "weekday": weekday, "by_mail": view.by_mail, "version": view.version}
