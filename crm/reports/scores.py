"""The assessment score: a person's rates beside their targets, weighted (kpi.md). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

# However far a target is passed, one indicator makes good for no more than this of another.
CAP = Fraction(12, 10)
WHOLE = 100
Who = TypeVar("Who")


@dataclass(frozen=True)
class Indicator:
    """One of the rates a person is assessed by: its weight, what it came to, what it was to reach.

    `value` and `target` are in the same unit; `counted` is how many rows stand below the line.
    """

    key: str
    weight: int
    value: Fraction | None
    counted: int
    target: Fraction | None
    less_is_better: bool = False

    def counts(self, least: int) -> bool:
        """Whether it says something: it has a value of enough rows, a weight and a target."""
        is_asked = bool(self.weight and self.target)
        return is_asked and self.value is not None and self.counted >= least

    @property
    def share(self) -> Fraction:
        """How much of its target was reached, at most CAP; of hours and counts less is better."""
        if self.value is None or not self.target:
            raise ValueError(f"{self.key} has no value or no target.")
        if not self.less_is_better:
            return min(self.value / self.target, CAP)
        return min(self.target / self.value, CAP) if self.value else CAP


@dataclass(frozen=True)
class Score:
    """What a person's indicators amount to; None where none of them says anything."""

    value: Fraction | None
    counted: tuple[str, ...]
    of: int


def score_of(indicators: Sequence[Indicator], least: int) -> Score:
    """The weighted mean of the shares, times 100; what says nothing leaves its weight to others."""
    weighed = [one for one in indicators if one.weight]
    saying = [one for one in weighed if one.counts(least)]
    keys = tuple(one.key for one in saying)
    if not saying:
        return Score(None, keys, len(weighed))
    total = sum((one.weight * one.share for one in saying), Fraction())
    return Score(WHOLE * total / sum(one.weight for one in saying), keys, len(weighed))


def ranks(scores: Mapping[Who, Fraction | None]) -> dict[Who, int]:
    """The rank of everybody who has a score, the highest first; ties share one (1, 2, 2, 4)."""
    known = {who: score for who, score in scores.items() if score is not None}
    return {who: 1 + _above(score, known.values()) for who, score in known.items()}


def _above(score: Fraction, scores: Collection[Fraction]) -> int:
    return sum(one > score for one in scores)
