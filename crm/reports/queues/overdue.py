"""What is overdue: its tile (KP-13), and the hottest and oldest contacts a dashboard shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from crm.customers.models import Level
from crm.records.periods import Period
from crm.reports.access import can_remind_people
from crm.reports.board import Number
from crm.reports.queues.asked import Asked
from crm.reports.queues.tiles import Aim, Shown, Tile
from crm.ui.statements import objects_of, values_of
from followups.kpis import ASSIGNED_TO
from followups.models import PlannedContact, PlannedContactQuerySet

OVERDUE, NOTHING = "contacts_overdue", Number(None, 0, None)
OVERDUE_ROWS = 5


def overdue_tile(asked: Asked, late: Shown, weeks: tuple[Period, ...], aim: Aim | None) -> Tile:
    """What is overdue now, beside the end of the period before and of each week (KP-13).

    A period that is over has no now to compare: then it says what is overdue, and its course.
    """
    ends = [min(week.end, asked.now) for week in weeks]
    before, *course = overdue_counts(asked, [asked.before.end, *ends])
    is_over = asked.period.end <= asked.now
    earlier = NOTHING if is_over else Number(None, before, before)
    if not is_over:
        course[-1] = late.number.denominator
    return Tile(OVERDUE, late.number, late.href, earlier, course, aim)


def overdue_counts(asked: Asked, moments: Sequence[datetime]) -> list[int]:
    """How many were overdue at each of these moments gone by; one statement for all."""
    question, in_order = asked.question(), sorted(moments)

    def build(**at: datetime) -> QuerySet[Any, dict[str, Any]]:
        of_them = PlannedContact.objects.filter(question.mine(ASSIGNED_TO))
        return of_them.late_at(list(at.values()))

    key = ("overdue", question.scope, question.only)
    rows = values_of(key, build, **{f"at_{n}": at for n, at in enumerate(in_order)})
    counts = [
        sum(
            row["n"]
            for row in rows
            if row["due"] <= n and (row["until"] is None or row["until"] >= moment)
        )
        for n, moment in enumerate(in_order)
    ]
    return [counts[in_order.index(moment)] for moment in moments]


def first_overdue(asked: Asked, hot: int) -> list[PlannedContact]:
    """The first of them; `hot` is how many there are of customers at the highest level."""
    if hot >= OVERDUE_ROWS and can_remind_people(asked.reader):
        # The oldest of the hottest are at hand in the order of their time.
        found = _first(asked, hot=True)
        if len(found) == OVERDUE_ROWS:
            return found
    return _first(asked, hot=False)


def _first(asked: Asked, *, hot: bool) -> list[PlannedContact]:
    def build(now: datetime) -> PlannedContactQuerySet:
        every = overdue_contacts(replace(asked, now=now))
        if hot:
            every = every.filter(card__level=Level.values[0]).order_by("due_at", "id")
        return every[:OVERDUE_ROWS]

    reach, scope, day = asked.reader.reach, asked.chosen.scope, timezone.localdate(asked.now)
    return objects_of(("late", asked.reader.pk, reach, scope, day, hot), build, now=asked.now)


def overdue_contacts(asked: Asked) -> PlannedContactQuerySet:
    """Overdue planned contacts of the chosen people, hottest level first, then the oldest."""
    heat = Case(
        *(When(card__level=level, then=Value(n)) for n, level in enumerate(Level.values)),
        default=Value(len(Level.values)),
        output_field=IntegerField(),
    )
    rows = PlannedContact.objects.visible_to(asked.reader).overdue(asked.now)
    return (
        rows.filter(asked.chosen.scope.of(ASSIGNED_TO))
        .select_related("card__customer", "card__product", "assignee")
        .order_by(heat, "due_at", "id")
    )
