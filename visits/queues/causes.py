"""Events that call for a visit and have none yet (RV-10..14, RV-42, RV-43)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from complaints.models import Ticket
from crm.customers.models import Card
from crm.orders import states as order_states
from crm.orders.models import Order
from crm.rulebook.queues import rules_for
from visits.merging import Event
from visits.models import Trigger, Visit, VisitCause, VisitRule
from visits.queues.asked import Asked
from visits.queues.regular import regular_events

ONE_DAY = dt.timedelta(days=1)


def rules_of(triggers: Collection[str], store_id: int | None) -> QuerySet[VisitRule]:
    """The rules in force in a store that wait for one of `triggers`."""
    rules = VisitRule.objects.in_force(store_id).filter(trigger__in=triggers)
    return rules.select_related("questionnaire").order_by("pk")


def events_of(
    rule: VisitRule,
    *,
    now: dt.datetime,
    only: Order | Ticket | None = None,
    counted: bool = False,
    until: dt.date | None = None,
) -> list[Event]:
    """Everything that has happened since the rule holds and calls for a visit of its kind.

    With `only`, what that order or ticket calls for; with `counted` also what made its visit
    already. Lists and campaigns are brought by hand and have none.
    """
    numbers, calendar = rules_for(rule.store_id)
    finder = FINDERS.get(Trigger(rule.trigger))
    asked = Asked(rule, numbers, calendar, now, only, counted, until)
    return list(finder(asked)) if finder else []


def _delivered(asked: Asked) -> Iterator[Event]:
    orders = Order.objects.filter(
        asked.rows("delivered_at"),
        state__in=order_states.COUNTS_AS_SIGNED,
        delivered_at__gte=asked.since,
    )
    if asked.rule.trigger == Trigger.PROJECT:
        key = Q(card__customer__is_organisation=True)
        for place, numbers in asked.places("card__store"):
            key |= Q(place, quantity__gte=numbers.fleet_from_quantity)
        orders = orders.filter(key)
    yield from _of_orders(asked, orders, "order:", "delivered_at")


def _signed(asked: Asked) -> Iterator[Event]:
    orders = Order.objects.filter(
        asked.rows("signed_at"),
        state__in=order_states.COUNTS_AS_SIGNED,
        signed_at__gte=asked.since,
    )
    yield from _of_orders(asked, orders, "signed:", "signed_at")


def _of_orders(asked: Asked, orders: QuerySet[Order], prefix: str, moment: str) -> Iterator[Event]:
    rule = asked.rule
    found = orders if asked.counted else _without_cause(orders, prefix, rule)
    columns = ("public_id", "card_id", "card__customer_id", "card__owner_id", moment, "quantity")
    for public_id, card_id, customer, owner, at, quantity in found.values_list(*columns):
        yield Event(
            key=f"{prefix}{public_id}/{rule.family}",
            card_id=card_id,
            customer_id=customer,
            owner_id=owner,
            on=asked.calendar.local_day(at),
            quantity=quantity,
        )


def _answered(asked: Asked) -> Iterator[Event]:
    tickets = Ticket.objects.filter(
        asked.rows("resolved_at"),
        kind=Ticket.Kind.COMPLAINT,
        card__isnull=False,
        resolved_at__gte=asked.since,
    )
    rows = tickets.values_list(
        *("pk", "public_id", "card_id", "card__customer_id", "card__owner_id"),
        *("resolved_at", "reopened_at", "reopenings"),
    )
    local_day = asked.calendar.local_day
    for ticket, public_id, card, customer, owner, at, reopened, times in rows:
        if card is None or at is None or (reopened is not None and reopened > at):
            continue  # what it was answered with will not do: nobody asks about that
        day = local_day(at)  # reopened and answered again is another event, on the same day too
        again = f".{times}" if times and reopened and local_day(reopened) == day else ""
        key = f"ticket:{public_id}:{day}{again}/{asked.rule.family}"
        yield Event(
            key=key, card_id=card, customer_id=customer, owner_id=owner, on=day, ticket_id=ticket
        )


def _prospects(of: Asked) -> Iterator[Event]:
    rule, today = of.rule, of.calendar.local_day(of.now)
    year, week, _day = today.isocalendar()
    asked = Visit.objects.filter(
        card__customer=OuterRef("customer"), kind=Visit.Kind.FOLLOW_UP_FEEDBACK
    )
    wanted = Q(pk__in=[])
    for place, numbers in of.places("store"):
        lately = asked.filter(due_on__gt=today - numbers.sample_again_days * ONE_DAY)
        since = of.now - numbers.sample_contacted_days * ONE_DAY
        wanted |= Q(place, ~Exists(lately), last_contact_at__gte=since)
    cards = Card.objects.followed_up().filter(of.rows(), wanted, owner__isnull=False)
    rows = cards.values_list("public_id", "pk", "customer", "owner")
    for public_id, card_id, customer, owner in rows:
        if drawn(f"{rule.public_id}:{year}-{week}:{public_id}", rule.share):
            yield Event(
                key=f"week:{year}-{week:02d}:{public_id}/{rule.family}",
                card_id=card_id,
                customer_id=customer,
                owner_id=owner,
                on=today,
            )


def drawn(name: str, share: int) -> bool:
    """Whether a name belongs to a share in percent: always the same answer for the same name."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < share * 100


FINDERS = {
    Trigger.SIGNING: _signed,
    Trigger.DELIVERY: _delivered,
    Trigger.PROJECT: _delivered,
    Trigger.REGULAR: regular_events,
    Trigger.COMPLAINT: _answered,
    Trigger.PROSPECT: _prospects,
}


def _without_cause(rows: QuerySet[Order], prefix: str, rule: VisitRule) -> QuerySet[Order]:
    """Rows of which no visit was planned under the rule."""
    key = Concat(Value(prefix), F("public_id"), Value(f"/{rule.family}"))
    known = VisitCause.objects.filter(key=OuterRef("cause_key"))
    return rows.annotate(cause_key=key).filter(~Exists(known))
