"""Passwords that are guessed first: words of the trade and of the place. Pure (ASVS 6.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What is left without these words must still be this long.
LEAST_BESIDE_WORDS = 8
# Words a sales floor reaches for; years and running digits count as words too.
TRADE_WORDS = (
    *("showfloor", "dealership", "dealer", "showroom", "autohaus", "carsales", "sales", "crm"),
    *("qiche", "zhanting", "xiaoshou", "xingche", "mima", "password", "passwort", "welcome"),
    *("admin", "administrator", "manager", "qwertyuiop", "qwerty", "woaini", "iloveyou"),
    *("汽车", "汽車", "展厅", "展廳", "销售", "銷售", "密码", "密碼", "4s店", "4s"),
)
RUNS = re.compile(r"(?:19|20)\d\d|(\w)\1{2,}|0?123456789?0?|12345|54321|88888|66666")


def is_guessable(password: str, words: Iterable[str] = ()) -> bool:
    """Whether little is left once trade words, `words`, years and runs are taken out."""
    rest = unicodedata.normalize("NFKC", password).casefold()
    known = {word.casefold() for word in (*TRADE_WORDS, *words) if len(word) > 1}
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(RUNS.sub("", rest)) < LEAST_BESIDE_WORDS
