"""Sentences that outlive whoever caused them: kept as what to say, worded for who reads them.

A worker writes why it stopped in the language of nobody in particular. `said` is `gettext` whose
answer remembers the message and its values; `to_keep` writes both as text, and `worded` says it
in the language in force. Text kept by an earlier release stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

MARK = '{"say":'
PLAIN = (str, int, float, bool, type(None))


class Said(str):
    """A sentence in the language in force that knows which message with which values it is."""

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, Any]

    def __new__(cls, message: str, values: Mapping[str, Any] | None = None) -> Said:
        """The message translated, with its values where it has some."""
        text = gettext(message)
        made = super().__new__(cls, text if values is None else str.__mod__(text, values))
        made.message, made.values = message, values or {}
        return made

    def __mod__(self, values: Any) -> str:
        """The sentence with its values, remembered by name."""
        if isinstance(values, Mapping):
            return Said(self.message, dict(values))
        return super().__mod__(values)

    def __str__(self) -> str:
        """Itself: `str(error)` forgets nothing."""
        return self


def said(message: str) -> str:
    """`gettext` for sentences that may be kept."""
    return Said(message)


def to_keep(sentence: str) -> str:
    """A sentence as text to be kept; its message and values where they are known."""
    tree = _tree(sentence)
    return json.dumps(tree, ensure_ascii=False) if isinstance(tree, dict) else str.__str__(sentence)


def worded(kept: str) -> str:
    """A kept sentence in the language in force, to be kept again too; other text as it is."""
    if not kept.startswith(MARK):
        return kept
    try:
        return str(_words(json.loads(kept)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return kept


def _tree(sentence: Any) -> Any:
    if not isinstance(sentence, Said):
        return sentence
    if not all(isinstance(value, PLAIN) for value in sentence.values.values()):
        return str.__str__(sentence)
    values = {name: _tree(value) for name, value in sentence.values.items()}
    return {"say": sentence.message, **({"with": values} if values else {})}


def _words(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    values = {name: _words(value) for name, value in tree.get("with", {}).items()}
    return Said(tree["say"], values or None)
