"""All rows of a day, for whoever takes the list out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import QuerySet

from crm.customers import access as customers
from crm.people.models import User
from crm.records.periods import start_of
from crm.workdays import ONE_DAY
from followups.models import PlannedContact
from followups.queues.day import ORDER, day_list, open_until
from followups.queues.day_rows import has_case


def every_row_of_day(
    user: User, now: dt.datetime, zone: dt.tzinfo, query: Mapping[str, str]
) -> QuerySet[PlannedContact]:
    """The rows of all pages of the day, in order, each with its card; `has_case` on each."""
    today = start_of(now.astimezone(zone).date(), zone)
    spec = day_list(now, today + ONE_DAY)
    rows = open_until(user.reach, now=now, after=today + 2 * ONE_DAY).filter(
        spec.chip_of(spec.chosen(query)).keeps
    )
    cards = rows.select_related("card__customer", "card__owner")
    return cards.annotate(has_case=has_case(user.reach)).order_by(*ORDER)


def shown_to(row: PlannedContact, user: User) -> str:
    """The customer of a row of `every_row_of_day` as this person may read it."""
    row.card.has_case = row.has_case  # type: ignore[attr-defined]
    return customers.shown_name(user, row.card)
