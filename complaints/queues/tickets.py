"""Tickets as screens need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import F, Max, Model, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import authority, clocks, states
from complaints.models import (
    Clock,
    DepartmentTask,
    Entry,
    Pause,
    Proposal,
    Stage,
    Ticket,
    TicketQuerySet,
)
from complaints.queues.finding import found_by
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import Department, User
from crm.ui.lists import Chip, Filter, Keeping, Listing, ListSpec, Sort
from crm.ui.statements import objects_of, rows_of

ModelT = TypeVar("ModelT", bound=Model)
UNSETTLED = frozenset(states.ALL) - frozenset(states.SETTLED)
ACTIVE = frozenset(states.ALL) - frozenset(states.ENDED)
BY_DEPARTMENTS = Q(kind__in=states.BY_DEPARTMENTS)
SOON = dt.timedelta(hours=2)
# More in one week need no exact number beside a title, and cost time to count.
MOST_BEGUN = 300
# What a row of the queue, and the question what may be done with it, asks of a ticket.
SHOWN = (
    *("public_id", "version", "store", "ticket_no", "card", "kind", "severity", "category"),
    *("state", "reported_at", "reporter", "responsible", "about", "also_about", "lead_department"),
    *("description", "deadline", "resolved_at", "misses"),
)


def ticket_queue(user: User) -> TicketQuerySet:
    """The tickets this person may see, with what a row shows of each."""
    dressed = _dressed().visible_to(user)
    return dressed.prefetch_related(Prefetch("card", queryset=_cards(user)))


def tickets_shown(
    user: User, query: Mapping[str, str], now: dt.datetime, departments: list[tuple[str, str]]
) -> Listing[Ticket]:
    """The queue as the address asks, each row with its clocks and its assisting departments.

    The statements of counts and rows are kept for each reader's posts, but for a search.
    """

    def spec(now: dt.datetime, soon: dt.datetime) -> ListSpec:
        return _ticket_list(user, now, soon, departments)

    def rows(_words: Sequence[str]) -> TicketQuerySet:
        return Ticket.objects.visible_to(user).with_expiry()

    moments = {"now": now, "soon": now + SOON}
    if words := spec(**moments).chosen(query).get("q"):
        return spec(**moments).show(found_by(ticket_queue(user), user, words).with_expiry(), query)
    keeping = Keeping(("tickets", user.pk, user.reach), moments, spec, _rows)
    listing = spec(**moments).show_kept(rows, query, keeping)
    _with_cards(user, list(listing.page))
    _with_people(list(listing.page))
    return listing


def _rows() -> TicketQuerySet:
    """All tickets with no more than a row of the queue says of them."""
    return Ticket.objects.with_expiry().select_related("intake").only(*SHOWN, "intake__name")


def _with_people(tickets: Sequence[Ticket]) -> None:
    """Each ticket of a page with who answers and which department leads: few, so read once each."""
    users = _by_key(User, [one.responsible_id for one in tickets])
    departments = _by_key(Department, [one.lead_department_id for one in tickets])
    for one in tickets:
        one.responsible = users.get(one.responsible_id)
        one.lead_department = departments.get(one.lead_department_id)


def _by_key(model: type[ModelT], keys: Sequence[int | None]) -> dict[int | None, ModelT]:
    """Rows of a model with their names, by their keys; one kept statement, none without a key."""
    wanted = tuple(sorted({key for key in keys if key is not None}))

    def build(keys: Sequence[int]) -> QuerySet[ModelT]:
        return model._default_manager.only("name").filter(pk__in=keys)

    found = objects_of(("named", model._meta.label), build, keys=wanted) if wanted else []
    return {one.pk: one for one in found}


def _with_cards(user: User, tickets: Sequence[Ticket]) -> None:
    """Each ticket of a page with its card as this person may see it; one kept statement."""
    wanted = tuple(sorted({one.card_id for one in tickets if one.card_id is not None}))

    def build(cards: Sequence[int]) -> QuerySet[Card]:
        return _cards(user).filter(pk__in=cards)

    where = ("tickets", "cards", user.pk, user.reach)
    found = {card.pk: card for card in objects_of(where, build, cards=wanted)} if wanted else {}
    for one in tickets:
        if one.card_id in found:
            one.card = found[one.card_id]


def assisting_on(tickets: Sequence[Ticket]) -> tuple[dict[int, list[str]], set[int]]:
    """The departments that assist with the tickets of a page, and which wait for a department.

    By ticket; one kept statement.
    """
    found: dict[int, list[str]] = {ticket.pk: [] for ticket in tickets}
    waits = set()
    for ticket, name, is_lead, state in rows_of(("tickets", "asked"), _asked, tickets=tuple(found)):
        if not is_lead:
            found[ticket].append(name)
        if state in states.TASK_OPEN:
            waits.add(ticket)
    return found, waits


def _asked(tickets: Sequence[int]) -> QuerySet[DepartmentTask, tuple[int, str, bool, str]]:
    rows = DepartmentTask.objects.filter(state__in=states.TASK_COUNTS, ticket__in=tickets)
    return rows.values_list("ticket", "department__name", "is_lead", "state")


def begun_since(user: User, begin: dt.datetime) -> int:
    """How many tickets of this person's scope came in since then, counted up to `MOST_BEGUN`.

    One kept statement.
    """

    def build(begin: dt.datetime) -> QuerySet[Any, Any]:
        rows = Ticket.objects.visible_to(user).filter(reported_at__gte=begin).order_by()
        return rows.values_list("pk")[:MOST_BEGUN]

    return len(rows_of(("tickets", "begun", user.pk, user.reach), build, begin=begin))


def _dressed() -> TicketQuerySet:
    """All tickets with what a row shows."""
    rows = Ticket.objects.with_expiry()
    return rows.select_related("responsible", "reporter", "lead_department", "store", "intake")


def _cards(user: User) -> QuerySet[Card]:
    """Their cards as this person may see them."""
    return Card.objects.with_case(user.reach).select_related("customer", "product", "owner")


def last_heard(tickets: list[Ticket]) -> dict[int, dt.datetime]:
    """When something was last done or said about each of these tickets."""
    wanted = tuple(ticket.pk for ticket in tickets)
    return dict(rows_of(("tickets", "heard"), _heard, tickets=wanted)) if wanted else {}


def _heard(tickets: Sequence[int]) -> QuerySet[Entry, tuple[int, dt.datetime]]:
    rows = Entry.objects.filter(ticket__in=tickets).order_by()
    return rows.values("ticket").annotate(last=Max("at")).values_list("ticket", "last")


def ticket_for_verb(user: User) -> TicketQuerySet:
    """The same with what says who may do what: tasks, offer, who solved it."""
    tasks = DepartmentTask.objects.select_related("department__head", "handler", "asked_by")
    whole = ticket_queue(user).select_related("offered_to", "solved_by", "about", "merged_into")
    return whole.prefetch_related(Prefetch("tasks", queryset=tasks))


def ticket_for_page(user: User) -> TicketQuerySet:
    """The same with what a ticket's own page shows besides: clocks, pauses, the timetable."""
    stages = Stage.objects.select_related("owner", "done_by")
    return ticket_for_verb(user).prefetch_related("clocks", "pauses", Prefetch("stages", stages))


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
        carried=("q",),
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
        Chip("unreached", _("Not reached"), Q(misses__gt=0), "phone-off", among=ACTIVE),
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
