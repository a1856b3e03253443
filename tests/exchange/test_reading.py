"""A long sheet takes little memory: texts are shared, lines let go, names of columns kept once."""

from __future__ import annotations

import datetime as dt
import sys
from zoneinfo import ZoneInfo

import pytest

from crm.exchange.sheets.definitions import Raw
from crm.exchange.sheets.raw import RawSheet
from crm.exchange.sheets.reading import KEPT_AT_MOST, CellReader, cells_of
from crm.exchange.sheets.registry import BY_KEY
from crm.exchange.sheets.rows import read_book

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTACTS, CUSTOMERS = BY_KEY["Contacts"], BY_KEY["Customers"]


def text(of: str) -> str:
    """The same text as another object, as a reader of files gives it."""
    return "".join(list(of))


def sheet(*lines: list[Raw]) -> RawSheet:
    header: list[Raw] = ["contact_no", "card_no", "method", "feedback"]
    return RawSheet("Contacts", list(enumerate([header, *lines], start=1)))


def test_the_same_text_is_kept_once() -> None:
    book = read_book(
        [sheet(*([f"K{n}", text("C1"), text("电话"), text("周六带夫人来")] for n in range(3)))],
        SHANGHAI,
    )
    first, *others = book.rows["Contacts"]
    for row in others:
        assert row.shown["feedback"] is first.shown["feedback"]
        assert row.given["feedback"] is row.shown["feedback"]
        assert row.given["card_no"] is first.given["card_no"]
        assert row.given["method"] == "phone"


def test_lines_are_let_go_once_they_are_read() -> None:
    raw = sheet(["K1", "C1", "phone", "好"], ["K2", "C1", "phone", "好"])
    book = read_book([raw], SHANGHAI)
    assert [list(cells) for _line, cells in raw.rows[1:]] == [[], []]
    assert [row.key for row in book.rows["Contacts"]] == ["K1", "K2"]


def test_a_row_takes_less_than_a_dict_of_its_own() -> None:
    names = [column.key for column in CUSTOMERS.columns]
    for _turn in range(50):
        cells = cells_of(CUSTOMERS, "values")
        for name in names:
            cells[name] = None
    own = dict.fromkeys(names)
    assert sys.getsizeof(cells) < sys.getsizeof(own) / 1.5
    assert (list(cells), cells) == (names, own)


@pytest.mark.parametrize("cell", [True, 1, 1.0, dt.datetime(2026, 3, 2, 9, 30, 0, 500_000)])
def test_what_is_no_text_is_never_taken_for_another(cell: Raw) -> None:
    """1, 1.0 and true are the same key of a dict and not the same cell."""
    reader = CellReader(CONTACTS.by_key["feedback"], SHANGHAI)
    told = {str(other): reader.read(other).text for other in (1, True, 1.0)}
    assert told == {"1": "1", "True": "true", "1.0": "1"}
    assert reader.read(cell) == CellReader(CONTACTS.by_key["feedback"], SHANGHAI).read(cell)


def test_a_text_that_does_not_fit_is_refused_each_time() -> None:
    reader = CellReader(CONTACTS.by_key["method"], SHANGHAI)
    first, second = reader.read(text("pigeon")), reader.read(text("pigeon"))
    assert first.unfit
    assert (first.text, first.unfit) == (second.text, second.unfit)


def test_a_column_of_nothing_but_own_texts_is_not_kept_whole() -> None:
    reader = CellReader(CONTACTS.by_key["contact_no"], SHANGHAI)
    for number in range(KEPT_AT_MOST + 10):
        assert reader.read(f"K{number}").value == f"K{number}"
    assert len(reader._kept) == KEPT_AT_MOST
