"""Which sheet and which columns a name in a file means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from crm.exchange.sheets.definitions import Column, Raw, Sheet
from crm.exchange.sheets.names import loose, spellings
from crm.exchange.sheets.registry import SHEETS
from crm.exchange.sheets.texts import as_text


@dataclass(frozen=True)
class Header:
    """The columns of a sheet as found: place (from 0) and the name the file gives it."""

    places: dict[int, Column]
    names: dict[str, str]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]


@cache
def _sheet_names() -> dict[str, Sheet]:
    return {name: sheet for sheet in SHEETS for name in _both(sheet.key, sheet.chinese)}


@cache
def column_names(sheet: Sheet) -> dict[str, Column]:
    """Every spelling of every column of a sheet, as compared."""
    return {name: column for column in sheet.columns for name in _both(column.key, column.chinese)}


def _both(key: str, chinese: str) -> frozenset[str]:
    return spellings(key) | spellings(chinese)


def sheet_named(name: str) -> Sheet | None:
    """The sheet this name means, by key or Chinese name; None for an unknown one."""
    return _sheet_names().get(loose(name))


def read_header(sheet: Sheet, cells: Sequence[Raw]) -> Header:
    """The columns of `sheet` found in its first line, in whatever order they stand."""
    known = column_names(sheet)
    places: dict[int, Column] = {}
    names: dict[str, str] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for place, raw in enumerate(cells):
        text = as_text(raw)
        column = known.get(loose(text))
        if column is None:
            unknown += [text] if text else []
        elif column.key in names:
            twice.append(text)
        else:
            places[place] = column
            names[column.key] = text
    return Header(places, names, tuple(unknown), tuple(twice))
