"""The sheet of a report's workbook that says what has come to differ since, beside the frozen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.reports.kpis import find_kpi, kpi_of
from crm.reports.queues.subjects import subject_words
from crm.reports.weekly.book import Book, write_number
from crm.reports.weekly.course_words import SOLD_FIELDS, sold_of
from crm.reports.weekly.parts import number_of, numbers_of
from crm.reports.weekly.today import GROUPS, Today, address_of, sold_now
from crm.ui.moments import full, local


def write_revised(book: Book, today: Today) -> None:
    """Every figure and part that differs: whose, which, then and now; nothing where none does."""
    if not today.mark:
        return
    three = (_("Numerator"), _("Denominator"), _("Value"))
    head = [
        _("Name"),
        _("Figure"),
        *three,
        *(f"{pgettext('figures', 'Revised')}: {word}" for word in three),
    ]
    page = book.sheet(pgettext("figures", "Revised"), head)
    line = 1
    for name, key, then, now in differing(today):
        page.write_string(line, 0, name)
        page.write_string(line, 1, f"{kpi_of(key).name} {subject_words(key)}".strip())
        write_number(book, page, line, 2, key, then)
        write_number(book, page, line, 5, key, now)
        line += 1
    for one, field in zip(sold_of(today.report, today.parts), SOLD_FIELDS, strict=False):
        if one.revised:
            page.write_string(line, 1, one.name)
            page.write_number(line, 4, one.exact[0], book.sum)
            page.write_number(line, 7, sold_now(today, field), book.sum)
            line += 1
    page.write_string(line + 1, 0, full(local(today.at)))


def differing(today: Today) -> list[tuple[str, str, Any, Any]]:
    """Whose, key, then and now of each figure and part, the whole first."""
    figures, found = today.report.figures, []
    named = [("", "", figures["whole"])]
    named += [
        (one["name"], address_of(part, one), one["figures"])
        for part in GROUPS
        for one in figures[part]
    ]
    for name, address, printed in named:
        for key, then in printed.items():
            if since := today.figure(address, key, then):
                found.append((name, key, then, since.as_json()))
    for key in sorted({*numbers_of(figures), *numbers_of(today.parts)}):
        since, frozen = today.part(key), number_of(figures, key)
        if since and frozen and find_kpi(key):
            found.append(("", key, frozen.as_json(), since.as_json()))
    return found
