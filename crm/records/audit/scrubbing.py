"""Keeps numbers people are called by, and secrets, out of the trail, which nothing erases. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

HIDDEN = "***"
LONGEST_TEXT = 500
# Fields that never stand on the trail, whoever hands them in (security.md 1.3, D44).
PRIVATE_FIELDS = re.compile(
    r"(^|_)(password|token|secret|phone2?|mobile|telephone|wechat|email|id_number|address_line"
    r"|plate|vin|decision_maker)($|_)"
)
PRIVATE_TEXT = re.compile(
    r"(?<![\w.])(?:"
    r"\+\d(?:[ -]?\d){6,14}"  # international
    r"|(?:86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"  # mobile, mainland
    r"|0\d{1,3}[ -]?\d{3,4}[ -]?\d{3,4}"  # fixed lines, Taiwan mobiles
    r"|\d{17}[\dXx]"  # ID number
    r"|[\u4e00-\u9fff][A-Z][ ·]?[A-HJ-NP-Z0-9]{5,6}"  # plate
    r"|(?=[A-Z]*\d)[A-HJ-NPR-Z0-9]{17}"  # VIN
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail
    r")(?![\w]|\.\d)",
    re.ASCII,
)


def scrubbed(values: dict[str, Any]) -> dict[str, Any]:
    """`values` without private fields, and without numbers or mail addresses inside texts."""
    return {
        key: HIDDEN if one and PRIVATE_FIELDS.search(key) else _value(one)
        for key, one in values.items()
    }


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return scrubbed({str(key): one for key, one in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(one) for one in value]
    if isinstance(value, str):
        return _text(value)
    return value


def _text(text: str) -> str:
    """A text without what identifies a customer; digits of any script count as digits."""
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    usual = unicodedata.normalize("NFKC", text)
    return PRIVATE_TEXT.sub(HIDDEN, usual) if PRIVATE_TEXT.search(usual) else text
