"""What becomes of events: a visit, part of one that is due anyway, or nothing (RV-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.customers import states as card_states
from crm.customers.models import Card, Consent
from crm.customers.queues import vips
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import book, numbers_for, rules_for
from crm.workdays import Calendar
from followups.models import Method
from visits import due, merging, states
from visits.merging import Decision, DueVisit, Event, Wanted
from visits.models import Trigger, Visit, VisitCause, VisitRule

GONE = (card_states.MERGED, card_states.ANONYMISED)
CHUNK = 900  # values in one statement: SQLite takes no more than some thousand
ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Preview:
    """What a rule would make now: visits, how many would join another, how many are refused."""

    made: int
    merged: int
    refused: int
    by_day: dict[dt.date, int]

    @property
    def first_days(self) -> list[tuple[dt.date, int]]:
        """The first days on which something is due, with how much."""
        return list(self.by_day.items())[:10]


def preview_of(rule: VisitRule, events: Iterable[Event], *, now: dt.datetime) -> Preview:
    """How many visits a rule makes of these events, before anything is written (RV-15)."""
    decisions = sorted_out(rule, events, now=now)
    by_day: dict[dt.date, int] = {}
    count = dict.fromkeys((merging.MADE, merging.MERGED, merging.REFUSED), 0)
    for decision in decisions:
        count[decision.outcome] += 1
        if decision.outcome == merging.MADE:
            day = decision.wanted.due_on
            by_day[day] = by_day.get(day, 0) + 1
    return Preview(
        count[merging.MADE],
        count[merging.MERGED],
        count[merging.REFUSED],
        dict(sorted(by_day.items())),
    )


def sorted_out(rule: VisitRule, events: Iterable[Event], *, now: dt.datetime) -> list[Decision]:
    """What becomes of each event that has made nothing yet."""
    new = unknown(list({event.key: event for event in events}.values()))
    numbers, _calendar = rules_for(rule.store_id)
    return merging.sort_out(
        wanted_of(rule, new, now=now),
        refused=refusing(rule, new, now=now),
        waiting=_waiting(rule, {event.customer_id for event in new}),
        merge_days=numbers.visit_merge_days,
    )


def wanted_of(rule: VisitRule, events: Iterable[Event], *, now: dt.datetime) -> list[Wanted]:
    """Each event with the day its visit is due, by the numbers and days of the card's store."""
    wanted = list(events)
    of_card = rules_of_cards({event.card_id for event in wanted})
    found = []
    for event in wanted:
        numbers, calendar = of_card(event.card_id)
        due_on = due_on_of(rule, event, calendar, now=now)
        found.append(Wanted(event=event, due_on=due_on, merge_days=numbers.visit_merge_days))
    return found


def rules_of_cards(cards: Collection[int]) -> Callable[[int], tuple[Numbers, Calendar]]:
    """The numbers and the calendar that hold in the store of each of these cards."""
    stores: dict[int, int | None] = {}
    for part in parts(sorted(cards)):
        stores.update(Card.objects.filter(pk__in=part).values_list("pk", "store_id"))
    whole = book()

    @cache
    def of_store(store_id: int | None) -> tuple[Numbers, Calendar]:
        numbers = whole.numbers(store_id)
        return numbers, whole.calendar(store_id, numbers)

    return lambda card_id: of_store(stores.get(card_id))


def due_on_of(rule: VisitRule, event: Event, calendar: Calendar, *, now: dt.datetime) -> dt.date:
    """The day the visit of an event is due under a rule, never before today."""
    day = event.on
    if rule.trigger != Trigger.REGULAR:  # a regular visit's event is the day itself
        day = due.due_day(event.on, due.Wait(rule.wait, rule.unit), calendar)
    return due.not_before_today(day, calendar.local_day(now), calendar)


def unknown(events: list[Event]) -> list[Event]:
    """The events that made nothing yet."""
    known: set[str] = set()
    for part in parts([event.key for event in events]):
        known.update(VisitCause.objects.filter(key__in=part).values_list("key", flat=True))
    return [event for event in events if event.key not in known]


def refusing(rule: VisitRule, events: Collection[Event], *, now: dt.datetime) -> frozenset[int]:
    """Cards whose customer does not wish this visit, or that name nobody any more.

    Where the rule leaves the method open most are called, and who refuses calls is left alone, but
    for those who are visited on site (RV-22).
    """
    purposes = [Consent.Purpose.VISIT.value]
    if rule.trigger != Trigger.COMPLAINT:  # an answer owed is given even then
        purposes.append(Consent.Purpose.CONTACT.value)
    gone = Q(state__in=GONE)

    def closed(cards: set[int], channel: str) -> set[int]:
        refusals = Consent.objects.refusing(*purposes, channel=channel)
        theirs = gone | Exists(refusals.filter(customer=OuterRef("customer")))
        rows = (Card.objects.filter(theirs, pk__in=part) for part in parts(sorted(cards)))
        return {pk for row in rows for pk in row.values_list("pk", flat=True)}

    found = closed({event.card_id for event in events}, rule.method or Method.PHONE)
    if rule.method or not found:
        return frozenset(found)
    by_calls = found - closed(found, "")
    of_card = rules_of_cards(by_calls)
    theirs = [one for one in events if one.card_id in by_calls]
    fleets = {
        one.card_id for one in theirs if one.quantity >= of_card(one.card_id)[0].fleet_from_quantity
    }
    return frozenset(found - (by_calls & fleets) - _key_customers(by_calls, now))


def _key_customers(cards: set[int], now: dt.datetime) -> set[int]:
    """Those of these cards that are visited on site whatever they bought: organisations, VIPs."""
    if not cards:
        return set()
    key = Q(customer__is_organisation=True) | Q(customer__in=vips(numbers_for(None), now=now))
    rows = (Card.objects.filter(key, pk__in=part) for part in parts(sorted(cards)))
    return {pk for row in rows for pk in row.values_list("pk", flat=True)}


def _waiting(rule: VisitRule, customers: set[int]) -> Iterator[DueVisit]:
    """Visits of customers still to be made; one about a complaint joins none but its like.

    What such a visit asked is over once it was made: an answer given later is asked about anew.
    """
    made = Q(kind=Visit.Kind.COMPLAINT, state=states.AWAITING_ENTRY)
    for part in parts(sorted(customers)):
        rows = Visit.objects.due().filter(joined_by(rule), card__customer__in=part)
        yield from due_visits(rows.exclude(made))


def due_visits(rows: QuerySet[Visit]) -> Iterator[DueVisit]:
    """The visits as the merging looks at them."""
    columns = ("card__customer_id", "card_id", "pk", "due_on", "ticket_id", "assignee_id")
    return (DueVisit(*found) for found in rows.values_list(*columns))


def joined_by(rule: VisitRule) -> Q:
    """The visits one of this rule may join: one about a complaint only its like."""
    about_complaints = Q(kind=Visit.Kind.COMPLAINT)
    return about_complaints if rule.kind == Visit.Kind.COMPLAINT else ~about_complaints


def parts(values: list[ValueT]) -> Iterator[list[ValueT]]:
    """The values in lists short enough for one statement."""
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
