"""What a request names rows by where no form field reads it (D21). Pure."""

import re
from collections.abc import Iterable, Mapping

MOST_TICKED = 200
VERSION_AT_MOST = 2**31 - 1
PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")
TICK = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,22}):(?P<seen>[0-9]{1,9})")


def public_id(value: str | None) -> str:
    """The id, where it can be one; else "", which no row has."""
    return value if value and PUBLIC_ID.fullmatch(value) else ""


def public_ids(values: Iterable[str]) -> list[str]:
    """Those that can be ids, each once and in order."""
    return list(dict.fromkeys(one for one in values if public_id(one)))


def ticked(values: Iterable[str], most: int = MOST_TICKED) -> dict[str, int]:
    """Public id → the version its reader saw, of the rows ticked on one page; no nonsense."""
    found = (TICK.fullmatch(value) for value in list(values)[:most])
    return {one["name"]: int(one["seen"]) for one in found if one}


def version_of(sent: Mapping[str, str]) -> int:
    """The version of the row its reader saw; 0, which no row has, where it makes no sense."""
    text = sent.get("version", "")
    fits = text.isascii() and text.isdigit() and len(text) <= 10
    return min(int(text), VERSION_AT_MOST) if fits else 0
