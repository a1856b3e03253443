"""Whether an answer says what was approved (security.md 1.4, rule 4). Pure."""

from __future__ import annotations

import re
import unicodedata


def says(words: str, approved: str) -> bool:
    """Whether the approved text stands in the answer as it is, however the lines are broken."""
    return _tight(approved) in _tight(words)


def says_more(words: str, approved: str) -> bool:
    """Whether the answer says something besides: a greeting, a translation, perhaps a promise."""
    return _tight(words) != _tight(approved)


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
