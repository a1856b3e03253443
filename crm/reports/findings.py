"""What stands out in the figures of a visit report, by rules (RP-10). Pure.

The report's problems and suggestions are prefilled from it; the numbers are the rulebook's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Count = tuple[int, int]  # numerator, denominator
PERCENT = 100
REASONS = 3
RATES = (
    *("visit_completion_rate", "satisfaction_rate", "repurchase_rate"),
    *("visit_problems_resolved", "handling_satisfaction_rate"),
)
UNHAPPY = ("grade_2", "grade_1")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands out: the rule, the figure, its count now and before."""

    rule: str
    key: str
    now: Count
    before: Count = (0, 0)


def share(count: Count) -> Fraction | None:
    """The rate in percent, exact; None of nothing."""
    return Fraction(PERCENT * count[0], count[1]) if count[1] else None


def findings(
    now: Mapping[str, Count],
    before: Mapping[str, Count],
    *,
    worse_points: int,
    good_percent: int,
    least: int,
) -> list[Finding]:
    """What stands out, in the order of the report.

    "fell": a rate lower by `worse_points` or more; "low": one under `good_percent`; "unhappy":
    customers at the two lowest grades; "reason": the reasons named most; "least": what customers
    are least content with, under `good_percent` of at least `least` answers.
    """
    found = [
        one
        for key in RATES
        if (one := _rate(key, now.get(key, (0, 0)), before.get(key, (0, 0)), worse_points))
        or (one := _low(key, now.get(key, (0, 0)), good_percent))
    ]
    grades = [now[key] for key in UNHAPPY if key in now]
    if unhappy := sum(count[0] for count in grades):
        found.append(Finding("unhappy", UNHAPPY[1], (unhappy, grades[0][1])))
    named = [(key, count) for key, count in now.items() if key.startswith("reason-") and count[0]]
    named.sort(key=lambda one: (-one[1][0], one[0]))
    found += [Finding("reason", key, count) for key, count in named[:REASONS]]
    return found + _least(now, good_percent, least)


def _rate(key: str, now: Count, before: Count, worse_points: int) -> Finding | None:
    is_now, was = share(now), share(before)
    if is_now is None or was is None or was - is_now < worse_points:
        return None
    return Finding("fell", key, now, before)


def _low(key: str, now: Count, good_percent: int) -> Finding | None:
    is_now = share(now)
    return Finding("low", key, now) if is_now is not None and is_now < good_percent else None


def _least(now: Mapping[str, Count], good_percent: int, least: int) -> list[Finding]:
    graded = [
        (value, key, count)
        for key, count in now.items()
        if key.startswith("content_with_")
        and count[1] >= least
        and (value := share(count)) is not None
        and value < good_percent
    ]
    return [Finding("least", key, count) for _value, key, count in sorted(graded)[:1]]
