"""A small sales floor as a workbook, and ways to change, write and import it."""

# ruff: noqa: E501 (a table reads best with one row a line)
from __future__ import annotations

import csv
import datetime as dt
import io
from copy import deepcopy
from pathlib import Path
from typing import Any

import xlsxwriter

from crm.exchange.actions.imports import Outcome, import_workbook
from crm.exchange.sheets.problems import Problem
from tests.people import local

SAMPLE = Path(__file__).parent.parent / "reports" / "sample"
NOW = local("2026-11-09 10:00")
Cells = dict[str, Any]
Book = dict[str, list[Cells]]

FLOOR: Book = {
    "Stores": [{"code": "SH01", "name": "浦东店"}, {"code": "BJ01", "name": "朝阳店"}],
    "Staff": [
        {"username": "lin", "name": "林晓彤", "role": "salesperson", "store": "SH01", "team": "一组"},
        {"username": "chen", "name": "陈立新", "role": "sales_supervisor", "store": "SH01", "team": "一组"},
        {"username": "wu", "name": "吴伟刚", "role": "service_agent", "store": "SH01", "team": "客服"},
        {"username": "otto", "name": "欧阳外", "role": "salesperson", "store": "BJ01", "team": "一组"},
    ],
    "Products": [{"code": "EV6-LR", "name": "星途6 长续航"}, {"code": "CITY", "name": "小方"}],
    "Customers": [
        {
            "card_no": "C1",
            "name": "张伟",
            "phone": "13800138000",
            "owner": "lin",
            "level": "A",
            "source": "walk_in",
            "model": "小方",
            "opened_at": "2026-09-01 10:00:00",
            "status": "open",
        },
        {
            "card_no": "C2",
            "name": "王芳",
            "phone": "13900139000",
            "owner": "otto",
            "level": "B",
            "opened_at": "2026-09-02 10:00:00",
            "status": "open",
        },
    ],
    "Reception": [
        {
            "entry_no": "R1",
            "kind": "walk_in",
            "arrived_at": "2026-09-01 09:30",
            "left_at": "2026-09-01 10:20",
            "staff": "lin",
            "card_no": "C1",
        }
    ],
    "Plans": [
        {
            "plan_no": "P1",
            "card_no": "C1",
            "author": "lin",
            "created_at": "2026-09-01 11:00",
            "status": "approved",
        }
    ],
    "PlannedContacts": [
        {"planned_no": "L1", "plan_no": "P1", "due_at": "2026-09-03 15:00", "method": "phone"}
    ],
    "Contacts": [
        {
            "contact_no": "O1",
            "card_no": "C1",
            "staff": "lin",
            "occurred_at": "2026-09-03 15:10",
            "method": "phone",
            "outcome": "reached",
            "planned_no": "L1",
        }
    ],
    "Orders": [
        {
            "order_no": "E1",
            "card_no": "C1",
            "staff": "lin",
            "signed_at": "2026-09-10 16:00",
            "product": "CITY",
            "amount": "69800",
            "status": "signed",
        }
    ],
    "Payments": [
        {"payment_no": "Y1", "order_no": "E1", "paid_at": "2026-09-10 16:30", "amount": "5000"}
    ],
    "Tickets": [
        {
            "ticket_no": "T1",
            "card_no": "C1",
            "kind": "complaint",
            "category": "delivery",
            "reported_at": "2026-09-20 09:00",
            "reporter": "wu",
            "status": "open",
        }
    ],
    "Visits": [
        {
            "visit_no": "V1",
            "card_no": "C1",
            "kind": "new_purchase",
            "due_on": "2026-09-18",
            "assignee": "wu",
            "status": "due",
            "ticket_no": "T1",
        }
    ],
    "Recoveries": [
        {
            "recovery_no": "W1",
            "card_no": "C2",
            "stage": "1",
            "handler": "otto",
            "opened_at": "2026-10-01 10:00",
        }
    ],
}  # fmt: skip


def floor() -> Book:
    """The small floor, free to be changed."""
    return deepcopy(FLOOR)


def changed(sheet: str, row: int = 0, **cells: Any) -> Book:
    """The small floor with some cells of one row replaced."""
    book = floor()
    book[sheet][row].update(cells)
    return book


def added(sheet: str, **cells: Any) -> Book:
    """The small floor with one more row: the sheet's first with some cells replaced."""
    book = floor()
    book[sheet].append({**book[sheet][0], **cells})
    return book


def columns_of(rows: list[Cells]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def csv_text(rows: list[Cells]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns_of(rows))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_folder(folder: Path, book: Book, *, encoding: str = "utf-8") -> Path:
    """The book as a folder of .csv files."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet, rows in book.items():
        (folder / f"{sheet}.csv").write_bytes(csv_text(rows).encode(encoding))
    return folder


def write_xlsx(path: Path, book: Book) -> Path:
    """The book as .xlsx: numbers, dates and truth values as real ones, text as text."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as out:
        stamp = out.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for sheet, rows in book.items():
            page = out.add_worksheet(sheet)
            for place, column in enumerate(columns_of(rows)):
                page.write_string(0, place, column)
                for line, row in enumerate(rows, start=1):
                    value = row.get(column)
                    if isinstance(value, (dt.datetime, dt.date)):
                        page.write_datetime(line, place, value, stamp)
                    elif isinstance(value, str):
                        page.write_string(line, place, value)
                    elif value is not None:
                        page.write(line, place, value)
    return path


def bring_in(path: Path, **options: Any) -> Outcome:
    """Import as the command line does, on the Monday the floor lives in."""
    return import_workbook(path, by=None, now=options.pop("now", NOW), **options)


def bring(tmp_path: Path, book: Book, **options: Any) -> Outcome:
    """Write the book as a folder and import it."""
    return bring_in(write_folder(tmp_path / "book", book), **options)


def only(problems: list[Problem]) -> Problem:
    """The one problem there is."""
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]
