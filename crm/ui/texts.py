"""Typed text as it is kept: no invisible or control characters (security.md D19). Pure."""

import re
import unicodedata

# Zero-width characters, byte order mark, and those that turn the writing direction round.
INVISIBLE = frozenset("\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What a spreadsheet would take for a formula when it opens a csv file.
FORMULA_LIKE = re.compile(r"'*\s*[=+\-@＝＋－＠]")
BREAKS = "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c"


def clean_line(text: str) -> str:
    """One line: NFC, runs of space made one, nothing invisible left."""
    return " ".join(_visible(text.replace("\n", " ")).split())


def clean_lines(text: str) -> str:
    """Several lines: as `clean_line`, line breaks kept, no empty lines at the ends."""
    for mark in BREAKS:
        text = text.replace(mark, "\n")
    return "\n".join(_visible(line).rstrip() for line in text.split("\n")).strip()


def disarmed(cell: str | int | float | None) -> str | int | float:
    """Text that looks like a formula gets an apostrophe, which the import takes off again (D40)."""
    if isinstance(cell, str) and FORMULA_LIKE.match(cell):
        return f"'{cell}"
    return "" if cell is None else cell


def _visible(text: str) -> str:
    kept = (char for char in unicodedata.normalize("NFC", text) if _is_visible(char))
    return "".join(kept)


def _is_visible(char: str) -> bool:
    if char == "\t":
        return True
    return (
        char not in INVISIBLE
        and char not in DIRECTIONS
        and unicodedata.category(char)
        not in (
            "Cc",
            "Cs",
        )
    )
