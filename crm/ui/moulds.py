"""Parts of pages drawn once for each shape and language, and then only filled in.

Drawing a template costs far more than joining its pieces, and most of a page is the same for
everybody: the menu of a role, a row of a list. A mould keeps what is the same. What is somebody's
own (names, numbers, tokens) is never kept: it is put in, escaped, each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from html import escape
from itertools import islice

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 2048
# Two characters nobody types stand around the name of a word until it is put in.
PLACE = re.compile("\ue000([a-z_]+)\ue001")


def draw(template: str, shape: Mapping[str, Hashable] | None = None, **words: str) -> SafeString:
    """A template with its words put in, escaped unless they are safe.

    `shape` is all it decides and loops on: few values, and nothing personal. Words may only be
    printed and asked whether they are empty.
    """
    what = dict(shape or {})

    def make(places: Mapping[str, str]) -> str:
        return get_template(template).render({**what, **places})

    return draw_kept((template, *what.items()), make, **words)


def draw_kept(key: Hashable, make: Callable[[Mapping[str, str]], str], **words: str) -> SafeString:
    """What `make` draws of stand-ins for the words, with the words put in.

    `key` holds all it decides on beside the language and which words are empty; `make` is only
    called for an unknown one.
    """
    named = tuple([name for name, word in words.items() if word])
    whole = (get_language(), key, named)
    pieces = _kept.get(whole)
    if pieces is None:
        places = {name: f"\ue000{name}\ue001" for name in named}
        pieces = tuple(PLACE.split(make(places)))
        if not settings.DEBUG:  # while developing, templates are being edited
            _keep(whole, pieces)
    filled = list(pieces)
    filled[1::2] = [_escaped(words[name]) for name in pieces[1::2]]
    # Each word was escaped just above; the rest are our templates.
    return SafeString("".join(filled))  # nosec B703


def _escaped(word: str) -> str:
    """A word as HTML. Letters and digits, Chinese ones too, need no escaping."""
    plain = isinstance(word, SafeString) or (type(word) is str and word.isalnum())
    return word if plain else escape(word)


_kept: dict[Hashable, tuple[str, ...]] = {}


def _keep(key: Hashable, pieces: tuple[str, ...]) -> None:
    """Keep a mould; of too many the older half goes, and what is shared comes back at once."""
    if len(_kept) >= MOST:
        for old in list(islice(_kept, MOST // 2)):
            _kept.pop(old, None)
    _kept[key] = pieces
