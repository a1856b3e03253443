"""Taking a workbook out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from crm.exchange.actions.imports import fingerprint
from crm.exchange.queues.stored import StoredRows
from crm.exchange.queues.window import Rows, Window, rows_in
from crm.exchange.sheets.definitions import Column, Kind, Value
from crm.exchange.sheets.registry import SHEETS
from crm.exchange.sheets.writing import Written, write_xlsx, write_zip
from crm.people.models import User
from crm.records import audit

WRITERS = {".xlsx": write_xlsx, ".zip": write_zip}


def export_workbook(
    path: Path, window: Window, *, by: User | None, now: dt.datetime
) -> dict[str, int]:
    """Write the rows of the window to `path` (.xlsx, or .zip of .csv); counts by sheet.

    The file appears whole or not at all. `by` None is whoever sits at the machine; the audit
    trail keeps the window, the counts and the file's hash.
    """
    rows = rows_in(window, StoredRows())
    unfinished = path.with_name(f".{path.name}.part")
    try:
        WRITERS[path.suffix.lower()](unfinished, sheets_of(rows))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    counts = {sheet: len(found) for sheet, found in rows.items()}
    audit.record(
        "exchange.export_workbook",
        by=by,
        at=now,
        after={
            "file": path.name,
            "sha256": fingerprint(path),
            "from": window.first,
            "to": window.last,
            "store": window.store,
            "rows": counts,
        },
    )
    return counts


def sheets_of(rows: Rows) -> Iterator[Written]:
    """Every sheet with every column, the empty ones too."""
    for sheet in SHEETS:
        header = [column.key for column in sheet.columns]
        columns = sheet.columns
        lines = [
            [spoken(column, row[column.key]) for column in columns]
            for row in rows[sheet.key].values()
        ]
        yield Written(sheet.key, header, lines)


def spoken(column: Column, value: Value) -> Value:
    """What a customer answered is written yes or no; what simply holds or does not, true or false.

    An answer has no default: it may be missing.
    """
    if column.kind is Kind.YES_NO and column.default is None and isinstance(value, bool):
        return "yes" if value else "no"
    return value
