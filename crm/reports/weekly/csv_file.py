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

from crm.reports.board import Number
from crm.reports.kpis import CLASS, kpi_of
from crm.reports.kpis.lost import lost_key
from crm.reports.models import PeriodReport
from crm.reports.weekly.course_words import SOLD_FIELDS, sold_of
from crm.reports.weekly.parts import numbers_of
from crm.reports.weekly.parts_words import complaints_of, lost_of
from crm.reports.weekly.today import Today, address_of, sold_now
from crm.reports.weekly.words import edition_words, taken_words
from crm.ui.texts import disarmed

GROUPS = ("stores", "teams", "people")


def csv_of(report: PeriodReport, today: Today | None = None) -> bytes:
    """UTF-8 with a mark, as spreadsheets expect it; no cell begins a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    three = (_("Numerator"), _("Denominator"), _("Value"))
    heads = (_("Of"), _("Name"), _("Key"), _("Figure"), *three, _("Before"), _("Target"))
    writer.writerow([*heads, *(f"{pgettext('figures', 'Revised')}: {word}" for word in three)])
    for row in rows_of(report, today):
        full = [*row, *[""] * (len(heads) + len(three) - len(row))]
        writer.writerow([disarmed(cell) if isinstance(cell, str) else cell for cell in full])
    return text.getvalue().encode("utf-8-sig")


def rows_of(report: PeriodReport, today: Today | None = None) -> Iterator[list[Any]]:
    """The whole with the period before and the targets, each group, and whether it was late.

    With `today` what has come to differ stands behind the frozen figures.
    """
    figures = report.figures
    place = report.store.name if report.store else ""
    for key, number in figures["whole"].items():
        before = figures["before"].get(key) or {}
        aim = figures["targets"].get(key)
        since = today.figure("", key, number) if today else None
        yield [
            *_line("all", place, key, number),
            _cell(before.get("value")),
            _cell(aim),
            *_now(since),
        ]
    for group in GROUPS:
        for one in figures[group]:
            aims, address = one.get("targets", {}), address_of(group, one)
            for key, number in one["figures"].items():
                since = today.figure(address, key, number) if today else None
                yield [
                    *_line(group, one["name"], key, number),
                    "",
                    _cell(aims.get(key)),
                    *_now(since),
                ]
    yield from _parts(report, today)
    for words in edition_words(report):
        yield ["report", place, "edition", words]
    if report.is_late:
        yield ["report", place, "taken", taken_words(report)]


def _parts(report: PeriodReport, today: Today | None) -> Iterator[list[Any]]:
    """What a report counts beside its figures; a class or reason that came since has nothing."""
    figures, count = report.figures, _("Count")
    since = numbers_of(today.parts) if today else None

    def now(key: str) -> Number | None:
        return today.part(key) if today else None

    for one in complaints_of(report, since):
        found = now(f"{CLASS}{one.key}")
        line = ["complaints", one.label, "count", count, "", "", one.count, "", ""]
        yield [*line, "", "", found.denominator if found else ""]
        line = ["complaints", one.label, "resolved", _("Resolved"), "", "", one.resolved, "", ""]
        yield [*line, "", "", _cell(found.numerator) if found else ""]
    for one in lost_of(report, since):
        found = now(lost_key(one.key)) if one.key is not None else None
        line = ["lost", one.label, "count", count, "", "", one.count, "", ""]
        yield [*line, "", "", found.denominator if found else ""]
    for key, steps in (figures.get("funnel") or {}).get("counts", {}).items():
        found = now(key)
        line = ["funnel", "", key, str(kpi_of(key).name), "", "", steps, "", ""]
        yield [*line, "", "", found.denominator if found else ""]
    yield from _sales_and_scores(report, today)


def _sales_and_scores(report: PeriodReport, today: Today | None) -> Iterator[list[Any]]:
    """What was sold, and the scores of a month and a quarter."""
    lines = sold_of(report, today.parts if today else None)
    for key, line in zip(SOLD_FIELDS, lines, strict=False):
        now, before, *_year_ago = line.exact
        since = sold_now(today, key) if today and line.revised else ""
        yield ["sales", "", key, line.name, "", "", now, before, "", "", "", since]
    for of in ("scores", "quarter_scores"):
        for person in report.figures.get(of, ()):
            score, name = _cell(person["score"]), pgettext("assessment", "Score")
            counted = (person["counted"], person["of"])
            yield [of, person["name"], person["role"], name, *counted, score]


def _now(since: Number | None) -> list[Any]:
    """What a figure has come to be; empty where it is the same."""
    return list(map(_cell, since.as_json().values())) if since else []


def _line(of: str, name: str, key: str, number: Mapping[str, Any]) -> list[Any]:
    exact = (number["numerator"], number["denominator"], number["value"])
    return [of, name, key, str(kpi_of(key).name), *map(_cell, exact)]


def _cell(value: Any) -> Any:
    return "" if value is None else value
