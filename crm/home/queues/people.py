"""The staff and the places they work in, as the administrator's pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.people.models import Role, Store
from crm.ui.lists import Chip, Filter, ListSpec, Sort


def with_people(places: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Stores, teams or departments with `people`: how many who may sign in work there today."""
    holds = Q(memberships__user__is_active=True, memberships__valid_from__lte=today)
    lasting = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today)
    people = Count("memberships__user", filter=holds & lasting, distinct=True)
    with_count: QuerySet[Any] = places.annotate(people=people)
    return with_count


def staff_list(stores: Iterable[Store]) -> ListSpec:
    """The staff by name, filtered by state and by role and store of a post held today."""
    ids = frozenset(store.public_id for store in stores)
    return ListSpec(
        sorts=(Sort("name", _("Name"), ("username", "pk")),),
        chips=(
            Chip("active", _("Active"), Q(is_active=True)),
            Chip("new", _("Never signed in"), Q(is_active=True, last_login__isnull=True)),
            Chip("inactive", _("Deactivated"), Q(is_active=False)),
            Chip("all", _("All")),
        ),
        filters=(
            Filter("role", "post__role", frozenset(Role.values)),
            Filter("store", "post__store__public_id", ids),
        ),
        carried=("q",),
        joined=True,
    )
