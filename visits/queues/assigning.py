"""What waits to be given to visitors, and how much each of them has to do (RV-23..25)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.customers.access import shown_name
from crm.people import roles
from crm.people.models import Membership, Store, User
from crm.records.states import Saved
from crm.ui.lists import Chip, Filter, ListSpec, Sort
from visits import states
from visits.assignment import Fit, Visitor
from visits.models import Visit, VisitorProfile, VisitQuerySet
from visits.queues.lists import visit_queue
from visits.queues.visitors import VISITING, best_fits, visitors_at

DAYS_SHOWN = 7
PENDING, GIVEN = Q(state=states.PENDING), ~Q(state=states.PENDING)
# Who reads of visitors what they are qualified for and how much they have to do.
LEADERS = (roles.SERVICE_SUPERVISOR, roles.MANAGER)


@dataclass(frozen=True)
class Line:
    """A visit to be given out: its customer as shown, and who suits it best, with why."""

    visit: Visit
    name: str
    fit: Fit | None


@dataclass(frozen=True)
class Load:
    """A visitor's days: how much is to be made on each, and how much they take on."""

    visitor: Visitor
    days: Sequence[tuple[int, bool]]


def to_assign(user: User) -> VisitQuerySet:
    """The visits this person gives out: the store's for service, the team's for sales.

    None by which they are judged themselves (SoD 8).
    """
    reach = user.reach
    served = Q(store__in=reach.stores_as(roles.SERVICE_SUPERVISOR))
    sold = Q(card__team__in=reach.teams_as(roles.SALES_SUPERVISOR))
    rows = visit_queue(user).not_rating(user).prefetch_related("ticket__tasks", "causes__card")
    return rows.filter(served | sold, state__in=states.MOVES["assign"])


def assign_list(today: dt.date) -> ListSpec:
    """What the list allows; `today` is the store's local date."""
    soon = Q(due_on__lt=today + dt.timedelta(days=DAYS_SHOWN))
    return ListSpec(
        sorts=(Sort("due", _("Due"), ("due_on", "id")),),
        chips=(
            Chip("soon", _("To be assigned within 7 days"), PENDING & soon),
            Chip("waiting", _("All to be assigned"), PENDING),
            Chip("late", _("Overdue"), Q(due_on__lt=today), "alert-triangle", "late"),
            Chip("given", _("Assigned"), GIVEN),
        ),
        filters=(Filter("kind", "kind", frozenset(Visit.Kind.values)),),
    )


def lines_of(user: User, rows: list[Visit], today: dt.date) -> list[Line]:
    """Each visit to be assigned with its suggestion, which counts as load for those below."""
    fits = best_fits([row for row in rows if row.state == states.PENDING], today)
    return [Line(row, shown_name(user, row.card), fits.get(row.pk)) for row in rows]


def stores_led(user: User) -> list[int]:
    """The stores whose visitors a person gives work to."""
    reach = user.reach
    return sorted(reach.stores_as(roles.SERVICE_SUPERVISOR, roles.SALES_SUPERVISOR))


def loads_of(stores: list[int], today: dt.date) -> list[Load]:
    """The visitors of these stores with what they have to do on each of their next seven days."""
    days = [today + dt.timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]
    found: dict[int, dict[dt.date, Visitor]] = {}
    places = [(store, day) for store in stores for day in days]
    for (_store, day), visitors in visitors_at(places, today).items():
        for one in visitors:
            found.setdefault(one.user_id, {})[day] = one
    return [Load(next(iter(one.values())), [_day(one.get(day)) for day in days])
            for one in found.values()]  # fmt: skip


def _day(visitor: Visitor | None) -> tuple[int, bool]:
    """How much a visitor has on a day, and whether that is all they take on."""
    return (visitor.load, visitor.load >= visitor.capacity) if visitor else (0, False)


def visitors_to_choose(stores: list[int], today: dt.date) -> Any:
    """The people a visit may be given to: visitors of these stores, the unqualified left out."""
    users = _visitors(stores, today).exclude(visitor_profile__qualified=False)
    return users.order_by("name", "pk")


def visitors_seen(user: User, today: dt.date) -> Any:
    """The visitors whose profile this person reads, with it."""
    everywhere = user.reach.has(roles.GENERAL_MANAGER)
    stores = None if everywhere else list(user.reach.stores_as(*LEADERS))
    return _visitors(stores, today).select_related("visitor_profile").order_by("name", "pk")


def _visitors(stores: list[int] | None, today: dt.date) -> Any:
    posts = Membership.objects.valid_on(today).filter(role__in=VISITING)
    if stores is not None:
        posts = posts.filter(Q(store__in=stores) | Q(store__isnull=True))
    return User.objects.filter(is_active=True, pk__in=posts.order_by().values("user"))


def profile_of(visitor: User) -> VisitorProfile:
    """A visitor's profile, or the usual one where none was written yet."""
    found: VisitorProfile = getattr(visitor, "visitor_profile", None) or VisitorProfile(
        user=visitor
    )
    return found


def stores_of(user: User) -> list[int]:
    """The stores whose visitors this person reads about."""
    reach = user.reach
    if reach.has(roles.GENERAL_MANAGER):
        return list(Store.objects.order_by("pk").values_list("pk", flat=True))
    return sorted(reach.stores_as(*LEADERS))


def saved_profile(profile: VisitorProfile) -> Saved:
    """How a profile stands now, for whoever came second."""
    names = ("qualified", "regions", "dialects", "capacity")
    values = {name: getattr(profile, name) for name in names}
    values["tongues"] = sorted(profile.tongues)
    return Saved(values, resend={"version": profile.version})
