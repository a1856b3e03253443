"""Rows behind a figure, and the staff: lists whose page is not one of a room's own list."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.exchange.queues.columns import Asked, ExportList, ListColumn, local, person
from crm.exchange.sheets.definitions import Value
from crm.people import roles
from crm.people.models import Store
from crm.people.queues import staff, staff_list
from crm.reports.access import TAKERS
from crm.reports.board import Number
from crm.reports.forms import PeriodForm
from crm.reports.kpis import Unit, find_kpi, kpi_of
from crm.reports.queues.asked import BACK, DASHBOARD, asked_for, usual_kind
from crm.reports.queues.dashboard import COLUMNS, PersonRow, people_figures
from crm.reports.queues.report_lines import ReportLine, report_lines
from crm.reports.queues.saved_views import PAGES
from crm.reports.queues.whole import WholeFigure, whole_figure
from crm.ui.texts import clean_line


def behind_a_figure(asked: Asked) -> WholeFigure:
    """What the page of a figure shows, all of its pages; raises Http404 outside the reach."""
    query, zone = asked.query, timezone.get_default_timezone()
    key = query.get("kpi", "response_rate")
    if find_kpi(key) is None:
        raise Http404
    kind, period = PeriodForm(query).read(timezone.localdate(asked.now), zone)
    page = BACK.get(query.get("back", ""), DASHBOARD)
    board = asked_for(asked.user, kind, period, query, asked.now, page=page)
    return whole_figure(board, key, query.get("side", ""))


def when(line: Any) -> Value:
    """The day or moment a row is listed by."""
    return local(line.at) if hasattr(line.at, "hour") else line.at


FIGURE = ExportList(
    "figure",
    _("Rows behind a figure"),
    TAKERS,
    behind_a_figure,
    (
        ListColumn("what", _("What"), lambda line, _a: " · ".join(line.facts)),
        ListColumn("name", _("Name"), lambda line, _a: line.name),
        ListColumn("at", _("When"), lambda line, _a: when(line)),
        ListColumn("person", _("Person"), lambda line, _a: person(line.person)),
        ListColumn("hit", _("Achieved"), lambda line, _a: line.is_hit),
        ListColumn("took", _("Time taken"), lambda line, _a: line.took_words),
    ),
    is_paged=False,
)


def figures_by_person(asked: Asked) -> list[PersonRow]:
    """The dashboard's table by person; raises Http404 outside the reach."""
    query, zone = asked.query, timezone.get_default_timezone()
    kind, period = PeriodForm(query).read(timezone.localdate(asked.now), zone)
    return people_figures(asked_for(asked.user, kind, period, query, asked.now))


def column_of(key: str) -> ListColumn:
    """A figure of a person: a count as a number, anything else as the page words it."""
    kpi = kpi_of(key)

    def read(row: PersonRow, _asked: Asked) -> Value:
        shown = row.figures[key]
        return shown.number.denominator if kpi.unit is Unit.COUNT else shown.words

    return ListColumn(key, kpi.name, read)


def on_time(row: PersonRow) -> Number:
    """What was carried out by its day, and what was due."""
    return row.figures["on_time_rate"].number


PEOPLE = ExportList(
    "people",
    _("Figures by person"),
    FIGURE.may,
    figures_by_person,
    (
        ListColumn("person", _("Person"), lambda row, _a: row.label),
        ListColumn("team", _("Team"), lambda row, _a: row.place),
        ListColumn("done", _("Done by their day"), lambda row, _a: on_time(row).numerator),
        ListColumn("due", _("Were due"), lambda row, _a: on_time(row).denominator),
        *(column_of(key) for key in COLUMNS),
    ),
    tells_of_customers=False,
    is_paged=False,
)


def lines_of_a_report(asked: Asked) -> list[ReportLine]:
    """The figures a report's page shows; raises Http404 outside the reach."""
    query, zone = asked.query, timezone.get_default_timezone()
    report = query.get("report", "effect")
    if report not in PAGES:
        raise Http404
    page, today = PAGES[report], timezone.localdate(asked.now)
    kind, period = PeriodForm(query).read(today, zone, usual_kind(page))
    return report_lines(report, asked_for(asked.user, kind, period, query, asked.now, page=page))


REPORT = ExportList(
    "report",
    _("Report"),
    FIGURE.may,
    lines_of_a_report,
    (
        ListColumn("part", pgettext_lazy("report", "Part"), lambda line, _a: line.part),
        ListColumn("label", _("Of"), lambda line, _a: line.label),
        ListColumn("figure", _("Figure"), lambda line, _a: line.figure),
        ListColumn("value", pgettext_lazy("figure", "Value"), lambda line, _a: line.value),
        ListColumn("numerator", _("Numerator"), lambda line, _a: line.numerator),
        ListColumn("denominator", _("Denominator"), lambda line, _a: line.denominator),
    ),
    tells_of_customers=False,
    is_paged=False,
)


def everybody(asked: Asked) -> Any:
    """The staff as the page of users lists them."""
    words = clean_line(asked.query.get("q", "")[:60])
    rows = staff(asked.user, timezone.localdate(asked.now)).matching(words)
    return staff_list(Store.objects.visible_to(asked.user)).show(rows, asked.query)


def posts(user: Any) -> Value:
    """What somebody holds today, and where."""
    return "; ".join(
        " · ".join(str(part) for part in (post.get_role_display(), post.store, post.team) if part)
        for post in user.posts
    )


STAFF = ExportList(
    "staff",
    _("Users"),
    frozenset({roles.PRIVACY_OFFICER}),  # matrix row 20
    everybody,
    (
        ListColumn("username", _("Username"), lambda user, _a: user.username),
        ListColumn("name", _("Name"), lambda user, _a: user.name),
        ListColumn("roles", _("Roles"), lambda user, _a: posts(user)),
        ListColumn("last_login", _("Last sign-in"), lambda user, _a: local(user.last_login)),
        ListColumn("active", _("Active"), lambda user, _a: user.is_active),
    ),
)
