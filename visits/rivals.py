"""What answers say about other brands, as a colleague would write it down (RV-06..09). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from visits.questions import Answers, Form

# The ready questions about other brands, by their keys.
BRAND, WORDS, INFLUENCE = "rivals_brand", "rivals_words", "rivals_influence"
MOST = 3
BETWEEN = re.compile(r"[、，,;；/\n]+")
# What is longer, or has as many digits as an address or a number, is no brand's name.
NAME_AT_MOST, DIGITS_AT_MOST, MODEL_AT_MOST = 20, 4, 60


class Said(NamedTuple):
    """What was said of one brand; `brand` is empty where none was named, `words` where nothing
    else was. `influence` is the key that was chosen."""

    brand: str
    model: str
    words: str
    influence: str


def rivals_said(form: Form, answers: Answers, known: Iterable[str]) -> list[Said]:
    """What was answered about other brands, by brand, at most `MOST`.

    `known` are names written down before: one of them is found in a name with its model and,
    where no brand was asked for, in the customer's words. What is no name joins the words.
    """
    asked = {question.key for question in form.asked(answers)} & answers.keys()
    named, words = (answers[key].text.strip() if key in asked else "" for key in (BRAND, WORDS))
    if not (named or words):
        return []
    chosen = answers[INFLUENCE].choices if INFLUENCE in asked else ()
    names = sorted(known, key=lambda name: (-len(name), name))
    cars = list(_cars(named, names))[:MOST]
    if not cars:
        words = "\n".join(part for part in (named, words) if part)
        cars = [(name, "") for name in names if _where(name, words)][:MOST]
    if not cars and words:
        cars = [("", "")]
    return [Said(brand, model, words, chosen[0] if chosen else "") for brand, model in cars]


def _cars(named: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """The brands and models in an answer to which ones; nothing where a part of it is no name."""
    parts = [part.strip() for part in BETWEEN.split(named) if part.strip()]
    cars = {}
    for part in parts:
        brand = next((name for name in names if _where(name, part)), "")
        if not brand and not _is_name(part):
            return
        found = _where(brand, part) if brand else None
        model = (part[: found.start()] + part[found.end() :]).strip() if found else ""
        cars[brand or part] = model[:MODEL_AT_MOST]
    yield from cars.items()


def _is_name(part: str) -> bool:
    digits = sum(letter.isdigit() for letter in part)
    return len(part) <= NAME_AT_MOST and digits <= DIGITS_AT_MOST and "@" not in part


def _where(name: str, text: str) -> re.Match[str] | None:
    """Where a name stands in a text; one in Latin letters only as a word of its own."""
    pattern = re.escape(name)
    if name.isascii():
        pattern = rf"(?<![a-z0-9]){pattern}(?![a-z0-9])"
    return re.search(pattern, text, re.IGNORECASE)
