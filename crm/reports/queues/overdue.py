"""What is overdue: its tile (KP-13), and the hottest and oldest contacts a dashboard shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from crm.customers.models import Level
from crm.records.periods import Period
from crm.reports.access import can_remind_people
from crm.reports.board import Answer, Group, Number
from crm.reports.queues.asked import Asked
from crm.reports.queues.tiles import Aim, Tile
from crm.ui.statements import objects_of, values_of
from followups.kpis import ASSIGNED_TO
from followups.models import PlannedContact, PlannedContactQuerySet

OVERDUE, HOT = "contacts_overdue", "hot_contacts_overdue"
NOTHING = Number(None, 0, None)
OVERDUE_ROWS = 5


@dataclass(frozen=True)
class Late:
    """What is overdue now and was at earlier moments, read once for the whole page.

    The same rows as those of `contacts_overdue` and `hot_contacts_overdue`.
    """

    rows: Sequence[Mapping[str, Any]]
    moments: Sequence[datetime]

    def at(self, moment: datetime) -> int:
        """How many were overdue at one of its moments."""
        place = self.moments.index(moment)
        return sum(
            row["n"]
            for row in self.rows
            if row["due"] <= place and (row["until"] is None or row["until"] >= moment)
        )

    def by_person(self, *, hot: bool = False) -> Answer:
        """What is overdue now of each; or of customers at the highest level alone."""
        counts: Counter[int] = Counter()
        for row in self.rows:
            if row["until"] is None and (row["hot"] or not hot):
                counts[row["assignee"]] += row["n"]
        numbers: dict[tuple[int, Group], Number] = {
            (0, pk): Number(None, n, n) for pk, n in counts.items()
        }
        return Answer(Number(None, 0, 0), numbers)


def read_late(asked: Asked, weeks: Sequence[Period]) -> Late:
    """What is overdue of the chosen people, now and at the ends of weeks; one statement."""
    question = asked.question()
    moments = sorted({asked.now, *(min(end, asked.now) for end in _ends(asked, weeks))})

    def build(**at: datetime) -> QuerySet[Any, Any]:
        of_them = PlannedContact.objects.filter(question.mine(ASSIGNED_TO))
        return of_them.late_at(list(at.values()))

    key = ("overdue", question.scope, question.only)
    rows = values_of(key, build, **{f"at_{n}": at for n, at in enumerate(moments)})
    return Late(rows, moments)


def _ends(asked: Asked, weeks: Sequence[Period]) -> list[datetime]:
    return [asked.before.end, *(week.end for week in weeks)]


def overdue_tile(asked: Asked, late: Late, weeks: Sequence[Period], aim: Aim | None) -> Tile:
    """What is overdue now, beside the end of the period before and of each week (KP-13).

    A period that is over has no now to compare: then it says what is overdue, and its course.
    """
    before, *course = [late.at(min(end, asked.now)) for end in _ends(asked, weeks)]
    earlier = NOTHING if asked.period.end <= asked.now else Number(None, before, before)
    number = late.by_person().over_groups()
    return Tile(OVERDUE, number, asked.link(OVERDUE), earlier, course, aim)


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
