"""What the board answers with: one number for each period and group of a question."""

from __future__ import annotations

from dataclasses import dataclass, field

from crm.records.kpis import Figure, Span, Tally

# The primary key of a group or the code of a source, None for what belongs to nobody.
Group = int | str | None


@dataclass(frozen=True)
class Number:
    """One figure as kpi.md prints it: exact, with what stands above and below the line."""

    numerator: int | None
    denominator: int
    value: float | int | None

    def as_json(self) -> dict[str, float | int | None]:
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
        }


@dataclass
class Answer:
    """The numbers of one KPI: one for each period and group of its question.

    The group is a primary key or code, None for what belongs to nobody, 0 without grouping.
    """

    empty: Number
    numbers: dict[tuple[int, Group], Number] = field(default_factory=dict)

    def number(self, period: int = 0, group: Group = 0) -> Number:
        """The number of a period and group; that of no rows where there are none."""
        return self.numbers.get((period, group), self.empty)

    def over_groups(self, period: int = 0) -> Number:
        """All groups together, of a figure that counts rows of which each is in one group.

        Never for one that counts customers: somebody in two groups is one customer.
        """
        found = [one for (at, _group), one in self.numbers.items() if at == period]
        below = sum(one.denominator for one in found)
        if self.empty.numerator is None:
            return Number(None, below, below)
        above = sum(one.numerator or 0 for one in found)
        return Number(above, below, above / below if below else None)


@dataclass(frozen=True)
class Slot:
    """What is known of a term without wording it: where its numbers go and what they are."""

    answer: int
    first_period: int
    kind: type[Figure]
    times: int


def number_of(slot: Slot, numerator: int, denominator: int, hours: float | None = None) -> Number:
    """The number a figure amounts to: a rate of nothing and a median of nothing have no value."""
    if issubclass(slot.kind, Tally):
        return Number(None, denominator, denominator)
    if issubclass(slot.kind, Span):
        return Number(None, denominator, hours)
    value = slot.times * numerator / denominator if denominator else None
    return Number(numerator, denominator, value)
