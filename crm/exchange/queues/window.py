"""Which rows an export takes: those in the window, and whatever they refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from crm.exchange.queues.stored import StoredRows
from crm.exchange.queues.tables import Table
from crm.exchange.sheets.definitions import Kind, Value
from crm.exchange.sheets.registry import SHEETS

Rows = dict[str, dict[str, dict[str, Value]]]


@dataclass(frozen=True)
class Window:
    """Local days, both included, and a store's code; what is None or empty does not limit."""

    first: date | None = None
    last: date | None = None
    store: str = ""

    @property
    def is_open(self) -> bool:
        """Whether everything is taken."""
        return self.first is None and self.last is None and not self.store


def rows_in(window: Window, stored: StoredRows) -> Rows:
    """Rows by sheet and key, in the order they were stored, then those they refer to."""
    found: Rows = {}
    for sheet in SHEETS:
        table = stored.tables[sheet.key]
        rows = stored.read(table, limited(table, window, stored))
        found[sheet.key] = {str(row[sheet.key_column.key]): row for row in rows}
    if not window.is_open:
        add_referred(found, stored)
    return found


def limited(table: Table, window: Window, stored: StoredRows) -> QuerySet[Any]:
    """A table's rows within the window by its main time and store.

    A sheet without a time of its own, or without stores, gives only what others refer to.
    """
    rows = table.rows
    if window.store:
        rows = rows.filter(**{table.store: window.store}) if table.store else rows.none()
    if window.first is None and window.last is None:
        return rows
    column = table.sheet.by_key.get(table.sheet.main_time)
    if column is None:
        return rows.none()
    path = table.path(column.key)
    if window.first is not None:
        rows = rows.filter(**{f"{path}__gte": start_of(column.kind, window.first, stored)})
    if window.last is not None:
        after = window.last + timedelta(days=1)
        rows = rows.filter(**{f"{path}__lt": start_of(column.kind, after, stored)})
    return rows


def start_of(kind: Kind, day: date, stored: StoredRows) -> date | datetime:
    """The first moment of a local day, or the day itself for a column of days."""
    return day if kind is Kind.DATE else datetime.combine(day, time(), tzinfo=stored.zone)


def add_referred(found: Rows, stored: StoredRows) -> None:
    """Add the rows that the rows taken name, then those these name, until none is missing."""
    wanted = named_by(found, ((sheet.key, found[sheet.key].values()) for sheet in SHEETS))
    while wanted:
        added: list[tuple[str, Iterable[dict[str, Value]]]] = []
        for sheet, keys in wanted.items():
            rows = {key: dict(row) for key, row in stored.rows(sheet, keys).items()}
            found[sheet].update(rows)
            added.append((sheet, rows.values()))
        wanted = named_by(found, added)


def named_by(
    found: Rows, taken: Iterable[tuple[str, Iterable[dict[str, Value]]]]
) -> dict[str, set[str]]:
    """The keys that rows name and that are not among those found, by sheet."""
    by_key = {sheet.key: sheet for sheet in SHEETS}
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, rows in taken:
        columns = [(column.key, column.refers_to) for column in by_key[name].references]
        if "model" in by_key[name].by_key:
            columns.append(("model", "Products"))
        for row in rows:
            for column, sheet in columns:
                key = row.get(column)
                if key and str(key) not in found[sheet]:
                    wanted[sheet].add(str(key))
    return wanted
