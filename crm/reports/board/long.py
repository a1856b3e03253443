"""Counts of long periods: a group's year is millions of rows.

They are planned for their own moments: a plan that is kept for any moments expects a few thousand
rows of them and looks millions up one by one. Each part that counts such rows is a statement of its
own: one statement of all figures would run into the time a statement may take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from crm.records.kpis import Part, Span

GREAT = ("Card", "Contact", "PlannedContact", "ReceptionEntry")
IN_STEPS = """SELECT in_period, counted_for, SUM(hit), COUNT(*) FROM ({rows}) AS every
    GROUP BY in_period, counted_for"""
# The two in the middle, which are one where the number of times is odd, of fewer than 10^9 of them.
IN_THE_MIDDLE = """SELECT in_period, counted_for, COUNT(*),
    PERCENTILE_DISC(ARRAY[0.5, 0.500000001]) WITHIN GROUP (ORDER BY until - begun)
    FROM ({rows} OFFSET 0) AS every WHERE until < period_end GROUP BY in_period, counted_for"""
# The same of kept times, and of a few beside them.
IN_THE_MIDDLE_OF_BOTH = """SELECT in_period, counted_for, COUNT(*),
    PERCENTILE_DISC(ARRAY[0.5, 0.500000001]) WITHIN GROUP (ORDER BY took)
    FROM (SELECT in_period, counted_for, until - begun AS took FROM ({rows}) AS kept
        WHERE until < period_end
        UNION ALL SELECT * FROM UNNEST(%s::int[], %s::bigint[], %s::interval[])) AS every
    GROUP BY in_period, counted_for"""


def is_great(rows: QuerySet[Any, Any]) -> bool:
    """Whether these are rows of which a group of stores has millions a year."""
    return rows.model.__name__ in GREAT


def counts(part: Part, tag: int) -> Iterable[dict[str, Any]]:
    """The counts of a part by period and group, marked with `tag`; one statement."""
    return _in_steps(part, tag) if part.in_steps else part.summed(tag)


def _in_steps(part: Part, tag: int) -> Iterator[dict[str, Any]]:
    """Each customer once, then how many: along an index, shared by the server's cores.

    `COUNT(DISTINCT …)` sorts all rows for each of the two counts, on one core.
    """
    for period, group, above, below in _of_each(IN_STEPS, part.each_once()):
        yield {
            "tag": tag,
            "in_period": period,
            "counted_for": group,
            "above": above,
            "less": 0,
            "below": below,
        }


def middles(span: Span) -> list[tuple[int, Any, int, list[timedelta]]]:
    """Period, group, how many times and the two in the middle; PostgreSQL alone knows them.

    Everything of which a long period has millions ends before its period does.
    """
    rows = span.rows if span.asked_of is None else span.asked_of
    times = rows.order_by().values(
        "in_period", "counted_for", "period_end", begun=F(span.begin), until=F(span.until)
    )
    return _of_each(IN_THE_MIDDLE, times)


def middles_of_both(
    kept: QuerySet[Any, Any], beside: Sequence[tuple[int, Any, timedelta]]
) -> list[tuple[int, Any, int, list[timedelta]]]:
    """The same of kept times, and of others of which each names its period and group."""
    columns = [list(column) for column in zip(*beside, strict=True)] or [[], [], []]
    return _of_each(IN_THE_MIDDLE_OF_BOTH, kept, columns)


def _of_each(words: str, rows: QuerySet[Any, Any], beside: Sequence[Any] = ()) -> list[Any]:
    """What is asked of these rows; nothing of none."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(words.format(rows=sql), [*params, *beside])
        found: list[Any] = cursor.fetchall()
    return found
