"""Tickets as screens need them."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from complaints import states
from complaints.models import DepartmentTask, Ticket, TicketQuerySet
from crm.customers.models import Card
from crm.people.models import User
from crm.ui.lists import Chip, Filter, ListSpec, Sort

UNSETTLED = ~Q(state__in=states.SETTLED)
ACTIVE = ~Q(state__in=states.ENDED)
BY_DEPARTMENTS = Q(kind__in=states.BY_DEPARTMENTS)


def ticket_queue(user: User) -> TicketQuerySet:
    """The tickets this person may see, with everything a row of the list shows."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        Ticket.objects.visible_to(user)
        .select_related("responsible", "reporter", "lead_department", "store")
        .prefetch_related(Prefetch("card", queryset=cards))
    )


def ticket_for_page(user: User) -> TicketQuerySet:
    """The same with what a ticket's own page shows: tasks, offer, who solved it."""
    tasks = DepartmentTask.objects.select_related("department__head", "handler", "asked_by")
    return (
        ticket_queue(user)
        .select_related("offered_to", "solved_by")
        .prefetch_related(Prefetch("tasks", queryset=tasks))
    )


def ticket_list(user: User, now: dt.datetime) -> ListSpec:
    """What the complaint list allows: chips, kinds, sorts; open ones by deadline first."""
    due = UNSETTLED & Q(deadline__isnull=False)
    return ListSpec(
        sorts=(
            Sort("deadline", _("Deadline"), (F("deadline").asc(nulls_last=True), "id")),
            Sort("reported", _("Reported"), ("-reported_at", "-id")),
        ),
        chips=(
            Chip("open", _("Open"), UNSETTLED),
            Chip("late", _("Breached"), due & Q(deadline__lt=now), "alert-triangle", "late"),
            Chip(
                "soon",
                _("Due within a day"),
                due & Q(deadline__range=(now, now + dt.timedelta(days=1))),
                "hourglass-low",
                "soon",
            ),
            Chip("mine", _("Mine"), ACTIVE & (Q(responsible=user) | Q(offered_to=user))),
            Chip("route", _("To route"), BY_DEPARTMENTS & Q(state__in=states.TO_ROUTE)),
            Chip("tell", _("To tell the customer"), Q(state__in=states.RESOLVED)),
            Chip(
                "confirm",
                _("To be confirmed"),
                BY_DEPARTMENTS & Q(state__in=states.MOVES["confirm"]),
            ),
            Chip("settled", _("Settled"), Q(state__in=states.SETTLED)),
            Chip("all", _("All")),
        ),
        filters=(Filter("kind", "kind", frozenset(Ticket.Kind.values)),),
    )
