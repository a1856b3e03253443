"""A raw cell as text, and why a cell does not fit."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from crm.exchange.sheets.definitions import Raw

EMPTIES = frozenset({"-", "－"})
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Zero-width characters, C1, marks of byte order, and what turns the writing direction round.
UNSEEN = re.compile(
    CONTROL.pattern[:-1]
    + "\x80-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


class Unfit(ValueError):
    """A cell that does not fit its column; the message says why."""


def plain(text: str) -> str:
    """Full-width digits and signs as ordinary ones, without surrounding space."""
    return unicodedata.normalize("NFKC", text).strip()


def as_text(raw: Raw) -> str:
    """The cell as text: 9.0 is 9, line ends are one kind, unprintable characters go."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e17 else repr(raw)
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(raw, str) and raw.isprintable():
        return raw.strip()
    text = str(raw).replace("\r\n", "\n")
    return UNSEEN.sub("", re.sub("[\r\v\f]", "\n", text)).strip()


def empties(raw: Raw) -> bool:
    """Whether the cell asks for what is stored to be emptied."""
    return isinstance(raw, str) and raw.strip() in EMPTIES
