"""A report as a workbook: exact figures, and totals that calculate themselves (RP-09).

Only the totals are formulas, and only ours: what people or customers wrote stays text (D40).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from crm.reports.kpis import Unit, kpi_of
from crm.reports.queues.dashboard import ROWS_OF_ONE_PERSON
from crm.reports.weekly.figures import OF_GROUPS, stored
from crm.reports.weekly.paper import Paper, computed_words

TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
# What counts rows of which each is one person's, so that their sum is the whole.
ADDED_UP = frozenset({*ROWS_OF_ONE_PERSON, "complaint_count", "closing_rate", "connect_rate"})


@dataclass
class Book:
    """A workbook being written, with its formats."""

    book: Any
    bold: Any
    rate: Any
    hours: Any

    @classmethod
    def on(cls, file: io.BytesIO) -> Book:
        book = xlsxwriter.Workbook(file, TEXT_ONLY)
        bold = book.add_format({"bold": True})
        return cls(
            book,
            bold,
            book.add_format({"num_format": "0.0%"}),
            book.add_format({"num_format": "0.0"}),
        )

    def sheet(self, name: str, header: Sequence[str]) -> Any:
        """A sheet with its header frozen on top."""
        page = self.book.add_worksheet(name[:31])
        page.freeze_panes(1, 1)
        for place, title in enumerate(header):
            page.write_string(0, place, title, self.bold)
            page.set_column(place, place, max(10, min(40, 2 * len(title) + 2)))
        page.set_column(0, 0, 26)
        return page

    def format_of(self, key: str) -> Any:
        """How a value is written: percent, one decimal, and a count as it is."""
        return {Unit.RATE: self.rate, Unit.COUNT: None}.get(kpi_of(key).unit, self.hours)


def xlsx_of(paper: Paper) -> bytes:
    """The whole report: the figures, each group with its total, complaints, losses, how."""
    file = io.BytesIO()
    book = Book.on(file)
    figures = paper.report.figures
    write_whole(book, paper)
    for name, group in (
        (_("Stores"), figures["stores"]),
        (_("Teams"), figures["teams"]),
        (_("People"), figures["people"]),
    ):
        if group:
            write_group(book, name, group, figures)
    write_course(book, paper)
    write_counts(book, paper)
    page = book.sheet(_("How it is counted"), (_("Figure"), _("How it is counted")))
    for line, key in enumerate(stored(figures, OF_GROUPS), start=1):
        page.write_string(line, 0, str(kpi_of(key).name))
        page.write_string(line, 1, computed_words(kpi_of(key)))
    book.book.close()
    return file.getvalue()


def write_whole(book: Book, paper: Paper) -> None:
    """Every figure: numerator, denominator, the value as their quotient, before, target."""
    figures = paper.report.figures
    head = (_("Figure"), _("Key"), _("Numerator"), _("Denominator"), _("Value"))
    page = book.sheet(paper.title, (*head, paper.before, _("Target"), _("Unit")))
    units = {Unit.RATE: "%", Unit.HOURS: _("hours"), Unit.COUNT: "", Unit.SCORE: ""}
    for line, (key, number) in enumerate(figures["whole"].items(), start=1):
        page.write_string(line, 0, str(kpi_of(key).name))
        page.write_string(line, 1, key)
        write_number(book, page, line, 2, key, number)
        before, aim = figures["before"].get(key), figures["targets"].get(key)
        if before and before["value"] is not None:
            page.write_number(line, 5, before["value"], book.format_of(key))
        if aim is not None:
            rate = kpi_of(key).unit is Unit.RATE
            page.write_number(line, 6, aim / 100 if rate else aim, book.format_of(key))
        page.write_string(line, 7, str(units[kpi_of(key).unit]))
    foot = len(figures["whole"]) + 2
    page.write_string(foot, 0, f"{paper.place} · {paper.period}")


def write_number(
    book: Book, page: Any, line: int, place: int, key: str, number: Mapping[str, Any]
) -> None:
    """Numerator, denominator and value; a rate is the quotient of the two cells before it."""
    above, below, value = number["numerator"], number["denominator"], number["value"]
    if above is not None:
        page.write_number(line, place, above)
    page.write_number(line, place + 1, below)
    if value is None:
        return
    style = book.format_of(key)
    if kpi_of(key).unit is Unit.RATE:
        cells = [xl_rowcol_to_cell(line, place + at) for at in (0, 1)]
        page.write_formula(line, place + 2, f"={cells[0]}/{cells[1]}", style, value)
    else:
        page.write_number(line, place + 2, value, style)


def write_group(
    book: Book, name: str, group: Sequence[Mapping[str, Any]], figures: dict[str, Any]
) -> None:
    """A line for each, three columns for each figure, and the total under them."""
    whole, keys = figures["whole"], stored(figures, OF_GROUPS)
    header = [_("Name"), _("Team")]
    for key in keys:
        title = str(kpi_of(key).name)
        header += [f"{title}: {_('Numerator')}", f"{title}: {_('Denominator')}", title]
    page = book.sheet(name, header)
    for line, one in enumerate(group, start=1):
        page.write_string(line, 0, one["name"])
        page.write_string(line, 1, one.get("team") or one.get("store") or "")
        for at, key in enumerate(keys):
            write_number(book, page, line, 2 + 3 * at, key, one["figures"][key])
    foot = len(group) + 1
    page.write_string(foot, 0, _("Total"), book.bold)
    for at, key in enumerate(keys):
        write_total(
            book, page, foot, 2 + 3 * at, key, [one["figures"][key] for one in group], whole
        )


def write_total(
    book: Book,
    page: Any,
    foot: int,
    place: int,
    key: str,
    numbers: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Any],
) -> None:
    """The sum of the lines where each row is one person's; else the whole, counted once each."""
    number = whole[key]
    added = [sum(one[side] or 0 for one in numbers) for side in ("numerator", "denominator")]
    same = added == [number["numerator"] or 0, number["denominator"]]
    if key not in ADDED_UP or not same or not number["denominator"]:
        write_number(book, page, foot, place, key, number)
        return
    for at, total in enumerate(added):
        if at or number["numerator"] is not None:
            ends = [xl_rowcol_to_cell(row, place + at) for row in (1, foot - 1)]
            page.write_formula(foot, place + at, f"=SUM({ends[0]}:{ends[1]})", None, total)
    cells = [xl_rowcol_to_cell(foot, place + at) for at in (0, 1)]
    formula = f"={cells[1]}" if number["numerator"] is None else f"={cells[0]}/{cells[1]}"
    page.write_formula(foot, place + 2, formula, book.format_of(key), number["value"])


def write_course(book: Book, paper: Paper) -> None:
    """The funnel, and what was sold where the report says so."""
    counts = (paper.report.figures.get("funnel") or {}).get("counts", {})
    if counts:
        page = book.sheet(_("Sales funnel"), (_("Figure"), _("Key"), _("Count")))
        for line, (key, count) in enumerate(counts.items(), start=1):
            page.write_string(line, 0, str(kpi_of(key).name))
            page.write_string(line, 1, key)
            page.write_number(line, 2, count)
    sales = paper.report.figures.get("sales")
    if sales:
        page = book.sheet(_("Sales and customers"), paper.sold_heads)
        for line, one in enumerate(paper.sold, start=1):
            for place, cell in enumerate(one.cells[: len(paper.sold_heads)]):
                page.write_string(line, place, cell)


def write_counts(book: Book, paper: Paper) -> None:
    """Complaints by class and losses by reason, each with its sum."""
    head = (_("Class"), _("Count"), _("Resolved"), _("Lead department"))
    page = book.sheet(_("Complaints by class"), head)
    for line, one in enumerate(paper.complaints, start=1):
        page.write_string(line, 0, one.label)
        page.write_number(line, 1, one.count)
        page.write_number(line, 2, one.resolved)
        page.write_string(line, 3, one.who)
    write_sum(book, page, [one.count for one in paper.complaints])
    page = book.sheet(_("Lost customers by reason"), (_("Reason"), _("Count")))
    for line, one in enumerate(paper.lost, start=1):
        page.write_string(line, 0, one.label)
        page.write_number(line, 1, one.count)
    write_sum(book, page, [one.count for one in paper.lost])


def write_sum(book: Book, page: Any, counts: Iterable[int]) -> None:
    """The sum under a column of counts."""
    found = list(counts)
    if found:
        foot = len(found) + 1
        page.write_string(foot, 0, _("Total"), book.bold)
        page.write_formula(foot, 1, f"=SUM(B2:B{foot})", None, sum(found))
