"""The chips over the open cards of whole stores, counted cell by cell along an index.

A store has tens of thousands of open cards. Looked at one by one and compared with every chip they
cost twice what an index of store, level and next contact costs that is merely walked along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Value

from crm.customers import states
from crm.customers.models import Card, Level
from crm.customers.models.scope import WHOLE_STORE
from crm.people.models import User
from crm.people.roles import Reach
from crm.ui.statements import rows_of

LEVELS = ("", *Level.values)
CELLS = ("late", "today", "week", "later", "none")
# The chips in their order, each with the cells it adds up.
CHIPS: Mapping[str, tuple[str, ...]] = {
    "all": CELLS,
    "overdue": ("late",),
    "today": ("today",),
    "week": ("today", "week"),
    "none": ("none",),
}

Group = tuple[Any, ...]


def sees_stores_alone(reach: Reach) -> bool:
    """Whether the cards of this reach are those of whole stores, and no others."""
    return bool(reach.roles) and reach.roles <= WHOLE_STORE and not reach.stands_in_for


def open_cards_counted(user: User, moments: Mapping[str, dt.datetime]) -> list[Group]:
    """For each level the number of open cards under each chip; one statement.

    The moments are `now`, the beginning of tomorrow, and the end of seven days.
    """

    def build(
        now: dt.datetime, tomorrow: dt.datetime, in_a_week: dt.datetime
    ) -> QuerySet[Any, Any]:
        return _counts(user, _cells(now, tomorrow, in_a_week))

    found: list[Group] = []
    for row in rows_of(("open cards counted", user.pk, user.reach), build, **moments):
        found += [_group(level, row[place :: len(LEVELS)]) for place, level in enumerate(LEVELS)]
    return found


def _cells(now: dt.datetime, tomorrow: dt.datetime, in_a_week: dt.datetime) -> list[Q]:
    """Parts of time that do not overlap and hold every card, in the order of `CELLS`."""
    return [
        Q(next_contact_at__lt=now),
        Q(next_contact_at__gte=now, next_contact_at__lt=tomorrow),
        Q(next_contact_at__gte=tomorrow, next_contact_at__lt=in_a_week),
        Q(next_contact_at__gte=in_a_week),
        Q(next_contact_at=None),
    ]


def _counts(user: User, cells: Sequence[Q]) -> QuerySet[Any, Any]:
    """One row with the number of cards of each level in the first cell, then in the second …"""
    every = Card.objects.visible_to(user).filter(state__in=states.STATUS_STATES["open"])
    numbers = [
        Subquery(
            every.filter(cell, level=level)
            .order_by()
            .annotate(one=Value(1))
            .values("one")
            .annotate(n=Count("*"))
            .values("n")
        )
        for cell in cells
        for level in LEVELS
    ]
    names = {f"n{place}": number for place, number in enumerate(numbers)}
    return Card.objects.order_by().annotate(**names).values_list(*names)[:1]


def _group(level: str, counts: Sequence[int]) -> Group:
    """A level with the number of its cards under each chip."""
    found = dict(zip(CELLS, counts, strict=True))
    return (level, *(sum(found[cell] for cell in cells) for cells in CHIPS.values()))
