"""On which day a visit is work, and how much work a visitor's day holds (RV-24, RV-25)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, DateField, F, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from followups.models import Method
from visits.models import Visit


def day_of(visit: Visit, today: dt.date) -> dt.date:
    """The local day a visit is to be made: the one agreed, else the next try, else the day it is
    due; what is overdue is work of `today`."""
    at = visit.appointed_at or visit.next_try_at
    return max(timezone.localdate(at) if at else visit.due_on, today)


def loads_on(
    people: Collection[int], days: Collection[dt.date], today: dt.date
) -> dict[tuple[int, dt.date], int]:
    """How many visits each of these people has to make on each of these days; `day_of` in SQL.

    What is asked by questionnaire takes nobody's day (N-63).
    """
    at = TruncDate(Coalesce("appointed_at", "next_try_at"))
    planned = Coalesce(at, F("due_on"), output_field=DateField())
    rows = (
        Visit.objects.due()
        .filter(assignee__in=people)
        .exclude(method=Method.SURVEY)
        .order_by()
        .annotate(day=Greatest(planned, Value(today), output_field=DateField()))
        .filter(day__in=days)
        .values_list("assignee", "day")
        .annotate(many=Count("pk"))
    )
    return {(user_id, day): many for user_id, day, many in rows}
