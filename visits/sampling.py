"""Which visits and contacts are checked, by whom: a draw anybody can repeat (SA-01). Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

HUNDRED = 100
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Drawn:
    """A visit to be given to an auditor; nobody among `barred` may audit it."""

    id: int
    barred: frozenset[int] = frozenset()


def size_of(completed: int, *, rate: int, least: int) -> int:
    """How many of a visitor's visits are drawn: `rate` percent rounded up, `least` at least,
    never more than there are (N-29)."""
    share = -(-completed * rate // HUNDRED)
    return min(completed, max(share, least))


def draw(seed: str, visits: Collection[str], *, count: int) -> tuple[str, ...]:
    """`count` of the visits, by their public ids, in the order they were drawn.

    Each visit's place is a hash of seed and id alone: the same seed draws the same visits
    whatever order they come in, on any machine, and no visit is likelier than another.
    """
    ranked = sorted(set(visits), key=lambda visit: (place_of(seed, visit), visit))
    return tuple(ranked[:count])


def place_of(seed: str, visit: str) -> str:
    """Where a visit stands in the draw."""
    return hashlib.sha256(f"{seed}:{visit}".encode()).hexdigest()


def share_out(drawn: Iterable[Drawn], loads: Mapping[int, int]) -> dict[int, int]:
    """Visit id → auditor: always whoever has the fewest open audits and is not barred from it.

    `loads` holds every auditor with the audits they have already. A visit all of them are
    barred from stays without one.
    """
    load, given = Counter(dict(loads)), dict[int, int]()
    for one in drawn:
        free = [auditor for auditor in loads if auditor not in one.barred]
        if free:
            given[one.id] = min(free, key=lambda auditor: (load[auditor], auditor))
            load[given[one.id]] += 1
    return given


YES, NO = "yes", "no"
TRUE, UNTRUE = "accurate", "inaccurate"


def is_true(happened: str, agrees: str) -> str:
    """Whether a contact was as it is written down; empty where the customer cannot tell (SA-03)."""
    if NO in (happened, agrees):
        return UNTRUE
    return TRUE if happened == YES else ""


def months_to_draw(last: dt.date | None, today: dt.date) -> list[dt.date]:
    """The first days of the months that are over and not drawn, oldest first.

    `last` is the month drawn last: after a pause every month since then follows. Where nothing
    was drawn yet it is the month before alone, so that history that is brought in is not called.
    """
    running = today.replace(day=1)
    month = next_month(last) if last else next_month(running, -1)
    found = []
    while month < running:
        found.append(month)
        month = next_month(month)
    return found


def next_month(first: dt.date, months: int = 1) -> dt.date:
    """The first day of a later month, of an earlier one when negative."""
    years, month = divmod(first.month - 1 + months, MONTHS_A_YEAR)
    return dt.date(first.year + years, month + 1, 1)
