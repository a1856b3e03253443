"""What is said of a number: its words, unit, bounds and line of the rulebook. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


def _(words: str) -> str:
    """Marks words for the translators; whoever shows them translates them."""
    return words


def pgettext(_context: str, words: str) -> str:
    """Marks words that mean something else elsewhere."""
    return words


@dataclass(frozen=True)
class Unit:
    """What a number counts, for one and for several."""

    one: str
    many: str


DAYS = Unit(pgettext("unit", "day"), pgettext("unit", "days"))
WORKING_DAYS = Unit(pgettext("unit", "working day"), pgettext("unit", "working days"))
MONTHS = Unit(pgettext("unit", "month"), pgettext("unit", "months"))
HOURS = Unit(pgettext("unit", "hour"), pgettext("unit", "hours"))
OPENING_HOURS = Unit(pgettext("unit", "opening hour"), pgettext("unit", "opening hours"))
MINUTES = Unit(pgettext("unit", "minute"), pgettext("unit", "minutes"))
SECONDS = Unit(pgettext("unit", "second"), pgettext("unit", "seconds"))
PERCENT = Unit("%", "%")
POINTS = Unit(pgettext("unit", "point"), pgettext("unit", "points"))
TRIES = Unit(pgettext("unit", "try"), pgettext("unit", "tries"))
VISITS = Unit(pgettext("unit", "visit"), pgettext("unit", "visits"))
CONTACTS = Unit(pgettext("unit", "contact"), pgettext("unit", "contacts"))
LEADS = Unit(pgettext("unit", "lead"), pgettext("unit", "leads"))
CUSTOMERS = Unit(pgettext("unit", "customer"), pgettext("unit", "customers"))
ANSWERS = Unit(pgettext("unit", "answer"), pgettext("unit", "answers"))
RECORDS = Unit(pgettext("unit", "record"), pgettext("unit", "records"))
ERRORS = Unit(pgettext("unit", "error"), pgettext("unit", "errors"))
CARS = Unit(pgettext("unit", "car"), pgettext("unit", "cars"))
YUAN = Unit(pgettext("unit", "yuan"), pgettext("unit", "yuan"))
MEGABYTES = Unit("MB", "MB")
FILES = Unit(pgettext("unit", "file"), pgettext("unit", "files"))
MEGAPIXELS = Unit(pgettext("unit", "megapixel"), pgettext("unit", "megapixels"))
PHONES = Unit(pgettext("unit", "phone"), pgettext("unit", "phones"))
CHECKS = Unit(pgettext("unit", "check"), pgettext("unit", "checks"))
CHARACTERS = Unit(pgettext("unit", "character"), pgettext("unit", "characters"))
TIME = Unit("time", "")  # a local time of day, as 08:30
TEXT = Unit("text", "")  # a name
Bound = int | str
WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Line:
    """One number of the rulebook as a manager reads it (OT-04).

    `least` and `most` are included; of a text they bound its length. With `everywhere` the house
    reads it for all stores at once, so that no store has its own.
    """

    key: str
    words: str
    unit: Unit
    least: Bound
    most: Bound
    rule: str = ""
    everywhere: bool = False

    def takes(self, value: str) -> bool:
        """Whether the value, as rows keep it, lies within the bounds."""
        if self.unit is TEXT:
            return int(self.least) <= len(value) <= int(self.most)
        if self.unit is TIME:
            return bool(CLOCK.fullmatch(value)) and str(self.least) <= value <= str(self.most)
        return bool(WHOLE.fullmatch(value)) and int(self.least) <= int(value) <= int(self.most)


@dataclass(frozen=True)
class Topic:
    """Numbers that belong together.

    The numbers of a guarded one protect customers or say how the managers themselves are
    measured: the general manager alone sets them.
    """

    key: str
    title: str
    hint: str
    lines: tuple[Line, ...]
    guarded: bool = False
