"""Who is on duty, and all that decides when a bell rings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from crm.notices.models import Preference
from crm.notices.roles import Duty, Holder
from crm.people.models import Delegation, Membership, User
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import Book, book
from crm.workdays import Calendar


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


def arming_facts(
    store_id: int | None, people: Iterable[User], rules: Book | None = None
) -> ArmingFacts:
    """All that arming needs of a store and these people; two statements for what is not known.

    Who hands over the rulebook it has just read may have read people with their `preference`.
    """
    known, unknown = [], []
    for person in people:
        if rules is not None and "preference" in person._state.fields_cache:
            known.append(person._state.fields_cache["preference"])
        else:
            unknown.append(person.pk)
    rules = rules or book()
    numbers = rules.numbers(store_id)
    if unknown:
        known += Preference.objects.filter(user__in=unknown)
    leads = {
        chosen.user_id: own_leads(chosen.day_before_at, chosen.minutes_before)
        for chosen in known
        if chosen is not None
    }
    hours = rules.hours(store_id, numbers)
    return ArmingFacts(numbers, Calendar(zone=timezone.get_default_timezone(), hours=hours), leads)


def own_leads(day_before_at: dt.time | None, minutes_before: int | None) -> dict[str, Any]:
    """The numbers of the rulebook a person's own lead times stand for (N-11)."""
    at = {"remind_day_before_at": f"{day_before_at:%H:%M}"} if day_before_at else {}
    before = {} if minutes_before is None else {"remind_minutes_before": minutes_before}
    return {**at, **before}


def store_hours(store_id: int | None) -> Calendar:
    """The store's zone and opening hours; one statement."""
    hours = book().hours(store_id, Numbers())
    return Calendar(zone=timezone.get_default_timezone(), hours=hours)
