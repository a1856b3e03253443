"""What a figure of the board is: how it is read, named and worded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.records.kpis import Figure, Question


class Unit(StrEnum):
    """How a value is shown: in percent, hours, as it is, a score from −100 to 100, or per 100."""

    RATE = "rate"
    HOURS = "hours"
    COUNT = "count"
    SCORE = "score"
    PER_HUNDRED = "per_hundred"


# How a value comes from what stands above and below the line.
FORMULAS: dict[Unit, Promise] = {
    Unit.RATE: _("What stands above the line ÷ what stands below it, in percent"),
    Unit.HOURS: _("The median: half of the times are longer, half are shorter"),
    Unit.COUNT: _("Each counts once"),
    Unit.SCORE: _("(Promoters − detractors) ÷ answers × 100"),
    Unit.PER_HUNDRED: _("What stands above the line ÷ what stands below it × 100"),
}


@dataclass(frozen=True)
class Kpi:
    """One figure: how it is read, what it is called, what stands above and below its line.

    `alone` marks figures of which a row may count in several periods, so that each period is
    asked by itself; `beside` names figures shown next to this one. `guarded` marks what customers
    answered about people: sales reads sums of several answers, never the rows (RV-42).
    """

    read: Callable[[Question], Figure]
    name: Promise
    above: Promise | str
    below: Promise
    belongs: Promise
    unit: Unit = Unit.RATE
    less_is_better: bool = False
    alone: bool = False
    beside: tuple[str, ...] = ()
    guarded: bool = False

    @property
    def formula(self) -> Promise:
        """How its value is reckoned, in words."""
        return FORMULAS[self.unit]
