"""Reading the cells of one sheet: what was read of a text is kept, since most texts come again."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from crm.exchange.sheets.cells import read
from crm.exchange.sheets.definitions import Column, Raw, Sheet, Value
from crm.exchange.sheets.headers import Header
from crm.exchange.sheets.texts import Unfit, as_text, empties

KEPT_AT_MOST = 5000


class Read(NamedTuple):
    """A cell: its text, its value, and why it does not fit its column, where it does not."""

    text: str
    value: Value = None
    unfit: str = ""


class CellReader:
    """The cells of one column; the same text again is the same object again."""

    def __init__(self, column: Column, zone: ZoneInfo) -> None:
        self.column = column
        self._zone = zone
        self._kept: dict[str, Read] = {}

    def read(self, cell: Raw) -> Read:
        """A cell as read; what is no text may say more than its text and is never kept."""
        if not isinstance(cell, str):
            return self._anew(cell)
        found = self._kept.get(cell)
        if found is None:
            found = self._anew(cell)
            if len(self._kept) < KEPT_AT_MOST:
                self._kept[cell] = found
        return found

    def _anew(self, cell: Raw) -> Read:
        text = as_text(cell)
        if not text or empties(cell):
            return Read(text)
        try:
            return Read(text, read(self.column, cell, self._zone))
        except Unfit as unfit:
            return Read(text, unfit=str(unfit))


def readers(header: Header, zone: ZoneInfo) -> list[tuple[int, CellReader]]:
    """Who reads the cells at which place."""
    return [(place, CellReader(column, zone)) for place, column in header.places.items()]


@cache
def _shape(_sheet: Sheet, _what: str) -> type[Any]:
    return type("Cells", (), {})


def cells_of(sheet: Sheet, what: str) -> dict[str, Any]:
    """An empty dict for one row of this sheet: its texts, or its values.

    The attributes of one class share their table of names (PEP 412), so that a row takes less
    than half of what a dict of its own would: there are hundreds of thousands.
    """
    found: dict[str, Any] = vars(_shape(sheet, what)())
    return found
