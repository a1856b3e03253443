"""The targets in force, and those that were (KP-13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.people import roles
from crm.people.models import Membership, Store, Team, User
from crm.records.kpis import By
from crm.reports.kpis import KPIS, Unit, kpi_of
from crm.reports.models import READERS, Target
from crm.reports.queues.asked import Asked
from crm.reports.queues.limits import EARLIEST_DAY, LATEST_DAY
from crm.reports.queues.tiles import Aim, target_words
from crm.reports.weekly.words import month_words
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import numbers_for

STORES_AT_MOST = 12
TARGETED = (*KPIS, "order_count")
MOST_PERCENT, MOST = 100, 100_000


@dataclass(frozen=True)
class Place:
    """Somebody a target may be set for: everybody, a store, a team or a person."""

    key: str
    label: str
    store: Store | None = None
    team: Team | None = None
    person: User | None = None


# What the house aims at until somebody sets a target (N-64): figure → name of its number.
USUAL = {
    "response_rate": "target_response_percent",
    "satisfaction_rate": "target_satisfaction_percent",
    "visit_completion_rate": "target_completion_percent",
    "resolution_rate": "target_resolution_percent",
    "record_accuracy": "target_accuracy_percent",
    "on_time_rate": "target_on_time_percent",
    "resolved_in_time_rate": "target_promise_percent",
}


def targets_for(
    keys: Iterable[str], store_id: int | None, day: dt.date, numbers: Numbers
) -> dict[str, float]:
    """What each figure of a store, or of all, is to reach on a local date; one statement.

    The store's own target goes before that for all, and both before the rulebook's.
    """
    own = Q(store=store_id) if store_id else Q(pk__in=[])
    rows = Target.objects.filter(
        own | Q(store__isnull=True),
        team__isnull=True,
        person__isnull=True,
        month__lte=day,
        key__in=list(keys),
    )
    found = {key: float(getattr(numbers, name)) for key, name in USUAL.items()}
    for row in sorted(rows, key=lambda one: (one.store_id is not None, one.month, one.pk)):
        _take(found, row)
    return found


def own_targets(keys: Iterable[str], day: dt.date) -> dict[str, dict[str, float]]:
    """The targets of teams and people on a local date, by `team-<id>` and `person-<id>`."""
    narrow = Q(team__isnull=False) | Q(person__isnull=False)
    rows = Target.objects.filter(narrow, month__lte=day, key__in=list(keys))
    found: dict[str, dict[str, float]] = {}
    for row in rows.select_related("team", "person").order_by("month", "id"):
        whom = row.person or row.team
        assert whom is not None
        kind = "person" if row.person else "team"
        _take(found.setdefault(f"{kind}-{whom.public_id}", {}), row)
    return found


def aims_of(asked: Asked, keys: Iterable[str]) -> dict[str, Aim]:
    """The targets of the chosen people at the end of the period; one statement (KP-13).

    A person's own go before the team's, those before the store's, those before everybody's, and
    all before the rulebook's. Of the present figures nobody sets any.
    """
    chosen, day, every = asked.chosen, asked.period.last, list(keys)
    wide = Q(team__isnull=True, person__isnull=True)
    whose = wide & Q(store__isnull=True)
    if chosen.store_id:
        whose |= wide & Q(store=chosen.store_id)
    if chosen.scope.by is By.TEAM or chosen.team_id:
        whose |= Q(team=chosen.team_id or chosen.scope.pk)
    if chosen.scope.by is By.PERSON:
        whose |= Q(person=chosen.scope.pk)
    rows = Target.objects.filter(whose, month__lte=day, key__in=every)
    found = {key: float(getattr(asked.numbers, name)) for key, name in USUAL.items()}
    for row in sorted(rows, key=_narrowness):
        _take(found, row)
    near = asked.numbers.target_near_percent
    return {key: Aim(found[key], near) for key in every if key in found}


def _narrowness(row: Target) -> tuple[bool, bool, bool, dt.date, int]:
    """Everybody's first, then the store's, the team's, the person's, each by its month."""
    person, team = row.person_id is not None, row.team_id is not None
    return person, team, row.store_id is not None, row.month, row.pk


def _take(found: dict[str, float], row: Target) -> None:
    """A later row goes before an earlier one; one without a value takes the target back."""
    if row.value is None:
        found.pop(row.key, None)
    else:
        found[row.key] = float(row.value)


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
    most = MOST_PERCENT if "key" not in wrong and kpi_of(key).unit is Unit.RATE else MOST
    if value is not None and not 0 <= value <= most:
        wrong["value"] = _("From 0 to %(most)d.") % {"most": most}
    return wrong


def places_to_set(user: User, day: dt.date) -> list[Place]:
    """For whom this person sets targets: everybody, stores, their teams and salespeople."""
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
    posts = Membership.objects.valid_on(day).filter(store__in=known, role=roles.SALESPERSON)
    found: dict[str, Place] = {}
    for post in posts.select_related("user").order_by("store__code", "user__name", "id"):
        store = known[post.store_id or 0]
        label = f"{store.name} · {post.user.name}"
        key = f"person-{post.user.public_id}"
        found.setdefault(key, Place(key, label, store, None, post.user))
    return [*places, *found.values()]


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
    """The targets in force in the stores this person answers for; one statement a store."""
    stores = Store.objects.order_by("code")
    if not user.reach.has(roles.GENERAL_MANAGER):
        stores = stores.filter(pk__in=user.reach.stores_as(*READERS))
    shown = list(stores[:STORES_AT_MOST])
    aims = [targets_for(TARGETED, one.pk, day, numbers_for(one.pk)) for one in shown]
    lines = [
        (str(kpi_of(key).name), [target_words(key, aim.get(key)) for aim in aims])
        for key in TARGETED
        if any(key in aim for aim in aims)
    ]
    return InForce([one.name for one in shown], lines)


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
