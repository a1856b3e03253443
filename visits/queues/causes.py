"""Events that call for a visit and have none yet (RV-10..14, RV-42, RV-43)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from complaints.models import Ticket
from crm.customers import states as card_states
from crm.customers.models import Card, Consent
from crm.orders import states as order_states
from crm.orders.models import Order
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import rules_for
from crm.workdays import Calendar
from followups.models import Method
from visits import due, merging, states
from visits.merging import Decision, DueVisit, Event, Wanted
from visits.models import Trigger, Visit, VisitCause, VisitRule

CHUNK = 900  # values in one statement: SQLite takes no more than some thousand
ValueT = TypeVar("ValueT")
ENDED = (states.NOT_REACHED, states.DECLINED, states.CANCELLED)
ONE_DAY = dt.timedelta(days=1)


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


def rules_of(triggers: Collection[str], store_id: int | None) -> QuerySet[VisitRule]:
    """The rules in force in a store that wait for one of `triggers`."""
    rules = VisitRule.objects.in_force(store_id).filter(trigger__in=triggers)
    return rules.select_related("questionnaire").order_by("pk")


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
    numbers, calendar = rules_for(rule.store_id)
    new = _unknown(list({event.key: event for event in events}.values()))
    wanted = [
        Wanted(event=event, due_on=due_on_of(rule, event, calendar, now=now)) for event in new
    ]
    cards = {event.card_id for event in new}
    return merging.sort_out(
        wanted,
        refused=_refusing(rule, cards),
        waiting=_waiting(rule, cards),
        merge_days=numbers.visit_merge_days,
    )


def due_on_of(rule: VisitRule, event: Event, calendar: Calendar, *, now: dt.datetime) -> dt.date:
    """The day the visit of an event is due under a rule, never before today."""
    day = event.on
    if rule.trigger != Trigger.REGULAR:  # a regular visit's event is the day itself
        day = due.due_day(event.on, due.Wait(rule.wait, rule.unit), calendar)
    return due.not_before_today(day, calendar.local_day(now), calendar)


@dataclass(frozen=True)
class Asked:
    """What a finder needs: the rule, the numbers and calendar of its store, and the moment.

    With `only` the events of that order or ticket alone are wanted.
    """

    rule: VisitRule
    numbers: Numbers
    calendar: Calendar
    now: dt.datetime
    only: Order | Ticket | None = None

    @property
    def rows(self) -> Q:
        """The rows a rule looks at: of its store, and of the one that is news."""
        rows = Q() if self.rule.store_id is None else Q(store=self.rule.store_id)
        return rows if self.only is None else rows & Q(pk=self.only.pk)

    @property
    def since(self) -> dt.datetime:
        """The first moment that counts."""
        return dt.datetime.combine(self.rule.since, dt.time.min, tzinfo=self.calendar.zone)


def events_of(
    rule: VisitRule, *, now: dt.datetime, only: Order | Ticket | None = None
) -> list[Event]:
    """Everything that has happened since the rule holds and calls for a visit of its kind.

    With `only`, what that order or ticket calls for. Lists and campaigns are brought by hand and
    have none.
    """
    numbers, calendar = rules_for(rule.store_id)
    finder = FINDERS.get(Trigger(rule.trigger))
    return list(finder(Asked(rule, numbers, calendar, now, only))) if finder else []


def events_of_list(rule: VisitRule, cards: Iterable[Card], on: dt.date) -> list[Event]:
    """What a list of customers calls for, brought by hand or after an event on the day `on`."""
    return [
        Event(key=f"list:{on}:{card.public_id}/{rule.pk}", card_id=card.pk, on=on) for card in cards
    ]


def _delivered(asked: Asked) -> Iterator[Event]:
    rule, calendar = asked.rule, asked.calendar
    orders = Order.objects.filter(
        asked.rows, state__in=order_states.COUNTS_AS_SIGNED, delivered_at__gte=asked.since
    )
    if rule.trigger == Trigger.PROJECT:
        orders = orders.filter(
            Q(quantity__gte=asked.numbers.fleet_from_quantity)
            | Q(card__customer__is_organisation=True)
        )
    found = _without_cause(orders, "order:", rule)
    columns = ("public_id", "card_id", "delivered_at", "quantity")
    for public_id, card_id, at, quantity in found.values_list(*columns):
        if at is not None:
            key, day = f"order:{public_id}/{rule.pk}", calendar.local_day(at)
            yield Event(key=key, card_id=card_id, on=day, quantity=quantity)


def _answered(asked: Asked) -> Iterator[Event]:
    tickets = Ticket.objects.filter(
        asked.rows,
        kind=Ticket.Kind.COMPLAINT,
        card__isnull=False,
        resolved_at__gte=asked.since,
    )
    rows = tickets.values_list("pk", "public_id", "card_id", "resolved_at")
    for ticket, public_id, card, at in rows:
        if card is None or at is None:
            continue
        day = asked.calendar.local_day(at)  # reopened and answered again is another event
        key = f"ticket:{public_id}:{day}/{asked.rule.pk}"
        yield Event(key=key, card_id=card, on=day, ticket_id=ticket)


def _regular(asked: Asked) -> Iterator[Event]:
    rule, calendar = asked.rule, asked.calendar
    until = calendar.local_day(asked.now) + asked.numbers.visit_look_ahead_days * ONE_DAY
    wait = due.Wait(rule.wait, rule.unit)
    later = due.Wait(rule.later_wait or rule.wait, rule.unit)
    visits = Visit.objects.filter(card=OuterRef("pk")).exclude(kind=Visit.Kind.COMPLAINT).order_by()
    last_made = visits.filter(state=states.COMPLETED).values("card")
    last_ended = visits.filter(state__in=ENDED).values("card")
    cards = Card.objects.filter(asked.rows, state=card_states.DELIVERED).annotate(
        delivered=Max(
            "orders__delivered_at", filter=Q(orders__state__in=order_states.COUNTS_AS_SIGNED)
        ),
        made=Subquery(last_made.annotate(last=Max("completed_at")).values("last")),
        ended=Subquery(last_ended.annotate(last=Max("due_on")).values("last")),
    )
    rows = cards.filter(delivered__isnull=False).values_list(
        "public_id", "pk", "delivered", "made", "ended"
    )
    for public_id, card_id, delivered, made, ended in rows:
        days = [calendar.local_day(made)] if made else []
        last = max([*days, *([ended] if ended else [])], default=None)
        begun = calendar.local_day(delivered)
        day = due.regular_day_from(rule.since, begun, last, wait, later, calendar)
        if day <= until:
            yield Event(key=f"card:{public_id}:{day}/{rule.pk}", card_id=card_id, on=day)


def _prospects(of: Asked) -> Iterator[Event]:
    rule, numbers = of.rule, of.numbers
    today = of.calendar.local_day(of.now)
    year, week, _day = today.isocalendar()
    asked = Visit.objects.filter(
        card=OuterRef("pk"),
        due_on__gt=today - numbers.sample_again_days * ONE_DAY,
        kind=Visit.Kind.FOLLOW_UP_FEEDBACK,
    )
    cards = Card.objects.followed_up().filter(
        ~Exists(asked),
        of.rows,
        owner__isnull=False,
        last_contact_at__gte=of.now - numbers.sample_contacted_days * ONE_DAY,
    )
    for public_id, card_id in cards.values_list("public_id", "pk"):
        if drawn(f"{rule.public_id}:{year}-{week}:{public_id}", rule.share):
            yield Event(
                key=f"week:{year}-{week:02d}:{public_id}/{rule.pk}", card_id=card_id, on=today
            )


def drawn(name: str, share: int) -> bool:
    """Whether a name belongs to a share in percent: always the same answer for the same name."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < share * 100


FINDERS = {
    Trigger.DELIVERY: _delivered,
    Trigger.PROJECT: _delivered,
    Trigger.REGULAR: _regular,
    Trigger.COMPLAINT: _answered,
    Trigger.PROSPECT: _prospects,
}


def _without_cause(rows: QuerySet[Order], prefix: str, rule: VisitRule) -> QuerySet[Order]:
    """Rows of which no visit was planned under the rule."""
    key = Concat(Value(prefix), F("public_id"), Value(f"/{rule.pk}"))
    known = VisitCause.objects.filter(key=OuterRef("cause_key"))
    return rows.annotate(cause_key=key).filter(~Exists(known))


def _unknown(events: list[Event]) -> list[Event]:
    known: set[str] = set()
    for part in _parts([event.key for event in events]):
        known.update(VisitCause.objects.filter(key__in=part).values_list("key", flat=True))
    return [event for event in events if event.key not in known]


def _refusing(rule: VisitRule, cards: set[int]) -> frozenset[int]:
    """Cards whose customer does not wish this visit, or that name nobody any more."""
    purposes = [Consent.Purpose.VISIT.value]
    if rule.trigger != Trigger.COMPLAINT:  # an answer owed is given even then
        purposes.append(Consent.Purpose.CONTACT.value)
    # Without a method of its own a rule has most customers called.
    refusals = Consent.objects.refusing(*purposes, channel=rule.method or Method.PHONE)
    gone = Q(state__in=(card_states.MERGED, card_states.ANONYMISED))
    found: set[int] = set()
    for part in _parts(sorted(cards)):
        rows = Card.objects.filter(pk__in=part)
        closed = rows.filter(gone | Exists(refusals.filter(customer=OuterRef("customer"))))
        found.update(closed.values_list("pk", flat=True))
    return frozenset(found)


def _waiting(rule: VisitRule, cards: set[int]) -> Iterator[DueVisit]:
    """Visits still to be made; one about a complaint joins none but its like."""
    about_complaints = Q(kind=Visit.Kind.COMPLAINT)
    like = about_complaints if rule.kind == Visit.Kind.COMPLAINT else ~about_complaints
    for part in _parts(sorted(cards)):
        rows = Visit.objects.due().filter(like, card__in=part)
        for card_id, visit_id, day in rows.values_list("card_id", "pk", "due_on"):
            yield DueVisit(card_id, visit_id, day)


def _parts(values: list[ValueT]) -> Iterator[list[ValueT]]:
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
