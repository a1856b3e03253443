"""What stands out in the figures of a managers' report, by rules (RP-09). Pure.

Rates are compared exactly, in points of a percent; times and counts by their share of what they
were or were to be. Both are weighed against what makes a change, so that one list has them all. The
numbers of the rules are the rulebook's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

PERCENT = 100
# How many names a sentence carries.
NAMES = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """From how many points a rate has changed, and from how many percent a time or a count; how
    many rows that needs; which share of what is overdue makes a few people worth naming."""

    points: int
    least: int
    share_percent: int
    change_percent: int


@dataclass(frozen=True, slots=True)
class Highlight:
    """One thing that stands out: its rule, the figure it is about, the facts of its sentence."""

    rule: str
    key: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the report."""
        return asdict(self)


def found_in(
    figures: Mapping[str, Any],
    heads: Sequence[str],
    *,
    less: Collection[str],
    counts: Collection[str] = (),
    rules: Rules,
) -> list[Highlight]:
    """What stands out, in the order of the report: changes, targets, people, what is overdue.

    `less` names the figures of which less is better, `counts` those that count. Nothing is said of
    figures without rows.
    """
    found = changes(figures, heads, less=less, counts=counts, rules=rules)
    told = {one.key for one in found}
    found += missed(figures, [key for key in heads if key not in told], less=less, rules=rules)
    found += stands_out(figures["people"], rules)
    found += overdue(figures["people"], rules)
    return found + broken_promises(figures["whole"])


def rate_of(number: Mapping[str, Any] | None) -> Fraction | None:
    """A rate in percent, exact; None for anything else and for a rate of nothing."""
    if not number or number["numerator"] is None or not number["denominator"]:
        return None
    return Fraction(PERCENT * number["numerator"], number["denominator"])


def plain_of(number: Mapping[str, Any] | None) -> Fraction | None:
    """A time or a count; None for a rate and for what has no value."""
    if not number or number["numerator"] is not None or number["value"] is None:
        return None
    return Fraction(str(number["value"]))


def distance(
    now: Mapping[str, Any] | None, other: Fraction | None, then: Fraction | None, rules: Rules
) -> Fraction | None:
    """How far a number lies above a rate in percent, or above a time or a count.

    One is where it begins to be worth a word; None where the two cannot be compared.
    """
    rate, plain = rate_of(now), plain_of(now)
    if rate is not None:
        return None if other is None else (rate - other) / rules.points
    if plain is None or then is None:
        return None
    # From nothing on, each is a whole one more.
    return PERCENT * (plain - then) / (then or 1) / rules.change_percent


def changes(
    figures: Mapping[str, Any],
    heads: Sequence[str],
    *,
    less: Collection[str],
    counts: Collection[str],
    rules: Rules,
) -> list[Highlight]:
    """The figure that got better most and the one that got worse most, from what makes a change.

    Of those with at least `least` rows in both periods, a count in one of them: one customer of
    three is no trend.
    """
    moved: list[tuple[Fraction, str]] = []
    for key in heads:
        now, before = figures["whole"].get(key), figures["before"].get(key)
        gain = distance(now, rate_of(before), plain_of(before), rules)
        counted = [_rows(now), _rows(before)]
        enough = max(counted) if key in counts else min(counted)
        if gain is not None and enough >= rules.least:
            moved.append((-gain if key in less else gain, key))
    moved.sort(key=lambda one: (-one[0], heads.index(one[1])))
    found = [Highlight("better", moved[0][1])] if moved and moved[0][0] >= 1 else []
    if moved and -moved[-1][0] >= 1:
        found.append(Highlight("worse", moved[-1][1]))
    return found


def _rows(number: Mapping[str, Any] | None) -> int:
    return int(number["denominator"]) if number else 0


def missed(
    figures: Mapping[str, Any], heads: Sequence[str], *, less: Collection[str], rules: Rules
) -> list[Highlight]:
    """The figure furthest from its target."""
    short: list[tuple[Fraction, str]] = []
    for key in heads:
        target, now = figures["targets"].get(key), figures["whole"].get(key)
        aim = None if target is None else Fraction(str(target))
        over = distance(now, aim, aim, rules)
        if over is not None and (by := over if key in less else -over) > 0:
            short.append((by, key))
    if not short:
        return []
    by, key = max(short, key=lambda one: (one[0], -heads.index(one[1])))
    is_rate = rate_of(figures["whole"][key]) is not None
    points = {"points": round(float(by * rules.points), 1)} if is_rate else {}
    return [Highlight("missed", key, points)]


def stands_out(people: Sequence[Mapping[str, Any]], rules: Rules) -> list[Highlight]:
    """Whose follow-ups were in time most, where nobody comes near."""
    rated = [
        (rate, person["figures"]["on_time_rate"]["denominator"], person["name"])
        for person in people
        if person["figures"]["on_time_rate"]["denominator"] >= rules.least
        and (rate := rate_of(person["figures"]["on_time_rate"])) is not None
    ]
    if len(rated) < 2:
        return []
    (best, _count, name), (second, *_others) = sorted(rated, reverse=True)[:2]
    every = [rate_of(person["figures"]["on_time_rate"]) for person in people]
    if best - second < rules.points or any(rate is not None and rate > best for rate in every):
        return []
    return [Highlight("stands_out", "on_time_rate", {"name": name, "percent": float(best)})]


def overdue(people: Sequence[Mapping[str, Any]], rules: Rules) -> list[Highlight]:
    """What is overdue, and the few who hold at least `share_percent` of it."""
    late = sorted(
        (
            (person["figures"]["contacts_overdue"]["denominator"], person["name"])
            for person in people
        ),
        key=lambda one: (-one[0], one[1]),
    )
    total = sum(count for count, _name in late)
    if not total:
        return []
    held = 0
    names: list[str] = []
    for count, name in late[:NAMES]:
        if PERCENT * held >= rules.share_percent * total or not count:
            break
        held, names = held + count, [*names, name]
    crowd = sum(count > 0 for count, _name in late)
    scattered = PERCENT * held < rules.share_percent * total
    if total < rules.least or scattered or len(names) == crowd > 1:
        return [Highlight("overdue", "contacts_overdue", {"total": total, "people": crowd})]
    return [
        Highlight(
            "overdue_with", "contacts_overdue", {"total": total, "held": held, "names": names}
        )
    ]


def broken_promises(whole: Mapping[str, Any]) -> list[Highlight]:
    """Tickets that were not resolved by the time first promised."""
    number = whole.get("resolved_in_time_rate") or {}
    broken = (number.get("denominator") or 0) - (number.get("numerator") or 0)
    if broken <= 0:
        return []
    return [
        Highlight(
            "promises", "resolved_in_time_rate", {"broken": broken, "of": number["denominator"]}
        )
    ]
