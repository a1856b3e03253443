"""Rules that several sheets share, as pure functions over one row's values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crm.exchange.sheets.definitions import Flaw, Values
from crm.exchange.sheets.saying import said as _


def in_order(row: Values, earlier: str, later: str) -> Iterator[Flaw]:
    """`later` may not lie before `earlier`; either may be empty."""
    begin, end = row.get(earlier), row.get(later)
    if isinstance(begin, datetime) and isinstance(end, datetime) and end < begin:
        yield Flaw(later, _("it lies before %(column)s") % {"column": earlier})


def needed(row: Values, column: str, why: str) -> Iterator[Flaw]:
    """`column` is filled; `why` says when it has to be."""
    if row.get(column) in (None, ""):
        yield Flaw(column, why)


def nothing_more(_row: Values) -> Iterator[Flaw]:
    """The sheet has no rule beyond those of its columns."""
    yield from ()
