"""A report as one CSV: every figure of everybody, exact, a line each (RP-20).

Behind them its parts: complaints by class, losses by reason, the funnel, what was sold, scores.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.reports.kpis import kpi_of
from crm.reports.models import PeriodReport
from crm.reports.weekly.course_words import sold_of
from crm.reports.weekly.parts_words import complaints_of, lost_of
from crm.reports.weekly.words import taken_words
from crm.ui.texts import disarmed

GROUPS = ("stores", "teams", "people")
SOLD = ("quantity", "amount", "customers")


def csv_of(report: PeriodReport) -> bytes:
    """UTF-8 with a mark, as spreadsheets expect it; no cell begins a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    heads = (_("Of"), _("Name"), _("Key"), _("Figure"), _("Numerator"), _("Denominator"))
    writer.writerow([*heads, _("Value"), _("Before"), _("Target")])
    for row in rows_of(report):
        writer.writerow([disarmed(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def rows_of(report: PeriodReport) -> Iterator[list[Any]]:
    """The whole with the period before and the targets, each group, and whether it was late."""
    figures = report.figures
    place = report.store.name if report.store else ""
    for key, number in figures["whole"].items():
        before = figures["before"].get(key) or {}
        aim = figures["targets"].get(key)
        yield [*_line("all", place, key, number), _cell(before.get("value")), _cell(aim)]
    for group in GROUPS:
        for one in figures[group]:
            aims = one.get("targets", {})
            for key, number in one["figures"].items():
                yield [*_line(group, one["name"], key, number), "", _cell(aims.get(key))]
    yield from _parts(report)
    if report.is_late:
        yield ["report", place, "taken", taken_words(report), *[""] * 5]


def _parts(report: PeriodReport) -> Iterator[list[Any]]:
    """What a report counts beside its figures."""
    figures, count = report.figures, _("Count")
    for one in complaints_of(report, None):
        yield ["complaints", one.label, "count", count, "", "", one.count, "", ""]
        yield ["complaints", one.label, "resolved", _("Resolved"), "", "", one.resolved, "", ""]
    for one in lost_of(report, None):
        yield ["lost", one.label, "count", count, "", "", one.count, "", ""]
    for key, found in (figures.get("funnel") or {}).get("counts", {}).items():
        yield ["funnel", "", key, str(kpi_of(key).name), "", "", found, "", ""]
    for key, line in zip(SOLD, sold_of(report), strict=False):
        now, before, *_year_ago = line.exact
        yield ["sales", "", key, line.name, "", "", now, before, ""]
    for of in ("scores", "quarter_scores"):
        for person in figures.get(of, ()):
            score, name = _cell(person["score"]), pgettext("assessment", "Score")
            counted = (person["counted"], person["of"])
            yield [of, person["name"], person["role"], name, *counted, score, "", ""]


def _line(of: str, name: str, key: str, number: Mapping[str, Any]) -> list[Any]:
    exact = (number["numerator"], number["denominator"], number["value"])
    return [of, name, key, str(kpi_of(key).name), *map(_cell, exact)]


def _cell(value: Any) -> Any:
    return "" if value is None else value
