"""The one way workbooks are written: text stays text, whatever it begins with (D40)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.texts import CONTROL
from crm.ui.texts import disarmed

TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}


@dataclass(frozen=True)
class Written:
    """A sheet to be written: its name, its header, its rows; `top` stands above the header."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    top: str = ""


def as_cell(value: Value) -> str | int | float | None:
    """A value as a spreadsheet holds it: times and yes or no as text, money as a number."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int):
        return value
    return CONTROL.sub("", value)


def write_xlsx(path: Path, sheets: Iterable[Written], *, mark: str = "") -> None:
    """Write an .xlsx in which no cell calculates and none is a link.

    `mark` says in the file's properties who took it out.
    """
    with path.open("wb") as file, xlsxwriter.Workbook(file, TEXT_ONLY) as book:
        if mark:
            book.set_custom_property("Export", mark)
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            write_sheet(book.add_worksheet(sheet.name), sheet, bold)


def write_sheet(page: Any, sheet: Written, bold: Any) -> None:
    """One sheet: what stands on top, the header, then its rows."""
    first = 1 if sheet.top else 0
    page.freeze_panes(first + 1, 0)
    if sheet.top:
        page.write_string(0, 0, sheet.top)
    for place, name in enumerate(sheet.header):
        page.write_string(first, place, name, bold)
        page.set_column(place, place, max(12, len(name) + 2))
    for line, row in enumerate(sheet.rows, start=first + 1):
        for place, value in enumerate(row):
            cell = as_cell(value)
            if isinstance(cell, str):
                page.write_string(line, place, cell)
            elif cell is not None:
                page.write_number(line, place, cell)


def write_zip(path: Path, sheets: Iterable[Written]) -> None:
    """Write a zip of .csv files: UTF-8 with BOM, every cell quoted, formulas disarmed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for sheet in sheets:
            text = io.StringIO(newline="")
            writer = csv.writer(text, quoting=csv.QUOTE_ALL)
            writer.writerow(sheet.header)
            for row in sheet.rows:
                writer.writerow([disarmed(as_cell(value)) for value in row])
            packed.writestr(f"{sheet.name}.csv", text.getvalue().encode("utf-8-sig"))
