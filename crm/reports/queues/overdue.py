"""The tile of what is overdue: now, at the end of the period before, at ends of weeks (KP-13)."""

from __future__ import annotations

from crm.records.periods import Period
from crm.reports.board import Number
from crm.reports.queues.asked import Asked
from crm.reports.queues.tiles import Aim, Shown, Tile
from followups.kpis import ASSIGNED_TO
from followups.models import PlannedContact

OVERDUE, NOTHING = "contacts_overdue", Number(None, 0, None)


def overdue_tile(asked: Asked, late: Shown, weeks: tuple[Period, ...], aim: Aim | None) -> Tile:
    """What is overdue now, beside the end of the period before and of each week (KP-13).

    A period that is over has no now to compare: then it says what is overdue, and its course.
    """
    ends = [min(week.end, asked.now) for week in weeks]
    of_them = PlannedContact.objects.filter(asked.question().mine(ASSIGNED_TO))
    before, *course = of_them.overdue_counts([asked.before.end, *ends])
    is_over = asked.period.end <= asked.now
    earlier = NOTHING if is_over else Number(None, before, before)
    if not is_over:
        course[-1] = late.number.denominator
    return Tile(OVERDUE, late.number, late.href, earlier, course, aim)
