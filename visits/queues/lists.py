"""Return visits as screens need them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models import Card
from crm.people.models import User
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from visits import states
from visits.models import Visit, VisitQuerySet

DUE = Q(state__in=states.DUE)


def visit_queue(user: User) -> VisitQuerySet:
    """The visits this person may see, with everything a row of the list shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        Visit.objects.visible_to(user)
        .select_related("assignee", "owner", "ticket")
        .prefetch_related(Prefetch("card", queryset=cards))
    )


def visit_list(user: User, today: dt.date) -> ListSpec:
    """What the list allows; `today` is the store's local date."""
    return ListSpec(
        sorts=(
            Sort("due", _("Due"), ("due_on", "id")),
            Sort("completed", pgettext_lazy("visit", "Completed"), ("-completed_at", "-id")),
        ),
        chips=(
            Chip("due", _("To do"), DUE),
            Chip("late", _("Overdue"), DUE & Q(due_on__lt=today), "alert-triangle", "late"),
            Chip("today", _("Today"), DUE & Q(due_on=today)),
            Chip("week", _("Next 7 days"), DUE & Q(due_on__range=_week(today))),
            Chip("mine", _("Mine"), DUE & Q(assignee__in=user.reach.own_ids)),
            Chip("completed", pgettext_lazy("visit", "Completed"), Q(state=states.COMPLETED)),
            Chip("all", _("All")),
        ),
        filters=(Filter("kind", "kind", frozenset(Visit.Kind.values)),),
    )


def _week(today: dt.date) -> tuple[dt.date, dt.date]:
    return today, today + dt.timedelta(days=6)
