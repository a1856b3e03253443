"""Counts of long periods: a group's year is millions of rows.

They are planned for their own moments: a plan that is kept for any moments expects a few thousand
rows of them and looks millions up one by one. Each part that counts such rows is a statement of its
own: one statement of all figures would run into the time a statement may take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from crm.records.kpis import Part, Span

ONE_HOUR = timedelta(hours=1)
GREAT = ("Card", "Contact", "PlannedContact", "ReceptionEntry")
IN_STEPS = """SELECT in_period, counted_for, SUM(hit), COUNT(*) FROM ({rows}) AS every
    GROUP BY in_period, counted_for"""
# The two in the middle, which are one where the number of times is odd, of fewer than 10^9 of them.
IN_THE_MIDDLE = """SELECT in_period, counted_for, COUNT(*),
    PERCENTILE_DISC(ARRAY[0.5, 0.500000001]) WITHIN GROUP (ORDER BY until - begun)
    FROM ({rows} OFFSET 0) AS every WHERE until < period_end GROUP BY in_period, counted_for"""
# The same of kept times and a few beside them.
IN_THE_MIDDLE_OF_BOTH = """SELECT in_period, counted_for, COUNT(*),
    PERCENTILE_DISC(ARRAY[0.5, 0.500000001]) WITHIN GROUP (ORDER BY took)
    FROM (
        SELECT in_period, counted_for, until - begun AS took FROM ({rows}) AS kept
        WHERE until < period_end
        UNION ALL SELECT * FROM UNNEST(%s::int[], %s::bigint[], %s::interval[])
    ) AS every GROUP BY in_period, counted_for"""
# Of all times together: how many hours long they are, counted by all cores; then those that are as
# many hours long as the one in the middle.
HOURS = """SELECT in_period, hours, COUNT(*) FROM ({rows}) AS kept
    WHERE until < period_end GROUP BY in_period, hours"""
OF_HOURS = """SELECT in_period, until - begun FROM ({rows}) AS kept
    JOIN UNNEST(%s::int[], %s::int[], %s::int[]) AS middle (number, lowest, highest)
    ON number = in_period WHERE until < period_end AND hours BETWEEN lowest AND highest"""


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


Middles = list[tuple[int, Any, int, list[timedelta]]]
Times = Sequence[tuple[int, Any, timedelta]]


def middles_of_both(kept: QuerySet[Any, Any], beside: Times) -> Middles:
    """The same of kept times, and of others of which each names its period and group."""
    columns = [list(column) for column in zip(*beside, strict=True)] or [[], [], []]
    return _of_each(IN_THE_MIDDLE_OF_BOTH, kept, columns)


def middles_of_all(kept: QuerySet[Any, Any], beside: Times) -> Middles:
    """The same without groups: no million times have to be sorted for it.

    Kept ones say how many whole hours they are.
    """
    hours: dict[int, Counter[int]] = {}
    for period, hour, count in _of_each(HOURS, kept):
        hours.setdefault(period, Counter())[hour] = count
    for period, _group, took in beside:
        hours.setdefault(period, Counter())[took // ONE_HOUR] += 1
    if not hours:
        return []
    places = {period: _place(sorted(counts.items())) for period, counts in hours.items()}
    wanted = zip(*((period, at.lowest, at.highest) for period, at in places.items()), strict=True)
    near: dict[int, list[timedelta]] = {period: [] for period in places}
    for period, took in _of_each(OF_HOURS, kept, [list(column) for column in wanted]):
        near[period].append(took)
    for period, _group, took in beside:
        if places[period].lowest <= took // ONE_HOUR <= places[period].highest:
            near[period].append(took)
    return [
        (period, 0, at.count, [sorted(near[period])[place - at.before] for place in at.places])
        for period, at in places.items()
    ]


@dataclass(frozen=True)
class Place:
    """Where the middle of many times is: at which places, of which hours, after how many."""

    count: int
    places: tuple[int, int]
    lowest: int
    highest: int
    before: int


def _place(counts: Sequence[tuple[int, int]]) -> Place:
    """From how many times there are of each number of hours, the shortest first."""
    count = sum(many for _hour, many in counts)
    places = ((count - 1) // 2, count // 2)
    found: list[int] = []
    so_far = before = 0
    for hour, many in counts:
        if not found:
            before = so_far
        so_far += many
        if so_far > places[len(found)]:
            found += [hour] * sum(place < so_far for place in places[len(found) :])
        if len(found) == len(places):
            break
    return Place(count, places, found[0], found[1], before)


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
