"""What service, front desk, marketing, privacy officer and administrator see first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from complaints.models import Ticket, TicketQuerySet
from complaints.queues import ticket_queue
from crm.customers import states as card_states
from crm.customers.models import Card, Source
from crm.people import roles
from crm.people.models import Department, Membership, Role, RoleGrant, Store, Team, User
from crm.people.queues import grants_for
from crm.records.models import AuditEvent
from visits import states
from visits.models import CareTask, Visit, VisitQuerySet
from visits.queues import visit_queue
from visits.queues.care_lists import care_queue

WEEK = dt.timedelta(days=7)
ROLE_EVENTS = (
    *("people.grant_role", "people.ask_for_grant", "people.refuse_grant", "people.end_membership"),
    *("people.deactivate_user", "people.reactivate_user", "people.reset_user"),
)


def start_of_today(now: dt.datetime) -> dt.datetime:
    """Midnight of the store's day that holds `now`."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


# --- service -------------------------------------------------------------------------------


def visits_due(user: User, today: dt.date) -> VisitQuerySet:
    """Return visits in scope due today or before, the oldest first."""
    return visit_queue(user).due().filter(due_on__lte=today).order_by("due_on", "id")


def visit_counts(user: User, today: dt.date) -> dict[str, int]:
    """How many return visits are due by today, overdue among them, and due in the week after."""
    rows = Visit.objects.visible_to(user).due().order_by()
    week = (today + dt.timedelta(days=1), today + WEEK)
    found: dict[str, int] = rows.aggregate(
        late=Count("pk", filter=Q(due_on__lt=today), distinct=True),
        due=Count("pk", filter=Q(due_on__lte=today), distinct=True),
        week=Count("pk", filter=Q(due_on__range=week), distinct=True),
    )
    return found


def tickets_open(user: User) -> TicketQuerySet:
    """Unsettled tickets in scope, what expires first on top."""
    nearest = F("expires_at").asc(nulls_last=True)
    return ticket_queue(user).unsettled().order_by(nearest, "reported_at", "id")


def ticket_counts(user: User, now: dt.datetime) -> dict[str, int]:
    """How many tickets in scope are unsettled, and how many of them are past their limit."""
    rows = Ticket.objects.visible_to(user).unsettled().with_expiry().order_by()
    found: dict[str, int] = rows.aggregate(
        open=Count("pk", distinct=True),
        late=Count("pk", filter=Q(expires_at__lt=now), distinct=True),
    )
    return found


def care_waiting(user: User, today: dt.date) -> QuerySet[CareTask]:
    """Care tasks in scope due today or before that are service's to do, the oldest first."""
    rows = care_queue(user).filter(state=states.OPEN, due_on__lte=today, rule__by_service=True)
    return rows.order_by("due_on", "id")


# --- marketing -----------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceRow:
    """How many cards came from one source, and how many of them have ordered by now."""

    source: str
    cards: int
    ordered: int


def sources_this_month(user: User, now: dt.datetime) -> list[SourceRow]:
    """Cards opened this calendar month in the user's stores, by source; counts alone.

    Merged cards are left out. Sources without a card stay, so that a silent one is seen.
    """
    stores = user.reach.stores_as(roles.MARKETER, roles.MARKETING_SUPERVISOR)
    first = start_of_today(now).replace(day=1)
    bought = Q(state__in=(card_states.ORDERED, card_states.DELIVERED))
    rows = (
        Card.objects.exclude(state=card_states.MERGED)
        .filter(first_store__in=stores, opened_at__gte=first)
        .order_by()
        .values("source")
        .annotate(cards=Count("pk"), ordered=Count("pk", filter=bought))
    )
    found = {row["source"]: (row["cards"], row["ordered"]) for row in rows}
    labels = {**dict(Source.choices), **({"": ""} if "" in found else {})}
    lines = [SourceRow(str(label), *found.get(key, (0, 0))) for key, label in labels.items()]
    return sorted(lines, key=lambda line: -line.cards)


# --- privacy officer -----------------------------------------------------------------------


@dataclass(frozen=True)
class PrivacyFigures:
    """The last seven days in the trail, and how many may sign in."""

    active: int
    inactive: int
    sign_ins: int
    refused: int
    locked: int
    reveals: int


def privacy_figures(now: dt.datetime) -> PrivacyFigures:
    """Users, sign-ins, refused ones and phones revealed in the last 7 days; two statements."""
    users = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        inactive=Count("pk", filter=Q(is_active=False)),
    )
    events = AuditEvent.objects.filter(at__gte=now - WEEK).order_by()
    names = {
        "sign_ins": "people.sign_in",
        "refused": "people.refuse_sign_in",
        "locked": "people.lock_out",
        "reveals": "customers.reveal_phone",
    }
    counts = events.aggregate(
        **{key: Count("pk", filter=Q(action=action)) for key, action in names.items()}
    )
    return PrivacyFigures(**users, **counts)


@dataclass(frozen=True)
class RoleEvent:
    """A change of somebody's role or account: the event, who it is about, which role."""

    event: AuditEvent
    person: str
    role: str


def latest_role_events(now: dt.datetime) -> list[RoleEvent]:
    """Changes of roles and accounts in the last 7 days, the newest first, twenty at most."""
    rows = AuditEvent.objects.filter(action__in=ROLE_EVENTS, at__gte=now - WEEK)
    events = list(rows.select_related("actor").order_by("-id")[:20])
    people = User.objects.filter(public_id__in={event.subject_id for event in events})
    names = dict(people.values_list("public_id", "name"))
    labels = dict(Role.choices)
    return [
        RoleEvent(
            event,
            names.get(event.subject_id, ""),
            str(labels.get(event.after.get("role") or event.before.get("role"), "")),
        )
        for event in events
    ]


def grants_to_decide(user: User) -> list[RoleGrant]:
    """Senior roles that wait for this person."""
    return list(grants_for(user).waiting().exclude(asked_by=user).exclude(user=user)[:20])


# --- administrator -------------------------------------------------------------------------


@dataclass(frozen=True)
class AdminFigures:
    """The installation in figures, and what is missing in it."""

    stores: int
    teams: int
    departments: int
    users: int
    never_signed_in: int
    without_role: int
    stores_without_manager: int
    waiting: int


def admin_figures(today: dt.date) -> AdminFigures:
    """Counts of places and users, and of what still has to be done."""
    posts = Membership.objects.valid_on(today).order_by()
    users = User.objects.filter(is_active=True).aggregate(
        users=Count("pk"),
        never_signed_in=Count("pk", filter=Q(last_login__isnull=True)),
        without_role=Count("pk", filter=~Q(pk__in=posts.values("user"))),
    )
    managed = posts.filter(role=roles.MANAGER, user__is_active=True).values("store")
    stores = Store.objects.aggregate(
        stores=Count("pk"),
        stores_without_manager=Count("pk", filter=~Q(pk__in=managed)),
    )
    return AdminFigures(
        **users,
        **stores,
        teams=Team.objects.count(),
        departments=Department.objects.count(),
        waiting=RoleGrant.objects.waiting().count(),
    )
