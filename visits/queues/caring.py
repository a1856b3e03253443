"""Days that call for care and have no task yet (RB-04, RB-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.customers import states as card_states
from crm.customers.models import Card, Consent
from crm.orders import states as order_states
from crm.orders.models import Order
from crm.rulebook.queues import rules_for
from crm.workdays import Calendar
from visits import care, due
from visits.care import Times
from visits.models import CareOccasion, CareRule, CareTask

CHUNK = 900  # values in one statement: SQLite takes no more than some thousand
# Care is neither owed nor asked for: either refusal ends it (PS-01).
CLOSES_CARE = (Consent.Purpose.CONTACT, Consent.Purpose.MARKETING)


@dataclass(frozen=True, slots=True)
class CareEvent:
    """A day to be kept for a card, named once for ever; `newcomer` is whom its customer sent."""

    key: str
    card_id: int
    times: Times
    newcomer_id: int | None = None


@dataclass(frozen=True)
class Looking:
    """What a finder needs: the rule, the calendar of its store, today, and how far it looks."""

    rule: CareRule
    calendar: Calendar
    today: dt.date
    ahead: int
    late: int

    @property
    def bought(self) -> QuerySet[Card]:
        """The cards of customers who have their car, in the rule's store."""
        rows = Card.objects.filter(state=card_states.DELIVERED)
        return rows if self.rule.store_id is None else rows.filter(store=self.rule.store_id)

    @property
    def handed_over(self) -> QuerySet[Order]:
        """The orders whose car was handed over, in the rule's store."""
        rows = Order.objects.filter(
            state__in=order_states.COUNTS_AS_SIGNED, delivered_at__isnull=False
        )
        return rows if self.rule.store_id is None else rows.filter(store=self.rule.store_id)

    def key(self, kind: str, public_id: str, year: int | str) -> str:
        """The name of an event; a rule keeps it once."""
        return f"{kind}:{public_id}:{year}/{self.rule.pk}"


def care_events(rule: CareRule, *, now: dt.datetime, only: Order | None = None) -> list[CareEvent]:
    """What a rule asks for today and nobody has made a task of; `only` for one delivery."""
    numbers, calendar = rules_for(rule.store_id)
    ahead, late = numbers.care_ahead_days, numbers.care_late_days
    looking = Looking(rule, calendar, calendar.local_day(now), ahead, late)
    found = {event.key: event for event in FINDERS[CareOccasion(rule.occasion)](looking, only)}
    found = {key: one for key, one in found.items() if one.times.day >= rule.since}
    for part in parts(list(found)):
        for key in CareTask.objects.filter(key__in=part).values_list("key", flat=True):
            found.pop(key)
    unwished = refusing(rule.method, {event.card_id for event in found.values()})
    return [event for event in found.values() if event.card_id not in unwished]


def _birthdays(of: Looking, only: Order | None) -> Iterator[CareEvent]:
    """Of those with a lunar birthday on their card, that one alone."""
    if only is not None:
        return
    for day in care.days_around(of.today, ahead=of.rule.wait, late=of.late):
        born = Q(pk__in=[])
        for month, number in care.birthdays_on(day):
            born |= Q(customer__birthday__month=month, customer__birthday__day=number)
        solar = born & Q(customer__lunar_birthday="")
        lunar = Q(customer__lunar_birthday__in=care.lunar_birthdays_on(day))
        for card, customer in _latest(of.bought.filter(solar | lunar)):
            times = care.greeting(day, of.today, ahead=of.rule.wait, late=of.late)
            if times is not None:
                yield CareEvent(of.key("birthday", customer, day.year), card, times)


def _festivals(of: Looking, only: Order | None) -> Iterator[CareEvent]:
    if only is not None:
        return
    for year in (of.today.year, of.today.year + 1):
        day = care.festival_day(of.rule.festival, year)
        times = care.greeting(day, of.today, ahead=of.rule.wait, late=of.late)
        if times is not None:
            for card, customer in _latest(of.bought):
                yield CareEvent(of.key("festival", customer, year), card, times)


def _anniversaries(of: Looking, only: Order | None) -> Iterator[CareEvent]:
    for public_id, card, delivered in _deliveries(of, only):
        for years, day in care.anniversaries(delivered, of.today + of.rule.wait * care.ONE_DAY):
            times = care.greeting(day, of.today, ahead=of.rule.wait, late=of.late)
            if times is not None:
                yield CareEvent(of.key("anniversary", public_id, years), card, times)


def _insurance(of: Looking, only: Order | None) -> Iterator[CareEvent]:
    """Insurance begins with the delivery and runs a year (CC-16)."""
    reach = (of.rule.wait + of.ahead) * care.ONE_DAY
    for public_id, card, delivered in _deliveries(of, only):
        for years, day in care.anniversaries(delivered, of.today + reach):
            times = care.expiry(
                day, of.today, before=of.rule.wait, ahead=of.ahead, calendar=of.calendar
            )
            if times is not None:
                yield CareEvent(of.key("insurance", public_id, years), card, times)


def _services(of: Looking, only: Order | None) -> Iterator[CareEvent]:
    wait = due.Wait(of.rule.wait, of.rule.unit)
    for public_id, card, delivered in _deliveries(of, only):
        times = care.afterwards(delivered, wait, of.today, ahead=of.ahead, calendar=of.calendar)
        if times is not None:
            yield CareEvent(of.key("service", public_id, 1), card, times)


def _thanks(of: Looking, only: Order | None) -> Iterator[CareEvent]:
    """Whoever sent us a buyer is thanked once the car is handed over (RB-04)."""
    wait = due.Wait(of.rule.wait, of.rule.unit)
    orders = of.handed_over.filter(
        card__referrer__isnull=False,
        card__state=card_states.DELIVERED,
        delivered_at__gte=dt.datetime.combine(of.rule.since, dt.time.min, of.calendar.zone),
    )
    orders = orders if only is None else orders.filter(pk=only.pk)
    gone = (card_states.MERGED, card_states.ANONYMISED)
    rows = orders.exclude(card__referrer__state__in=gone).order_by("delivered_at", "pk")
    columns = ("card_id", "card__public_id", "card__referrer_id", "delivered_at")
    for newcomer, public_id, referrer, at in rows.values_list(*columns):
        if referrer is None or at is None:
            continue
        times = care.afterwards(
            of.calendar.local_day(at), wait, of.today, ahead=of.ahead, calendar=of.calendar
        )
        if times is not None:
            yield CareEvent(of.key("thanks", public_id, 1), referrer, times, newcomer)


FINDERS = {
    CareOccasion.BIRTHDAY: _birthdays,
    CareOccasion.FESTIVAL: _festivals,
    CareOccasion.ANNIVERSARY: _anniversaries,
    CareOccasion.SERVICE: _services,
    CareOccasion.INSURANCE: _insurance,
    CareOccasion.THANKS: _thanks,
}


def _deliveries(of: Looking, only: Order | None) -> Iterator[tuple[str, int, dt.date]]:
    """Each car handed over whose customer still has it: order, card, local day."""
    orders = of.handed_over.filter(card__state=card_states.DELIVERED)
    orders = orders if only is None else orders.filter(pk=only.pk)
    for public_id, card, at in orders.values_list("public_id", "card_id", "delivered_at"):
        if at is not None:
            yield public_id, card, of.calendar.local_day(at)


def _latest(cards: QuerySet[Card]) -> Iterator[tuple[int, str]]:
    """Each customer once, with the card of their latest purchase."""
    seen: set[str] = set()
    rows = cards.order_by("-opened_at", "-pk").values_list("pk", "customer__public_id")
    for card, customer in rows:
        if customer not in seen:
            seen.add(customer)
            yield card, customer


def refusing(method: str, cards: Collection[int]) -> frozenset[int]:
    """Those of the cards whose customer wishes no care by that method."""
    refusals = Consent.objects.refusing(*CLOSES_CARE, channel=method)
    found: set[int] = set()
    for part in parts(sorted(cards)):
        rows = Card.objects.filter(pk__in=part)
        theirs = rows.filter(Exists(refusals.filter(customer=OuterRef("customer"))))
        found.update(theirs.values_list("pk", flat=True))
    return frozenset(found)


def parts(values: list[Any]) -> Iterator[list[Any]]:
    """The values in parts that one statement takes."""
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
