"""Parts of pages drawn once for each shape and language, and then only filled in.

Drawing a template costs far more than joining its pieces, and most of a page is the same for
everybody: the menu of a role, a row of a list. A mould keeps what is the same. What is somebody's
own (names, numbers, tokens) is never kept: it is put in, escaped, each time.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from html import escape

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 512
# Two characters nobody types stand around the name of a word until it is put in.
PLACE = re.compile("\ue000([a-z_]+)\ue001")


def draw(template: str, shape: Mapping[str, Hashable] | None = None, **words: str) -> SafeString:
    """A template with its words put in, escaped unless they are safe.

    `shape` is all it decides and loops on: few values, and nothing personal. Words may only be
    printed and asked whether they are empty.
    """
    named = tuple(name for name, word in words.items() if word)
    if settings.DEBUG:
        _mould.cache_clear()  # templates are being edited
    pieces = list(_mould(get_language(), template, tuple((shape or {}).items()), named))
    pieces[1::2] = [
        word if isinstance(word := words[name], SafeString) else escape(str(word))
        for name in pieces[1::2]
    ]
    # Each word was escaped just above; the rest are our templates.
    return SafeString("".join(pieces))  # nosec B703


@lru_cache(MOST)
def _mould(
    _language: str | None,
    template: str,
    shape: tuple[tuple[str, Hashable], ...],
    named: tuple[str, ...],
) -> tuple[str, ...]:
    """Text and names of words in turn."""
    places = {name: f"\ue000{name}\ue001" for name in named}
    return tuple(PLACE.split(get_template(template).render({**dict(shape), **places})))
