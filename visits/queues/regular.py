"""The visits that come round every few months (RV-11, N-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from crm.customers import states as card_states
from crm.customers.models import Card
from crm.customers.queues import vips
from crm.orders import states as order_states
from crm.rulebook.queues import book
from visits import due, states
from visits.merging import Event
from visits.models import Visit, VisitCause, VisitRule
from visits.queues.asked import Asked

ENDED = (states.NOT_REACHED, states.DECLINED, states.CANCELLED)
ONE_DAY = dt.timedelta(days=1)


def regular_events(asked: Asked) -> Iterator[Event]:
    """The next day of each customer who bought, once it is near.

    It is counted from the last visit, or from the day of one the customer did not wish, so that
    whoever allows visits again is back in the round. Who has a visit of this rule ahead is not
    asked twice, whatever became of its days meanwhile.
    """
    rule, calendar = asked.rule, asked.calendar
    today, whole = calendar.local_day(asked.now), book()
    numbers_of = cache(whole.numbers)
    wait = due.Wait(rule.wait, rule.unit)
    later = due.Wait(rule.later_wait or rule.wait, rule.unit)
    key_customers = vips(whole.numbers(None), now=asked.now)
    rows = _bought(asked).values_list(
        *("public_id", "pk", "customer", "owner", "store"),
        *("delivered", "made", "ended", "refused"),
    )
    for public_id, card_id, customer, owner, store, delivered, made, ended, refused in rows:
        numbers = numbers_of(store)
        days = [calendar.local_day(made)] if made else []
        last = max([*days, *(day for day in (ended, refused) if day)], default=None)
        begun = calendar.local_day(delivered)
        waits = (wait, later)
        if customer in key_customers:
            often = numbers.visit_vip_months
            waits = (due.at_least_every(often, wait), due.at_least_every(often, later))
        day = due.regular_day_from(rule.since, begun, last, *waits, calendar)
        if day <= (asked.until or today + numbers.visit_look_ahead_days * ONE_DAY):
            yield Event(
                key=f"card:{public_id}:{day}/{rule.family}",
                card_id=card_id,
                customer_id=customer,
                owner_id=owner,
                on=day,
            )


def _bought(asked: Asked) -> QuerySet[Card]:
    """The cards of who bought, with the last delivery, visit made, visit ended and visit refused.

    Visits are the customer's, on whichever card: what joined one of another card was asked there.
    """
    visits = Visit.objects.filter(card__customer=OuterRef("customer")).order_by()
    others = visits.exclude(kind=Visit.Kind.COMPLAINT)
    made = others.filter(state=states.COMPLETED).values("card__customer")
    ended = others.filter(state__in=ENDED).values("card__customer")
    refused = _causes(asked.rule).filter(
        card__customer=OuterRef("customer"), outcome=VisitCause.Outcome.REFUSED
    )
    last_refused = refused.order_by().values("card__customer").annotate(last=Max("on"))
    cards = Card.objects.filter(asked.rows(), state=card_states.DELIVERED).annotate(
        delivered=Max(
            "orders__delivered_at", filter=Q(orders__state__in=order_states.COUNTS_AS_SIGNED)
        ),
        made=Subquery(made.annotate(last=Max("completed_at")).values("last")),
        ended=Subquery(ended.annotate(last=Max("due_on")).values("last")),
        refused=Subquery(last_refused.values("last")),
    )
    if not asked.counted:
        planned = _causes(asked.rule).filter(visit__state__in=states.DUE)
        cards = cards.filter(~Exists(planned.filter(visit__card__customer=OuterRef("customer"))))
    return cards.filter(delivered__isnull=False)


def _causes(rule: VisitRule) -> QuerySet[VisitCause]:
    """What the rule, the one it replaces and those in its place asked for."""
    if rule.family is None:  # as it is being typed: it asked for nothing yet
        return VisitCause.objects.none()
    return VisitCause.objects.filter(Q(rule=rule.family) | Q(rule__replaces=rule.family))
