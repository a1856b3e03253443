"""What figures are to reach in a period, of all and of each one (KP-13).

The narrowest target holds: a person's own over the team's, over the store's, over everybody's,
over the rulebook's. One that was taken back stays taken back: no wider one comes in its place.
A count's target is a month's and its owner's alone: over other days it is their share of the month,
and what a store is to sell is not what each of its people is. What a manager set for somebody holds
while they hold a post in that store: who moves takes no target along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from crm.people.models import Membership
from crm.records.kpis import By
from crm.records.periods import Period, month_of
from crm.reports.kpis import Unit, kpi_of
from crm.reports.models import Target
from crm.reports.queues.asked import Asked
from crm.reports.queues.choices import Choice
from crm.reports.queues.tiles import Aim
from crm.rulebook.numbers import Numbers
from crm.ui.statements import objects_of

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
# What is counted at the moment itself: its target is no month's, and no days are a share of it.
OF_NOW = ("contacts_overdue",)
WIDE = Q(team__isnull=True, person__isnull=True)
# A target by figure; None for one that was taken back.
Set = dict[str, float | None]


def targets_for(
    keys: Iterable[str], store_id: int | None, period: Period, numbers: Numbers
) -> dict[str, float]:
    """What each figure of a store, or of all, is to reach in a period; one statement."""
    own = Q(store=store_id) if store_id else Q(pk__in=[])
    rows = _rows(WIDE & (own | Q(store__isnull=True)), keys, period)

    def on(day: dt.date) -> Set:
        return _on(day, rows, _usual(numbers), lambda row: row.store_id == store_id)

    return {key: value for key, value in over(period, on).items() if value is not None}


def own_targets(keys: Iterable[str], period: Period) -> dict[str, Set]:
    """The targets of teams and people in a period, by `team-<id>` and `person-<id>`."""
    rows = _rows(~WIDE, keys, period)
    by_whose: dict[str, list[Target]] = {}
    for row in rows:
        whom, kind = (row.person, By.PERSON) if row.person else (row.team, By.TEAM)
        assert whom is not None
        by_whose.setdefault(f"{kind}-{whom.public_id}", []).append(row)
    return {address: over(period, partial(_set_on, mine)) for address, mine in by_whose.items()}


def targets_of_stores(keys: Iterable[str], period: Period) -> dict[str, Set]:
    """The targets set for each store itself in a period, by its address; one statement."""
    by_store: dict[str, list[Target]] = {}
    for row in _rows(WIDE & Q(store__isnull=False), keys, period):
        assert row.store is not None
        by_store.setdefault(row.store.public_id, []).append(row)
    return {store: over(period, partial(_set_on, mine)) for store, mine in by_store.items()}


def inherited(of_team: Mapping[str, float | None], own: Mapping[str, float | None]) -> Set:
    """What somebody is to reach: their own targets, else those of the team but for its counts."""
    return {key: value for key, value in of_team.items() if not is_count(key)} | dict(own)


def aims_of(asked: Asked, keys: Iterable[str]) -> dict[str, Aim]:
    """The targets of the chosen people in the period; one statement (KP-13).

    Of the present figures nobody sets any.
    """
    return aims_over(asked, keys, [asked.period])[0]


def aims_over(asked: Asked, keys: Iterable[str], periods: Sequence[Period]) -> list[dict[str, Aim]]:
    """The same in each of several periods, the last one last; one statement for all."""
    chosen, every = asked.chosen, list(keys)
    whose = WIDE & Q(store__isnull=True)
    if chosen.store_id:
        whose |= WIDE & Q(store=chosen.store_id)
    team_id = chosen.team_id or (chosen.scope.pk if chosen.scope.by is By.TEAM else None)
    if team_id:
        whose |= Q(team=team_id)
    if chosen.scope.by is By.PERSON:
        whose |= Q(person=chosen.scope.pk)
    rows, near = _rows(whose, every, periods[-1]), asked.numbers.target_near_percent

    def on(day: dt.date) -> Set:
        return _on(day, rows, _usual(asked.numbers), lambda row: is_of(row, chosen))

    return [
        {key: Aim(value, near) for key in every if (value := found.get(key)) is not None}
        for found in (over(period, on) for period in periods)
    ]


def aims_of_people(asked: Asked, key: str, aim: Aim | None) -> Callable[[Choice], Aim | None]:
    """What each of the chosen people is to reach: their own, the team's, else that of all."""
    own = own_targets([key], asked.period)
    teams = {one.scope.pk: one.key for one in asked.choices.of(By.TEAM)}
    near = asked.numbers.target_near_percent

    def of(person: Choice) -> Aim | None:
        for address in (person.key, teams.get(person.team_id, "")):
            if key in own.get(address, {}):
                value = own[address][key]
                return None if value is None else Aim(value, near)
        return aim

    return of


def is_of(row: Target, chosen: Choice) -> bool:
    """Whether a target was set for exactly these people."""
    if chosen.scope.by is By.PERSON:
        return row.person_id == chosen.scope.pk
    if chosen.scope.by is By.TEAM:
        return row.team_id == chosen.scope.pk
    return row.team_id is None and row.person_id is None and row.store_id == chosen.store_id


def is_count(key: str) -> bool:
    """Whether a figure counts, so that its target is its owner's alone, most often of a month."""
    return kpi_of(key).unit is Unit.COUNT


def over(period: Period, on: Callable[[dt.date], Set]) -> Set:
    """The targets of a period: those of its last day, of counts the days' shares of each month."""
    found, months = on(period.last), _months(period)
    for key in found.keys() - OF_NOW:
        if not is_count(key):
            continue
        parts = [(on(first).get(key), share) for first, share in months]
        values = [value * share for value, share in parts if value is not None]
        found[key] = sum(values) if len(values) == len(parts) else None
    return found


def _months(period: Period) -> list[tuple[dt.date, float]]:
    """The months a period touches, by their first day, and what share of each lies in it."""
    found, day = [], period.first
    while day <= period.last:
        month = month_of(day, period.zone)
        days = (min(month.last, period.last) - day).days + 1
        found.append((month.first, days / month.days))
        day = month.shifted(month.days).first
    return found


def _rows(whose: Q, keys: Iterable[str], period: Period) -> list[Target]:
    """Targets set until the end of a period, the narrower behind the wider, each by its month."""
    wanted = sorted(keys)

    def build() -> QuerySet[Target]:
        ever = Membership.objects.filter(user=OuterRef("person"), store__isnull=False)
        posts, first = ever.filter(store=OuterRef("store")), ever.order_by("valid_from", "pk")
        begun = posts.order_by("valid_from").values("valid_from")[:1]
        ended = posts.order_by(F("valid_to").desc(nulls_first=True)).values("valid_to")[:1]
        rows = Target.objects.filter(whose, month__lte=period.last, key__in=wanted).annotate(
            posted_first=Subquery(first.values("store")[:1]),
            posted_from=Subquery(begun),
            posted_to=Subquery(ended),
        )
        return rows.select_related("team", "person", "store")

    found = objects_of(("targets", whose, period.last, tuple(wanted)), build)
    return sorted(found, key=_narrowness)


def _holds(row: Any, day: dt.date) -> bool:
    """Whether a target held on a day: from its month on, a person's while they are in its store.

    Before their first post they count as there: a house is older than its list of posts.
    """
    if row.person_id is None:
        return bool(row.month <= day)
    began, ended = row.posted_from, row.posted_to
    came = row.posted_first == row.store_id or (began is not None and began <= day)
    return bool(row.month <= day and came and (ended is None or day <= ended))


def _narrowness(row: Target) -> tuple[bool, bool, bool, dt.date, int]:
    person, team = row.person_id is not None, row.team_id is not None
    return person, team, row.store_id is not None, row.month, row.pk


def _on(
    day: dt.date,
    rows: Sequence[Target],
    usual: Mapping[str, float],
    is_own: Callable[[Target], bool],
) -> Set:
    """What held on a day: a later row goes before an earlier one."""
    found: Set = dict(usual)
    for row in rows:
        if _holds(row, day) and (is_own(row) or not is_count(row.key)):
            found[row.key] = None if row.value is None else float(row.value)
    return found


def _set_on(rows: Sequence[Target], day: dt.date) -> Set:
    """What somebody's own targets were on a day."""
    return _on(day, rows, {}, lambda _row: True)


def _usual(numbers: Numbers) -> dict[str, float]:
    return {key: float(getattr(numbers, name)) for key, name in USUAL.items()}
