"""The places people work in, as the administrator's pages show them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet


def with_people(places: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Stores, teams or departments with `people`: how many who may sign in work there today."""
    holds = Q(memberships__user__is_active=True, memberships__valid_from__lte=today)
    lasting = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today)
    people = Count("memberships__user", filter=holds & lasting, distinct=True)
    with_count: QuerySet[Any] = places.annotate(people=people)
    return with_count
