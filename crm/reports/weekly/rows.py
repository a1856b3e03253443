"""The rows behind the frozen figures of a report, and those that changed a figure since.

What stands below and above a figure's line is kept by primary key when the report is closed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.records.periods import Period
from crm.reports.board import Number, read
from crm.reports.kpis import kpi_of
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.queues.rows import ABOVE, BELOW, sides_of
from crm.reports.weekly.figures import OF_NOW, WHOLE, question_of

# A figure of more rows than this keeps none of them: the group's year is a million contacts.
KEPT_AT_MOST = 20_000
KEPT = tuple(key for key in WHOLE if key not in OF_NOW)
ENTERED, LEFT, ACHIEVED, LOST = "entered", "left", "achieved", "lost"


@dataclass(frozen=True)
class Sides:
    """What a figure counts now: the rows below its line and those above."""

    model: Any
    below: QuerySet[Any]
    above: QuerySet[Any] | None

    def keys(self) -> tuple[list[int], list[int]]:
        """Their primary keys."""
        above = [] if self.above is None else sorted(self.above.values_list("pk", flat=True))
        return sorted(self.below.values_list("pk", flat=True)), above


def sides_now(key: str, store_id: int | None, period: Period, now: dt.datetime) -> Sides:
    """The rows behind a figure of a report today."""
    kpi = kpi_of(key)
    found = {
        one.key: one.rows for one in sides_of(kpi, kpi.read(question_of(store_id, period, now)))
    }
    return Sides(found[BELOW].model, found[BELOW], found.get(ABOVE))


def rows_to_freeze(
    store_id: int | None, period: Period, figures: dict[str, Any], now: dt.datetime
) -> list[FrozenRows]:
    """The rows behind every figure small enough to keep them, still without their report."""
    kept = []
    for key in KEPT:
        number = figures["whole"][key]
        if 0 < number["denominator"] + (number["numerator"] or 0) <= KEPT_AT_MOST:
            below, above = sides_now(key, store_id, period, now).keys()
            kept.append(FrozenRows(key=key, below=below, above=above))
    return kept


@dataclass(frozen=True)
class Change:
    """Rows that changed a frozen figure in one way: which way, and the rows as they are now."""

    way: str
    rows: QuerySet[Any]
    gone: int


@dataclass(frozen=True)
class Difference:
    """A frozen figure beside what it has come to be, with the rows that made the difference."""

    key: str
    frozen: Number
    live: Number
    changes: list[Change]
    is_kept: bool


def difference_of(report: PeriodReport, key: str, now: dt.datetime) -> Difference:
    """Which rows entered a figure since it was frozen, left it, or changed their side."""
    frozen = Number(**report.figures["whole"][key])
    asked = question_of(report.store_id, report.period, now)
    live = read([(key, asked)])[0].number()
    kept = FrozenRows.objects.filter(report=report, key=key).first()
    total = frozen.denominator + (frozen.numerator or 0)
    if kept is None and total:
        return Difference(key, frozen, live, [], is_kept=False)
    was_below, was_above = (set(kept.below), set(kept.above)) if kept else (set(), set())
    sides = sides_now(key, report.store_id, report.period, now)
    below, above = map(set, sides.keys())
    stayed = below & was_below
    if sides.above is not None and sides.above.model is not sides.model:
        model, ways = sides.above.model, {ACHIEVED: above - was_above, LOST: was_above - above}
        over = [_change(way, model, pks) for way, pks in ways.items() if pks]
        ways = {ENTERED: below - was_below, LEFT: was_below - below}
    else:
        over = []
        ways = {
            ENTERED: below - was_below,
            LEFT: was_below - below,
            ACHIEVED: (above - was_above) & stayed,
            LOST: (was_above - above) & stayed,
        }
    changes = [_change(way, sides.model, pks) for way, pks in ways.items() if pks]
    return Difference(key, frozen, live, [*changes, *over], is_kept=True)


def _change(way: str, model: Any, pks: set[int]) -> Change:
    rows = model._default_manager.filter(pk__in=pks)
    return Change(way, rows, len(pks) - rows.count())
