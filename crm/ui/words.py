"""Words worked out once for each language: a list says the same few things fifty times."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from django.utils.translation import get_language

P = ParamSpec("P")
R = TypeVar("R")
KEPT = 4096


def per_language(say: Callable[P, R]) -> Callable[P, R]:
    """Remember what `say` answered for its arguments in the active language.

    For pure functions of hashable arguments that translate; nothing personal may be one.
    """

    @lru_cache(KEPT)
    def remembered(_language: str | None, *args: P.args, **kwargs: P.kwargs) -> R:
        return say(*args, **kwargs)

    @wraps(say)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        return remembered(get_language(), *args, **kwargs)  # type: ignore[arg-type]

    return said
