"""A file of targets as it was read: which column means what, and its rows as text (KP-13)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.exchange.sheets.definitions import Raw
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import MEGABYTE, Limits, RawSheet
from crm.exchange.sheets.texts import Unfit, as_text, plain

COLUMNS: Mapping[str, Any] = {
    "key": gettext_lazy("Key"),
    "figure": pgettext_lazy("target", "Figure"),
    "store": gettext_lazy("Store code"),
    "team": gettext_lazy("Team"),
    "person": gettext_lazy("Username"),
    "month": pgettext_lazy("target", "From month"),
    "value": pgettext_lazy("target", "Target"),
}
# Without these there is nothing to read; a figure is named by its key or by its words.
NEEDED = ("month", "value")
NAMING = ("key", "figure")
HEADER_WITHIN = 5
ROWS_AT_MOST = 2000
LONGEST = 200
LIMITS = Limits(
    file_bytes=2 * MEGABYTE,
    unpacked_bytes=20 * MEGABYTE,
    members=100,
    ratio=100,
    rows=ROWS_AT_MOST + HEADER_WITHIN,
    columns=60,
    cells=100_000,
    characters=2_000_000,
    refusals=10_000,
    cpu_seconds=10,
    memory_bytes=512 * MEGABYTE,
)
MONTH = re.compile(r"(\d{4})\D{0,2}(\d{1,2})(\D.*)?")
ONE_DECIMAL = Decimal("0.1")


@dataclass(frozen=True)
class Told:
    """A row of the file: its line in the spreadsheet, its cells as text by our columns."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class TargetFile:
    """What a file says: its rows, the columns it has, and those that mean nothing to us."""

    rows: list[Told]
    columns: list[str]
    unknown: list[str]


@cache
def column_names() -> dict[str, str]:
    """Every spelling of every column, in all our languages, as compared."""
    found = {loose(key): key for key in COLUMNS}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {loose(str(label)): key for key, label in COLUMNS.items()}
    return found


def read_targets(sheets: Sequence[RawSheet]) -> TargetFile:
    """The rows under the first header found; raises `Unreadable` with a sentence."""
    for sheet in sheets:
        for place, (_line, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
            if header := header_of(cells):
                return under(header, cells, sheet.rows[place + 1 :])
    names = ", ".join(str(COLUMNS[key]) for key in ("figure", *NEEDED))
    raise Unreadable(
        _("No header was found: a sheet needs the columns %(names)s.") % {"names": names}
    )


def header_of(cells: Sequence[Raw]) -> dict[int, str]:
    """Place → column; empty where this is no header of ours."""
    known = column_names()
    found: dict[int, str] = {}
    for place, raw in enumerate(cells):
        key = known.get(loose(as_text(raw)))
        if key and key not in found.values():
            found[place] = key
    there = set(found.values())
    return found if there.issuperset(NEEDED) and there & set(NAMING) else {}


def under(
    header: dict[int, str], cells: Sequence[Raw], rows: Sequence[tuple[int, Sequence[Raw]]]
) -> TargetFile:
    """The filled rows below a header."""
    if len(rows) > ROWS_AT_MOST:
        raise Unreadable(
            _("The file has more than %(most)d rows. Split it.") % {"most": ROWS_AT_MOST}
        )
    told = []
    for number, row in rows:
        texts = {header[at]: as_text(raw)[:LONGEST] for at, raw in enumerate(row) if at in header}
        if any(texts.values()):
            told.append(Told(number, texts))
    unknown = [as_text(raw)[:LONGEST] for at, raw in enumerate(cells) if at not in header]
    columns = [key for key in COLUMNS if key in header.values()]
    return TargetFile(told, columns, [name for name in unknown if name])


def month_of(text: str) -> dt.date:
    """The first day of a month written `2026-03`, `2026/3`, `2026年3月` or as a date of it."""
    found = MONTH.fullmatch(plain(text))
    try:
        return dt.date(int(found[1]), int(found[2]), 1) if found else dt.date.fromisoformat(text)
    except ValueError:
        raise Unfit(_("Write the month like 2026-03.")) from None


def value_of(text: str, *, percent: bool) -> Decimal | None:
    """A target; None takes it back. A cell shown as 90 % holds 0.9, which nobody means."""
    written = plain(text).removesuffix("%").strip().replace(",", "")
    if not written or written in {"-", "–"}:
        return None
    try:
        value = Decimal(written)
        exact = value.is_finite() and value == value.quantize(ONE_DECIMAL)
    except InvalidOperation:
        raise Unfit(_("Write a number.")) from None
    if percent and 0 < value < 1:
        raise Unfit(_("Write 90 for 90 %."))
    if not exact:
        raise Unfit(_("At most one decimal."))
    return value.quantize(ONE_DECIMAL)
