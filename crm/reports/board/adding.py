"""The rows of the board's statements added up: counts, and the median of times."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from crm.reports.board.numbers import Group

SECONDS_PER_HOUR = 3600

# The term, the period and the group a number is of.
Place = tuple[int, int, Group]
# How many times a median is of, and the median in hours.
Middle = tuple[int, float]


def add_up(rows: Iterable[dict[str, Any]]) -> dict[Place, tuple[int, int]]:
    """The parts of a figure added up: numerator and denominator by term, period and group."""
    sums: dict[Place, tuple[int, int]] = {}
    for row in rows:
        found = (row["tag"], row["in_period"], row["counted_for"])
        above, below = sums.get(found, (0, 0))
        sums[found] = above + row["above"] - row["less"], below + row["below"]
    return sums


def measure(rows: Iterable[dict[str, Any]]) -> dict[Place, Middle]:
    """How many times every median is of, and its hours; each row belongs to one group.

    What has not ended within its period has no time.
    """
    every: dict[Place, list[float]] = {}
    for row in rows:
        if row["took"] is None:
            continue
        found = (row["tag"], row["in_period"], row["counted_for"])
        every.setdefault(found, []).append(hours(row["took"]))
    return {found: (len(times), statistics.median(times)) for found, times in every.items()}


def hours(took: timedelta) -> float:
    """How long it took, in hours."""
    return took.total_seconds() / SECONDS_PER_HOUR
