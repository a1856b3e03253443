"""A report as one CSV: every figure of everybody, exact, a line each (RP-20)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.reports.kpis import kpi_of
from crm.reports.models import PeriodReport
from crm.reports.weekly.words import taken_words
from crm.ui.texts import disarmed

GROUPS = ("stores", "teams", "people")


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
            for key, number in one["figures"].items():
                yield [*_line(group, one["name"], key, number), "", ""]
    if report.is_late:
        yield ["report", place, "taken", taken_words(report), *[""] * 5]


def _line(of: str, name: str, key: str, number: Mapping[str, Any]) -> list[Any]:
    exact = (number["numerator"], number["denominator"], number["value"])
    return [of, name, key, str(kpi_of(key).name), *map(_cell, exact)]


def _cell(value: Any) -> Any:
    return "" if value is None else value
