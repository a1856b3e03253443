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
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_rowcol_to_cell

from crm.records.kpis import Question, Rate, Span
from crm.reports.kpis import Unit, kpi_of
from crm.reports.queues.scores import line_of
from crm.reports.weekly.course_words import SoldLine
from crm.reports.weekly.figures import OF_GROUPS, question_of, stored
from crm.reports.weekly.paper import Paper, computed_words
from crm.ui import numbers

TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
# How a value is made from the cells of its numerator and denominator.
QUOTIENT = {Unit.RATE: "={0}/{1}", Unit.SCORE: "={0}/{1}*100"}


@dataclass
class Book:
    """A workbook being written, with its formats."""

    book: Any
    bold: Any
    rate: Any
    hours: Any
    sum: Any

    @classmethod
    def on(cls, file: io.BytesIO) -> Book:
        book = xlsxwriter.Workbook(file, TEXT_ONLY)
        bold = book.add_format({"bold": True})
        return cls(
            book,
            bold,
            book.add_format({"num_format": "0.0%"}),
            book.add_format({"num_format": "0.0"}),
            book.add_format({"num_format": "#,##0"}),
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
    report, figures = paper.report, paper.report.figures
    added_up = rows_added_up(question_of(report.store_id, report.period, report.due_at))
    write_whole(book, paper)
    for name, group in (
        (_("Stores"), figures["stores"]),
        (_("Teams"), figures["teams"]),
        (pgettext("by person", "People"), figures["people"]),
    ):
        if group:
            write_group(book, name, group, figures, added_up)
    write_course(book, paper)
    write_counts(book, paper)
    write_scores(book, paper)
    page = book.sheet(_("How it is counted"), (_("Figure"), _("How it is counted")))
    for line, key in enumerate(stored(figures, OF_GROUPS), start=1):
        page.write_string(line, 0, str(kpi_of(key).name))
        page.write_string(line, 1, computed_words(kpi_of(key)))
    book.book.close()
    return file.getvalue()


def rows_added_up(ask: Question) -> frozenset[str]:
    """The figures that count rows, each one person's, so that their sum is the whole.

    Customers are counted once however many people had to do with them; medians have no sum.
    """
    read = {key: kpi_of(key).read(ask) for key in OF_GROUPS}
    return frozenset(
        key
        for key, figure in read.items()
        if not isinstance(figure, Span)
        and not (isinstance(figure, Rate) and any(part.counted != "pk" for part in figure.parts))
    )


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
    page.write_string(foot + 1, 0, paper.taken_words)


def write_number(
    book: Book, page: Any, line: int, place: int, key: str, number: Mapping[str, Any]
) -> None:
    """Numerator, denominator and value; a rate or score is made from the two cells before it."""
    above, below, value = number["numerator"], number["denominator"], number["value"]
    if above is not None:
        page.write_number(line, place, above)
    page.write_number(line, place + 1, below)
    if value is None:
        return
    style = book.format_of(key)
    if formula := QUOTIENT.get(kpi_of(key).unit):
        cells = [xl_rowcol_to_cell(line, place + at) for at in (0, 1)]
        page.write_formula(line, place + 2, formula.format(*cells), style, value)
    else:
        page.write_number(line, place + 2, value, style)


def write_group(
    book: Book,
    name: str,
    group: Sequence[Mapping[str, Any]],
    figures: dict[str, Any],
    added_up: frozenset[str],
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
        place, lines = 2 + 3 * at, [one["figures"][key] for one in group]
        if key in added_up and adds_up(lines, whole[key]):
            write_total(book, page, foot, place, key, whole[key])
        else:
            write_number(book, page, foot, place, key, whole[key])


def adds_up(lines: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]) -> bool:
    """Whether the lines are all of the whole: what belongs to nobody stands in none of them."""
    added = [sum(one[side] or 0 for one in lines) for side in ("numerator", "denominator")]
    return bool(added == [whole["numerator"] or 0, whole["denominator"]] and added[1])


def write_total(
    book: Book, page: Any, foot: int, place: int, key: str, number: Mapping[str, Any]
) -> None:
    """The sum of the lines above, and the value made from the sums."""
    for at, side in enumerate(("numerator", "denominator")):
        if number[side] is not None:
            ends = [xl_rowcol_to_cell(row, place + at) for row in (1, foot - 1)]
            page.write_formula(foot, place + at, f"=SUM({ends[0]}:{ends[1]})", None, number[side])
    cells = [xl_rowcol_to_cell(foot, place + at) for at in (0, 1)]
    formula = "={1}" if number["numerator"] is None else "={0}/{1}"
    page.write_formula(
        foot, place + 2, formula.format(*cells), book.format_of(key), number["value"]
    )


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
            write_sold(book, page, line, one)


def write_sold(book: Book, page: Any, line: int, sold: SoldLine) -> None:
    """Now, before and a year ago as numbers; growth is made from their cells."""
    name = f"{sold.name} ({sold.unit})" if sold.unit else sold.name
    page.write_string(line, 0, name)
    for place, value in zip((1, 2, 4), sold.exact, strict=False):
        page.write_number(line, place, value, book.sum)
    now, cell = sold.exact[0], xl_rowcol_to_cell(line, 1)
    for place, since in zip((2, 4), sold.exact[1:], strict=False):
        if since:
            formula = f"={cell}/{xl_rowcol_to_cell(line, place)}-1"
            page.write_formula(line, place + 1, formula, book.rate, now / since - 1)
        else:
            page.write_string(line, place + 1, numbers.MISSING)


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
    write_sum(book, page, [one.resolved for one in paper.complaints], place=2)
    page.write_string(len(paper.complaints) + 3, 0, paper.complaint_words)
    page.write_string(len(paper.complaints) + 4, 0, paper.late_words)
    page = book.sheet(_("Lost customers by reason"), (_("Reason"), _("Count")))
    for line, one in enumerate(paper.lost, start=1):
        page.write_string(line, 0, one.label)
        page.write_number(line, 1, one.count)
    write_sum(book, page, [one.count for one in paper.lost])


def write_scores(book: Book, paper: Paper) -> None:
    """The scores of a month and of the quarter that ends with it."""
    for title, of in ((_("Scores"), "scores"), (_("Scores of the quarter"), "quarter_scores")):
        people = paper.report.figures.get(of, ())
        if not people:
            continue
        score, rank = pgettext("assessment", "Score"), pgettext("assessment", "Rank")
        page = book.sheet(title, (_("Name"), _("Team"), rank, score, _("Indicators"), _("Made of")))
        for line, one in enumerate(people, start=1):
            page.write_string(line, 0, one["name"])
            page.write_string(line, 1, one["team"])
            if one["score"] is not None:
                page.write_number(line, 2, one["rank"])
                page.write_number(line, 3, one["score"], book.hours)
            worded = line_of(one)
            page.write_string(line, 4, worded.of)
            page.write_string(line, 5, " · ".join(worded.parts))


def write_sum(book: Book, page: Any, counts: Iterable[int], *, place: int = 1) -> None:
    """The sum under a column of counts."""
    found = list(counts)
    if found:
        foot = len(found) + 1
        page.write_string(foot, 0, _("Total"), book.bold)
        ends = [xl_rowcol_to_cell(row, place) for row in (1, foot - 1)]
        page.write_formula(foot, place, f"=SUM({ends[0]}:{ends[1]})", None, sum(found))
