"""What of kept rows counts, and the same of the rows of the business for what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from crm.records.kpis import NOTHING, Question
from crm.reports.board.live import Sums, parts_of, sums_of
from crm.reports.board.long import is_great
from crm.reports.board.numbers import Group
from crm.reports.kpis import kpi_of


@dataclass(frozen=True)
class Counted:
    """What of kept rows stands below the line, and above it."""

    below: Q
    above: Q = NOTHING


def kept_counts(rows: QuerySet[Any], counted: Mapping[str, Counted]) -> dict[str, Sums]:
    """All of these, in one pass over the rows."""
    columns: dict[str, Any] = {}
    for key, one in counted.items():
        columns[f"{key}_below"] = Count("card", filter=one.below) if one.below else Count("card")
        if one.above != NOTHING:
            columns[f"{key}_above"] = Count("card", filter=one.above)
    found = list(rows.order_by().values("in_period", "counted_for").annotate(**columns))
    return {
        key: {
            (row["in_period"], row["counted_for"]): (
                row.get(f"{key}_above", 0),
                row[f"{key}_below"],
            )
            for row in found
        }
        for key in counted
    }


def live_sums(key: str, question: Question, cards: frozenset[int]) -> Sums:
    """The same of these cards from the rows of the business; and what no kept row counts."""
    figure = kpi_of(key).read(question)
    parts = []
    for part in parts_of(figure):
        if not is_great(part.rows):
            parts.append(part)
        elif cards:
            column = "pk" if part.rows.model.__name__ == "Card" else "card"
            rows = part.rows.filter(**{f"{column}__in": cards})
            parts.append(replace(part, rows=rows, in_steps=False))
    return sums_of(parts)


def added(several: Iterable[Sums]) -> Sums:
    """What stands above and below the line in all of them together."""
    sums: dict[tuple[int, Group], tuple[int, int]] = {}
    for one in several:
        for place, (above, below) in one.items():
            so_far = sums.get(place, (0, 0))
            sums[place] = so_far[0] + above, so_far[1] + below
    return sums
