"""A workbook being written: its formats, its sheets, a figure in three cells."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from crm.reports.kpis import Unit, kpi_of

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


def write_aim(book: Book, page: Any, line: int, place: int, key: str, aim: float | None) -> None:
    """A target, written as the figure it is of; nothing where there is none."""
    if aim is not None:
        value = aim / 100 if kpi_of(key).unit is Unit.RATE else aim
        page.write_number(line, place, value, book.format_of(key))
