"""Who could take over what a leaver has in hand (PR-22)."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from complaints.queues.corrections import correction_takers
from complaints.queues.people import stage_takers, task_takers
from crm.home.queues.counts import OpenWork
from crm.people.models import User
from visits.queues.carers import care_takers


def takers_for(leaver: User, work: OpenWork, now: dt.datetime) -> dict[str, QuerySet[User]]:
    """The colleagues to choose from, for each kind of open work that is handed over here."""
    found = {}
    if work.tasks:
        found["tasks"] = task_takers(leaver, now)
    if work.stages:
        found["stages"] = stage_takers(leaver, now)
    if work.corrections:
        found["corrections"] = correction_takers(leaver, now)
    if work.care:
        found["care"] = care_takers(leaver, timezone.localdate(now))
    return found
