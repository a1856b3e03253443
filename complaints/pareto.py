"""Which few causes make most of the trouble (CP-27). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The causes that together make up four of five are the vital few.
VITAL = (4, 5)


@dataclass(frozen=True)
class Line:
    """One cause: how many, and how many up to and with it; whether it is of the vital few."""

    key: str
    count: int
    upto: int
    vital: bool


def pareto(counts: Mapping[str, int]) -> list[Line]:
    """The causes by how often they came, the most frequent first; equal ones by their key."""
    whole, before = sum(counts.values()), 0
    lines = []
    for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if count:
            vital = before * VITAL[1] < whole * VITAL[0]
            before += count
            lines.append(Line(key, count, before, vital))
    return lines
