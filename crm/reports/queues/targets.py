"""The targets in force, and those that were (KP-13)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people import roles
from crm.people.models import Membership, Store, Team, User
from crm.records.periods import month_of
from crm.reports.kpis import KPIS, Unit, kpi_of
from crm.reports.models import READERS, Target
from crm.reports.queues.aims import OF_NOW, WIDE, targets_for
from crm.reports.queues.limits import EARLIEST_DAY, LATEST_DAY
from crm.reports.queues.tiles import target_words
from crm.reports.weekly.words import month_words
from crm.rulebook.queues import numbers_for

STORES_AT_MOST = 12
TARGETED = (*KPIS, "order_count", *OF_NOW)
MOST_PERCENT, MOST = 100, 100_000
# More orders than new cards: the only rate over a hundred percent.
MAY_EXCEED = "closing_rate"
# Whose figures have targets of their own.
MEASURED = (roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.SERVICE_AGENT)


@dataclass(frozen=True)
class Place:
    """Somebody a target may be set for: everybody, a store, a team or a person."""

    key: str
    label: str
    store: Store | None = None
    team: Team | None = None
    person: User | None = None


def faults_of(
    key: str, store: Store | None, team: Team | None, month: dt.date, value: Decimal | None
) -> dict[str, str]:
    """Why a target makes no sense, by field; empty when it does."""
    wrong = {}
    if key not in TARGETED:
        wrong["key"] = _("Choose from the list.")
    if team is not None and (store is None or team.store_id != store.pk):
        wrong["who"] = _("Choose from the list.")
    if not EARLIEST_DAY <= month <= LATEST_DAY:
        wrong["month"] = _("Periods lie between 2001 and 2099.")
    most = MOST if "key" in wrong else most_of(key)
    if value is not None and not 0 <= value <= most:
        wrong["value"] = _("From 0 to %(most)d.") % {"most": most}
    return wrong


def most_of(key: str) -> int:
    """The highest target a figure may have: of most rates the whole, of a score its top."""
    bounded = key != MAY_EXCEED and kpi_of(key).unit in (Unit.RATE, Unit.SCORE)
    return MOST_PERCENT if bounded else MOST


def places_to_set(user: User, day: dt.date) -> list[Place]:
    """For whom this person sets targets: everybody, stores, their teams, sellers and visitors."""
    everywhere = user.reach.has(roles.GENERAL_MANAGER)
    stores = Store.objects.order_by("code")
    if not everywhere:
        stores = stores.filter(pk__in=user.reach.stores_as(roles.MANAGER))
    places = [Place("all", _("All stores"))] if everywhere else []
    places += [Place(f"store-{one.public_id}", one.name, one) for one in stores]
    known = {one.pk: one for one in stores}
    teams = Team.objects.filter(store__in=known).order_by("store__code", "name")
    for team in teams:
        store = known[team.store_id]
        places.append(Place(f"team-{team.public_id}", f"{store.name} · {team.name}", store, team))
    posts = Membership.objects.valid_on(day).filter(store__in=known, role__in=MEASURED)
    found: dict[str, Place] = {}
    for post in posts.select_related("user").order_by("store__code", "user__name", "id"):
        store = known[post.store_id or 0]
        label = f"{store.name} · {post.user.name}"
        key = f"person-{post.user.public_id}"
        found.setdefault(key, Place(key, label, store, None, post.user))
    return [*places, *found.values()]


def works_in(person: User, store: Store | None, day: dt.date) -> bool:
    """Whether somebody holds a post in that store whose figures have targets."""
    posts = Membership.objects.valid_on(day).filter(user=person, role__in=MEASURED)
    return store is not None and posts.filter(store=store).exists()


def target_history(user: User) -> QuerySet[Target]:
    """Every target this person may see, the latest first."""
    rows = Target.objects.visible_to(user)
    return rows.select_related("store", "team", "person", "set_by").order_by("-id")


def as_scope(target: Target) -> dict[str, Any]:
    """For whom a target was set, as the trail keeps it."""
    return {
        "store": target.store.code if target.store else "",
        "team": target.team.name if target.team else "",
        "person": target.person.username if target.person else "",
    }


@dataclass(frozen=True)
class InForce:
    """What stores aim at today: their names, and a line for each figure with its targets."""

    stores: list[str]
    lines: list[tuple[str, list[str]]]


def in_force(user: User, day: dt.date) -> InForce:
    """This month's targets in the stores this person answers for; one statement a store."""
    stores = Store.objects.order_by("code")
    if not user.reach.has(roles.GENERAL_MANAGER):
        stores = stores.filter(pk__in=user.reach.stores_as(*READERS))
    shown = list(stores[:STORES_AT_MOST])
    month = month_of(day, timezone.get_default_timezone())
    aims = [targets_for(TARGETED, one.pk, month, numbers_for(one.pk)) for one in shown]
    lines = [
        (str(kpi_of(key).name), [target_words(key, aim.get(key)) for aim in aims])
        for key in TARGETED
        if any(key in aim for aim in aims)
    ]
    return InForce([one.name for one in shown], lines)


def own_in_force(user: User, day: dt.date) -> list[TargetLine]:
    """This month's targets of teams and people this person may see, by place; one statement.

    The last word on each figure; one that was taken back is none, and no wider one holds for it.
    """
    rows = Target.objects.visible_to(user).filter(~WIDE, month__lte=day, key__in=TARGETED)
    last: dict[tuple[str, int | None, int | None], Target] = {}
    for row in rows.select_related("store", "team", "person").order_by("month", "pk"):
        last[row.key, row.team_id, row.person_id] = row
    lines = [TargetLine(row) for row in last.values()]
    return sorted(lines, key=lambda line: (line.place, TARGETED.index(line.target.key)))


@dataclass(frozen=True)
class TargetLine:
    """A target of the history, worded."""

    target: Target

    @property
    def name(self) -> str:
        return str(kpi_of(self.target.key).name)

    @property
    def words(self) -> str:
        value = self.target.value
        return "" if value is None else target_words(self.target.key, float(value))

    @property
    def place(self) -> str:
        """For whom it was set."""
        one = self.target
        inner = one.person.name if one.person else one.team.name if one.team else ""
        store = one.store.name if one.store else _("All stores")
        return f"{store} · {inner}" if inner else store

    @property
    def month(self) -> str:
        return month_words(self.target.month)
