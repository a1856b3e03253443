"""Tickets as screens need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import F, Max, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import authority, clocks, states
from complaints.models import (
    Clock,
    DepartmentTask,
    Entry,
    Pause,
    Proposal,
    Ticket,
    TicketQuerySet,
)
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import Department, User
from crm.ui.lists import Chip, Filter, Keeping, Listing, ListSpec, Sort

UNSETTLED = frozenset(states.ALL) - frozenset(states.SETTLED)
ACTIVE = frozenset(states.ALL) - frozenset(states.ENDED)
BY_DEPARTMENTS = Q(kind__in=states.BY_DEPARTMENTS)
SOON = dt.timedelta(hours=2)
# What a row shows of a clock.
DRAWN = (
    *("ticket", "kind", "round", "limit_amount", "limit_unit", "started_at", "due_at", "warn_at"),
    *("met_at", "void_at", "paused_at", "breached_at"),
)


def ticket_queue(user: User) -> TicketQuerySet:
    """The tickets this person may see, with what a row shows of each."""
    dressed = _dressed().visible_to(user)
    return dressed.prefetch_related(Prefetch("card", queryset=_cards(user)))


def tickets_shown(
    user: User, query: Mapping[str, str], now: dt.datetime, departments: list[tuple[str, str]]
) -> Listing[Ticket]:
    """The queue as the address asks, each row with its clocks and its assisting departments.

    The statements of counts and rows are kept for each reader's posts.
    """

    def spec(now: dt.datetime, soon: dt.datetime) -> ListSpec:
        return _ticket_list(user, now, soon, departments)

    def rows(_words: Sequence[str]) -> TicketQuerySet:
        return Ticket.objects.visible_to(user).with_expiry()

    moments = {"now": now, "soon": now + SOON}
    keeping = Keeping(("tickets", user.pk, user.reach), moments, spec, _dressed)
    listing = spec(**moments).show_kept(rows, query, keeping)
    assisting = DepartmentTask.objects.filter(is_lead=False, state__in=states.TASK_COUNTS)
    prefetch_related_objects(
        list(listing.page),
        Prefetch("card", queryset=_cards(user)),
        Prefetch("clocks", queryset=Clock.objects.only(*DRAWN).order_by()),
        Prefetch("tasks", queryset=assisting.select_related("department"), to_attr="assisting"),
    )
    return listing


def _dressed() -> TicketQuerySet:
    """All tickets with what a row shows."""
    rows = Ticket.objects.with_expiry()
    return rows.select_related("responsible", "reporter", "lead_department", "store", "intake")


def _cards(user: User) -> QuerySet[Card]:
    """Their cards as this person may see them."""
    return Card.objects.with_case(user.reach).select_related("customer", "product", "owner")


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
    return _ticket_list(user, now, now + SOON, departments)


def _ticket_list(
    user: User, now: dt.datetime, soon: dt.datetime, departments: list[tuple[str, str]]
) -> ListSpec:
    return ListSpec(
        sorts=(
            Sort("deadline", _("Deadline"), (F("expires_at").asc(nulls_last=True), "id")),
            Sort("reported", _("Reported"), ("-reported_at", "-id")),
        ),
        chips=_chips(user, now, soon),
        grouped="state",
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


def _chips(user: User, now: dt.datetime, soon: dt.datetime) -> tuple[Chip, ...]:
    # Few wait, of many tickets: their keys are read once and not looked for ticket by ticket.
    waits = Pause.objects.filter(ended_at__isnull=True).values("ticket")
    asked = DepartmentTask.objects.filter(state__in=states.TASK_OPEN).values("ticket")
    to_visit = Clock.objects.open().filter(kind=clocks.FOLLOW_UP).values("ticket")
    late, soon_due = Q(expires_at__lt=now), Q(expires_at__range=(now, soon))
    mine = Q(responsible=user) | Q(offered_to=user)
    confirm = states.MOVES["confirm"]
    return (
        Chip("open", _("Open"), among=UNSETTLED),
        *_to_decide(user),
        Chip("late", _("Breached"), late, "alert-triangle", "late", UNSETTLED),
        Chip("soon", _("Due within 2 hours"), soon_due, "hourglass-low", "soon", UNSETTLED),
        Chip("mine", _("Mine"), mine, among=ACTIVE),
        Chip("route", _("To route"), BY_DEPARTMENTS, among=states.TO_ROUTE),
        Chip("department", _("Waits for a department"), Q(pk__in=asked), among=UNSETTLED),
        Chip("waiting", _("Waits for the customer"), Q(pk__in=waits), among=UNSETTLED),
        Chip("tell", _("To tell the customer"), among=states.RESOLVED),
        Chip("confirm", _("To be confirmed"), BY_DEPARTMENTS, among=confirm),
        Chip("visit", _("To be visited again"), Q(pk__in=to_visit)),
        Chip("settled", _("Settled"), among=states.SETTLED),
        Chip("all", _("All")),
    )


def _to_decide(user: User) -> tuple[Chip, ...]:
    """What waits for a decision this person may take, for whoever decides at all (CP-15, CP-16)."""
    levels = [role for role in authority.LEVELS if user.reach.has(role)]
    if not levels:
        return ()
    mine, may = user.reach.user_id, Q(pk__in=[])
    for role in levels:
        below = Q(role__in=authority.LEVELS[: authority.LEVELS.index(role) + 1])
        everywhere = role == roles.GENERAL_MANAGER
        here = Q() if everywhere else Q(ticket__store__in=user.reach.stores_as(role))
        may |= below & here
    handled = DepartmentTask.objects.filter(handler=mine, state__in=states.TASK_COUNTS)
    waiting = Proposal.objects.filter(may, state=states.OFFER_WAITING).exclude(
        Q(author=mine) | Q(ticket__responsible=mine) | Q(ticket__in=handled.values("ticket"))
    )
    keeps, name = Q(pk__in=waiting.values("ticket")), pgettext_lazy("complaints", "To decide")
    return (Chip("decide", name, keeps, "checks", "soon", (states.APPROVING,)),)
