"""Rows by sheet and key while a workbook is checked: the file's first, then the stored ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from crm.exchange.sheets.definitions import Value, Values
from crm.exchange.sheets.registry import SHEETS
from crm.exchange.sheets.rows import Book


class Stored(Protocol):
    """What the check asks about rows that are already there."""

    def rows(self, sheet: str, keys: Iterable[str]) -> Mapping[str, Values]:
        """The stored rows with these keys, in the workbook's terms."""

    def live_plans(self, cards: Iterable[str]) -> Mapping[str, list[str]]:
        """Card number to the numbers of its live plans."""

    def first_contacts(self, cards: Iterable[str]) -> Mapping[str, Mapping[str, datetime]]:
        """Card number to its contacts' numbers and times."""

    def products(self) -> Mapping[str, str]:
        """Code to name of every product."""

    def options(self, kind: str) -> Mapping[str, str]:
        """Every way to write an option of a list to the one way it is exported."""

    def merged(self, cards: Iterable[str]) -> Mapping[str, str]:
        """Merged card to the card that survived it."""


class Lookup:
    """Rows by sheet and key: those of the file first, then the stored ones."""

    def __init__(self, book: Book, stored: Stored) -> None:
        self.in_file = {
            sheet.key: {row.key: row for row in reversed(book.rows.get(sheet.key, []))}
            for sheet in SHEETS
        }
        self._stored = stored
        self._found: dict[str, dict[str, Values]] = {sheet.key: {} for sheet in SHEETS}

    def load(self, sheet: str, keys: Iterable[str]) -> None:
        """Fetch stored rows in one go."""
        missing = set(keys) - self._found[sheet].keys()
        if missing:
            self._found[sheet].update(self._stored.rows(sheet, missing))

    def stored(self, sheet: str, key: str) -> Values | None:
        """The stored row, once loaded."""
        return self._found[sheet].get(key)

    def values(self, sheet: str, key: Value) -> Values:
        """The row as it will be after the import; empty for none."""
        row = self.in_file[sheet].get(str(key))
        if row is not None and row.values:
            return row.values
        return self._found[sheet].get(str(key), {})

    def exists(self, sheet: str, key: Value) -> bool:
        """Whether the key names a row of the file or a stored one."""
        return str(key) in self.in_file[sheet] or str(key) in self._found[sheet]
