"""Who is on duty, and all that decides when a bell rings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    CharField,
    Q,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from crm.notices.models import Preference
from crm.notices.roles import Duty, Holder
from crm.people.models import Delegation, Membership, User
from crm.rulebook.models import Number, OpeningHours
from crm.rulebook.numbers import Numbers, numbers_from
from crm.rulebook.queues import book
from crm.workdays import Calendar, Slot
from crm.workdays import OpeningHours as Hours


def on_duty(day: dt.date, *, roles: Collection[str], people: Collection[int]) -> Duty:
    """Holders of `roles` on the local date `day`, and deputies and leavers among all concerned.

    Three statements, two where no role is asked for.
    """
    holders: tuple[Holder, ...] = ()
    if roles:
        found = (
            Membership.objects.valid_on(day)
            .filter(role__in=roles, user__is_active=True)
            .values_list("user_id", "role", "store_id", "team_id")
        )
        holders = tuple(Holder(*row) for row in found)
    concerned = {*people, *(holder.user_id for holder in holders)}
    away = Delegation.objects.valid_on(day).filter(user__in=concerned).order_by("-id")
    deputies = dict(away.values_list("user_id", "deputy_id"))
    concerned.update(deputies.values())
    left = User.objects.filter(pk__in=concerned, is_active=False).values_list("pk", flat=True)
    return Duty(holders, deputies, frozenset(left))


@dataclass(frozen=True)
class ArmingFacts:
    """What decides when a bell rings: a store's numbers and hours, its people's own lead times."""

    numbers: Numbers
    calendar: Calendar
    leads: Mapping[int, Mapping[str, Any]]

    def numbers_of(self, user_id: int) -> Numbers:
        """The store's numbers with the lead times this person chose (N-11)."""
        chosen = self.leads.get(user_id)
        return replace(self.numbers, **chosen) if chosen else self.numbers


def arming_facts(store_id: int | None, people: Collection[int]) -> ArmingFacts:
    """All that arming needs of a store and these people, in one statement."""
    words = {"output_field": CharField()}

    def text(value: Any) -> Any:
        return Cast(value, CharField(max_length=40))

    numbers = Number.objects.filter(Q(store__isnull=True) | Q(store_id=store_id))
    hours = OpeningHours.objects.filter(store__in=[] if store_id is None else [store_id])
    chosen = Preference.objects.filter(user__in=people).exclude(
        day_before_at__isnull=True, minutes_before__isnull=True
    )
    rows = numbers.order_by().values_list(
        Value("number", **words), "key", text("value"), text("store_id")
    )
    slots = hours.order_by().values_list(
        Value("slot", **words), text("weekday"), text("opens"), text("closes")
    )
    leads = chosen.order_by().values_list(
        Value("lead", **words), text("user_id"), text("day_before_at"), text("minutes_before")
    )
    return _facts_from(list(rows.union(slots, leads, all=True)))


def _facts_from(found: list[tuple[str, str, str | None, str | None]]) -> ArmingFacts:
    usual = {key: value for kind, key, value, store in found if kind == "number" and not store}
    own = {key: value for kind, key, value, store in found if kind == "number" and store}
    numbers = numbers_from(usual | own)
    slots: dict[int, list[Slot]] = defaultdict(list)
    leads: dict[int, dict[str, Any]] = {}
    for kind, key, first, second in found:
        if kind == "slot":
            slots[int(key)].append(
                Slot(*(dt.time.fromisoformat(at or "") for at in (first, second)))
            )
        elif kind == "lead":
            at = {"remind_day_before_at": first[:5]} if first else {}
            before = {"remind_minutes_before": int(second)} if second else {}
            leads[int(key)] = {**at, **before}
    start, end = numbers.quiet_time()
    hours = Hours(quiet_from=start, quiet_until=end)
    if slots:
        hours = replace(hours, week=tuple(tuple(sorted(slots[day])) for day in range(7)))
    return ArmingFacts(numbers, Calendar(zone=timezone.get_default_timezone(), hours=hours), leads)


def store_hours(store_id: int | None) -> Calendar:
    """The store's zone and opening hours; one statement."""
    hours = book().hours(store_id, Numbers())
    return Calendar(zone=timezone.get_default_timezone(), hours=hours)
