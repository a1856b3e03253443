"""What the rulebook says of a class of problem: who leads, by when it is answered (CP-02, N-33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from crm.people.models import Department
from crm.rulebook.lines import LINES
from crm.rulebook.models import TicketClass
from crm.rulebook.queues import rules_for
from crm.rulebook.queues.numbers import worded
from crm.ui.datewords import Understood
from visits.models import Visit


@dataclass(frozen=True)
class Leading:
    """By class the department that leads, as its row's key; the day an answer is promised by.

    `response` is within what time a complaint is first responded to, in words.
    """

    departments: dict[str, str]
    answer_by: Understood
    response: str


def leading_of(visit: Visit, departments: Iterable[Department], *, now: dt.datetime) -> Leading:
    """As the rulebook has it for the visit's store; a name no department has leads nothing."""
    numbers, calendar = rules_for(visit.store_id)
    keys = {one.name: str(one.pk) for one in departments}
    leads = {one: keys.get(numbers.lead_department(one), "") for one in TicketClass.values}
    day = calendar.add_working_days(calendar.local_day(now), numbers.complaint_reply_working_days)
    end = dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=calendar.zone)
    known = {category: key for category, key in leads.items() if key}
    first = worded(
        LINES["complaint_acknowledge_minutes"], str(numbers.complaint_acknowledge_minutes)
    )
    return Leading(known, Understood(end, untimed=True), first)
