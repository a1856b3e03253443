"""A dealership's own names of sheets and columns, put into ours before a file is understood."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeAlias

from crm.exchange.sheets.headers import column_names, sheet_named
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.raw import RawSheet
from crm.exchange.sheets.registry import BY_KEY
from crm.exchange.sheets.texts import as_text

Names: TypeAlias = Mapping[tuple[str, str], str]
"""(our sheet, their column) → our column; ("", their sheet) → our sheet; "" means not read."""

HEADERS_SHOWN = 60
LONGEST = 120


def renamed(raw: RawSheet, names: Names) -> RawSheet:
    """The sheet under our names, its cells untouched; what we know anyway stays as it is."""
    sheet = sheet_named(raw.name) or BY_KEY.get(names.get(("", loose(raw.name)), ""))
    if sheet is None:
        return raw
    if not raw.rows:
        return dataclasses.replace(raw, name=raw.name if sheet_named(raw.name) else sheet.key)
    known = column_names(sheet)
    line, cells = raw.rows[0]
    header = [
        cell if loose(as_text(cell)) in known else translated(as_text(cell), sheet.key, names)
        for cell in cells
    ]
    name = raw.name if sheet_named(raw.name) else sheet.key
    return dataclasses.replace(raw, name=name, rows=[(line, header), *raw.rows[1:]])


def translated(name: str, sheet: str, names: Names) -> str:
    """Our column for a header of theirs, nothing for one not read, or the header itself."""
    return names.get((sheet, loose(name)[:LONGEST]), name)


def is_left_out(raw: RawSheet, names: Names) -> bool:
    """Whether the store said that a sheet of this name is not read."""
    return sheet_named(raw.name) is None and names.get(("", loose(raw.name)[:LONGEST])) == ""


def shown_headers(raw: RawSheet, sheet: RawSheet, names: Names) -> dict[str, Any]:
    """What the page that maps names needs to know of one sheet."""
    known = sheet_named(sheet.name)
    headers = [as_text(cell) for cell in raw.rows[0][1]] if raw.rows else []
    ours = column_names(known) if known else {}
    columns = []
    for name in dict.fromkeys(header[:LONGEST] for header in headers if header):
        own = loose(name) in ours
        told = None
        if known and not own:
            told = names.get((known.key, loose(name)[:LONGEST]))
        means = ours[loose(name)].key if own else told or ""
        columns.append({"name": name, "means": means, "own": own, "left_out": told == ""})
    return {
        "name": raw.name[:LONGEST],
        "sheet": known.key if known else "",
        "own": sheet_named(raw.name) is not None,
        "left_out": is_left_out(raw, names),
        "columns": columns[:HEADERS_SHOWN],
    }
