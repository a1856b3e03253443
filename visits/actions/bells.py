"""What an assigned visit rings about (RV-20, RV-30)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from visits import due
from visits.models import Visit


def occasion_of(visit: Visit) -> notices.Occasion:
    """The time agreed with the customer, when they are called again, or the day it is due."""
    if visit.assignee is None:
        raise ValueError("Only an assigned visit rings.")
    at = visit.appointed_at or visit.next_try_at
    return notices.Occasion(
        occasion=f"visit:{visit.public_id}/v{visit.version}",
        kind="visit_due",
        about=About.of(visit),
        to=visit.assignee,
        due_at=at or _last_moment(visit),
        untimed=at is None,
        store_id=visit.store_id,
        team_id=visit.team_id,
        supervisor=roles.SERVICE_SUPERVISOR,
        subject=f"visit:{visit.public_id}",
        link=("visits:visit", visit.public_id),
        data={
            "customer": visit.card.customer.name,
            "kind": visit.kind,
            "method": visit.method,
            "focus": visit.focus,
        },
    )


def bells_of(visit: Visit) -> list[notices.Occasion]:
    """The occasion, and whatever rings when it is missed: never before the visit is due.

    A call that is tried ahead of the day rings at its hour; nobody is told that it is late until
    the day is over (RV-30).
    """
    first, last = occasion_of(visit), _last_moment(visit)
    if visit.appointed_at is not None or first.due_at >= last:
        return [first]
    late = replace(first, occasion=f"{first.occasion}/due", due_at=last, untimed=True, leads=False)
    return [replace(first, ladder=False), late]


def move_bells(visit: Visit, *, now: dt.datetime) -> None:
    """Another hour or day is meant now: the bells of the former one fall silent (RM-09)."""
    notices.cancel(about=About.of(visit), reason="rescheduled", now=now)
    notices.remind_many(bells_of(visit), now=now)


def _last_moment(visit: Visit) -> dt.datetime:
    return due.end_of(visit.due_on, timezone.get_default_timezone())
