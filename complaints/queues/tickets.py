"""Tickets as screens need them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from complaints import clocks, states
from complaints.models import Clock, DepartmentTask, Entry, Pause, Ticket, TicketQuerySet
from crm.customers.models import Card
from crm.people.models import Department, User
from crm.ui.lists import Chip, Filter, ListSpec, Sort

UNSETTLED = ~Q(state__in=states.SETTLED)
ACTIVE = ~Q(state__in=states.ENDED)
BY_DEPARTMENTS = Q(kind__in=states.BY_DEPARTMENTS)
SOON = dt.timedelta(hours=2)


def ticket_queue(user: User) -> TicketQuerySet:
    """The tickets this person may see, with what a row shows of each."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return (
        Ticket.objects.visible_to(user)
        .with_expiry()
        .select_related("responsible", "reporter", "lead_department", "store", "intake")
        .prefetch_related(Prefetch("card", queryset=cards))
    )


def ticket_rows(user: User) -> TicketQuerySet:
    """The same with the clocks and the assisting departments of each."""
    assisting = DepartmentTask.objects.filter(is_lead=False, state__in=states.TASK_COUNTS)
    return ticket_queue(user).prefetch_related(
        "clocks",
        Prefetch("tasks", queryset=assisting.select_related("department"), to_attr="assisting"),
    )


def last_heard(tickets: list[Ticket]) -> dict[int, dt.datetime]:
    """When something was last done or said about each of these tickets."""
    rows = Entry.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).order_by()
    return dict(rows.values("ticket").annotate(last=Max("at")).values_list("ticket", "last"))


def ticket_for_page(user: User) -> TicketQuerySet:
    """The same with what a ticket's own page shows: tasks, offer, who solved it."""
    tasks = DepartmentTask.objects.select_related("department__head", "handler", "asked_by")
    return (
        ticket_queue(user)
        .select_related("offered_to", "solved_by", "about", "merged_into")
        .prefetch_related(Prefetch("tasks", queryset=tasks), "clocks", "pauses")
    )


def departments_asked() -> list[tuple[str, str]]:
    """The departments the queue may be narrowed to."""
    return list(Department.objects.order_by("name").values_list("public_id", "name"))


def ticket_list(
    user: User, now: dt.datetime, departments: list[tuple[str, str]] | None = None
) -> ListSpec:
    """What the complaint list allows: chips, kinds, departments; what expires first on top."""
    departments = departments_asked() if departments is None else departments
    return ListSpec(
        sorts=(
            Sort("deadline", _("Deadline"), (F("expires_at").asc(nulls_last=True), "id")),
            Sort("reported", _("Reported"), ("-reported_at", "-id")),
        ),
        chips=_chips(user, now),
        filters=(
            Filter("kind", "kind", frozenset(Ticket.Kind.values)),
            Filter("severity", "severity", frozenset(Ticket.Severity.values)),
            Filter(
                "department",
                "lead_department__public_id",
                frozenset(key for key, _name in departments),
            ),
        ),
    )


def _chips(user: User, now: dt.datetime) -> tuple[Chip, ...]:
    due = UNSETTLED & Q(expires_at__isnull=False)
    waits = Exists(Pause.objects.filter(ticket=OuterRef("pk"), ended_at__isnull=True))
    asked = DepartmentTask.objects.filter(ticket=OuterRef("pk"), state__in=states.TASK_OPEN)
    to_visit = Clock.objects.open().filter(ticket=OuterRef("pk"), kind=clocks.FOLLOW_UP)
    return (
        Chip("open", _("Open"), UNSETTLED),
        Chip("late", _("Breached"), due & Q(expires_at__lt=now), "alert-triangle", "late"),
        Chip(
            "soon",
            _("Due within 2 hours"),
            due & Q(expires_at__range=(now, now + SOON)),
            "hourglass-low",
            "soon",
        ),
        Chip("mine", _("Mine"), ACTIVE & (Q(responsible=user) | Q(offered_to=user))),
        Chip("route", _("To route"), BY_DEPARTMENTS & Q(state__in=states.TO_ROUTE)),
        Chip("department", _("Waits for a department"), UNSETTLED & Q(Exists(asked))),
        Chip("waiting", _("Waits for the customer"), UNSETTLED & Q(waits)),
        Chip("tell", _("To tell the customer"), Q(state__in=states.RESOLVED)),
        Chip(
            "confirm",
            _("To be confirmed"),
            BY_DEPARTMENTS & Q(state__in=states.MOVES["confirm"]),
        ),
        Chip("visit", _("To be visited again"), Q(Exists(to_visit))),
        Chip("settled", _("Settled"), Q(state__in=states.SETTLED)),
        Chip("all", _("All")),
    )
