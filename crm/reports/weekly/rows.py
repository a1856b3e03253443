"""The rows behind the frozen figures of a report, and the same rows as they are counted today.

What stands below and above a figure's line is kept by primary key when the report is closed, for
the whole report and for each of its people, teams or stores.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from crm.customers.models import Card
from crm.records.kpis import NOTHING, By, Figure, Part, Question, Rate, Span
from crm.records.periods import Period
from crm.reports import due
from crm.reports.board import Group
from crm.reports.kpis import find_kpi, kpi_of
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.weekly.course import SIGNED
from crm.reports.weekly.figures import OF_GROUPS, PARTS, WHOLE, addresses, question_of
from crm.reports.weekly.parts import live_parts, numbers_of, question_about

# A figure of more rows than this keeps none of them: the group's year is a million contacts, and
# what a year of a store is too long to keep its weeks and months have.
KEPT_AT_MOST = {due.WEEK: 20_000, due.MONTH: 20_000, due.YEAR: 5_000}


@dataclass
class Counted:
    """Primary keys of what a figure counts, and the seconds of each row of a median."""

    below: set[int] = field(default_factory=set)
    above: set[int] = field(default_factory=set)
    minus: set[int] = field(default_factory=set)
    took: dict[int, float] = field(default_factory=dict)


def counted_by(figure: Figure) -> dict[Group, Counted]:
    """The rows of a figure by their group, which is 0 where the question has no groups."""
    found: dict[Group, Counted] = {}
    if isinstance(figure, Span):
        times = figure.rows.order_by().values_list("counted_for", "pk", figure.begin, figure.until)
        for group, pk, begin, until in times:
            mine = found.setdefault(group, Counted())
            mine.below.add(pk)
            mine.took[pk] = (until - begin).total_seconds()
        return found
    parts = figure.parts if isinstance(figure, Rate) else (Part(figure.rows, hit=NOTHING),)
    for part in parts:
        _add(found, part)
    return found


def _add(found: dict[Group, Counted], part: Part) -> None:
    """Put the rows of one part where they count."""
    sides = {
        "below": part.rows if part.in_denominator else None,
        "above": part.rows.filter(part.hit) if part.hit != NOTHING else None,
        "minus": part.rows.filter(part.miss) if part.miss != NOTHING else None,
    }
    for side, rows in sides.items():
        if rows is not None:
            pairs = rows.order_by().values_list("counted_for", part.counted).distinct()
            for group, pk in pairs:
                getattr(found.setdefault(group, Counted()), side).add(pk)


def kinds_of(figure: Figure) -> tuple[Any, Any]:
    """The models of what stands below and above a figure's line."""
    if not isinstance(figure, Rate):
        return figure.rows.model, figure.rows.model
    below = next(part for part in figure.parts if part.in_denominator)
    above = next((part for part in figure.parts if part.hit != NOTHING), below)
    return _kind_of(below), _kind_of(above)


def _kind_of(part: Part) -> Any:
    return Card if part.counted == "card" else part.rows.model


def rows_to_freeze(
    kind: str,
    store_id: int | None,
    period: Period,
    figures: Mapping[str, Any],
    now: dt.datetime,
    *,
    is_past: bool = False,
) -> list[FrozenRows]:
    """The rows behind every figure small enough to keep them, still without their report."""
    ask = question_of(store_id, period, now, is_past=is_past)
    most = KEPT_AT_MOST[kind]
    small = [key for key in WHOLE if 0 < _size(figures["whole"][key]) <= most]
    kept = [row for key in small for row in _frozen(key, ask, {0: ""})]
    of_groups = [key for key in small if key in OF_GROUPS]
    for by in (By.PERSON, By.TEAM if store_id else By.STORE):
        names = addresses(by, figures[PARTS[by]])
        kept += [row for key in of_groups for row in _frozen(key, replace(ask, by=by), names)]
    parts = [key for key, one in numbers_of(figures).items() if 0 < one.denominator <= most]
    known = [key for key in parts if find_kpi(key)]
    return kept + [row for key in known for row in _frozen(key, question_about(key, ask), {0: ""})]


def _size(printed: Mapping[str, Any]) -> int:
    """How many rows at most; more critics than friends make a net score's numerator negative."""
    return int(printed["denominator"] + abs(printed["numerator"] or 0))


def _frozen(key: str, ask: Question, names: Mapping[int, str]) -> list[FrozenRows]:
    found = counted_by(kpi_of(key).read(ask))
    return [
        FrozenRows(key=key, whose=name, **as_kept(found[group]))
        for group, name in names.items()
        if group in found
    ]


def as_kept(rows: Counted) -> dict[str, list[Any]]:
    """The rows as they are kept with a report."""
    below = sorted(rows.below)
    return {
        "below": below,
        "above": sorted(rows.above),
        "minus": sorted(rows.minus),
        "took": [rows.took[pk] for pk in below] if rows.took else [],
    }


def kept_rows(frozen: FrozenRows) -> Counted:
    """The rows as they were when the report was closed."""
    took = dict(zip(frozen.below, frozen.took, strict=False))
    return Counted(set(frozen.below), set(frozen.above), set(frozen.minus), took)


def parts_today(report: PeriodReport, now: dt.datetime) -> dict[str, Any]:
    """The parts of a report as they are today; where sales differ, whether the orders do too."""
    parts = dict(live_parts(report, now))
    if parts.get("sales") != report.figures.get("sales"):
        parts["same_orders"] = _same_rows(report, SIGNED, now)
    return parts


def _same_rows(report: PeriodReport, key: str, now: dt.datetime) -> bool:
    """Whether a figure counts the very rows it counted; not known where they were not kept."""
    kept = FrozenRows.objects.filter(report=report, key=key, whose="").first()
    ask = question_of(report.store_id, report.period, now)
    today = counted_by(kpi_of(key).read(ask)).get(0, Counted())
    return kept is not None and kept_rows(kept).below == today.below


def rows_of(pks: Iterable[int], model: Any) -> QuerySet[Any]:
    """Those of the rows that still exist."""
    found: QuerySet[Any] = model._default_manager.filter(pk__in=list(pks))
    return found
