"""Figures of contacts made and contacts planned (kpi.md, the three rates and follow-up)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import TruncDate

from crm.customers.kpis import cards_opened, lost_in_period, open_at_end_in_parts
from crm.customers.models import Level
from crm.orders.kpis import SIGNED_BY, at_level, delivered_orders, orders_signed, signed_orders
from crm.reception.models import ReceptionEntry
from crm.records.kpis import NOTHING, Belongs, Part, Question, Rate, Span, Tally
from crm.records.periods import Period
from followups import states
from followups.models import Contact, Direction, Method, Outcome, Plan, PlannedContact, Purpose

# What a contact is about is what its customer's card says.
MADE_BY = Belongs("staff", "team", "store", "card__product", source="card__source")
DROPPED = (states.CANCELLED, states.RESCHEDULED)
ASSIGNED_TO = Belongs("assignee", "team", "store", "card__product", source="card__source")
RESPONSES = (Outcome.REACHED, Outcome.REPLIED)
REPLY_TIME = timedelta(hours=72)
PROMPT_TIME = timedelta(hours=24)
NEXT_STEP_DAYS = 90


def response_rate(ask: Question) -> Rate:
    """Customers somebody tried to reach in the period, and those who responded.

    A response is a contact that reached them or was answered, or their own contact, with
    anyone, within 72 hours after a try; care contacts are left out. Asked as of a moment, it
    knows no contact of the customer's own that came later. Of many days, those who were never
    reached but called back are a part of their own: few of millions are looked up.
    """
    tries = ask.within(_follow_up(ask).filter(direction=Direction.OUT), "occurred_at", MADE_BY)
    called_back = _follow_up(ask).filter(
        card=OuterRef("card"),
        direction=Direction.IN,
        occurred_at__gt=OuterRef("occurred_at"),
        occurred_at__lte=_later(OuterRef("occurred_at"), REPLY_TIME),
    )
    if ask.asked_at is not None:
        called_back = called_back.filter(occurred_at__lte=ask.asked_at)
    answered = Q(outcome__in=RESPONSES)
    if not ask.is_long:
        return Rate((Part(tries, hit=answered | Q(Exists(called_back)), counted="card"),))
    reached = _follow_up(ask).filter(
        answered,
        ask.same_group(MADE_BY),
        *_in_period("occurred_at"),
        card=OuterRef("card"),
        direction=Direction.OUT,
    )
    called_only = tries.exclude(answered).filter(Exists(called_back), ~Exists(reached))
    return Rate(
        (
            Part(tries, hit=answered, counted="card", in_steps=True),
            Part(called_only, counted="card", in_denominator=False),
        )
    )


def conversion_rate(ask: Question) -> Rate:
    """Customers under follow-up in the period, and those with an order signed in it.

    The first part holds those who were contacted and did not buy: who signed an order before
    the period (with anyone) is left out. The second part holds the buyers.
    """
    of_card = signed_orders(ask).filter(card=OuterRef("card"))
    earlier = of_card.filter(signed_at__lt=OuterRef("period_begin"))
    bought = of_card.filter(ask.same_group(SIGNED_BY), *_in_period("signed_at"))
    contacts = ask.within(_follow_up(ask), "occurred_at", MADE_BY)
    undecided = contacts.filter(~Exists(earlier), ~Exists(bought))
    return Rate(
        (
            Part(undecided, hit=NOTHING, counted="card", in_steps=ask.is_long),
            Part(orders_signed(ask), counted="card"),
        )
    )


def on_time_rate(ask: Question) -> Rate:
    """Planned contacts due in the period, and those carried out by the end of their due day.

    Those of many days are joined to their contacts in a part of their own; of few days each is
    looked up, which reads them once.
    """
    due = planned_due(ask).annotate(due_on=TruncDate("due_at", tzinfo=ask.zone))
    in_time = _made(ask).annotate(made_on=TruncDate("occurred_at", tzinfo=ask.zone))
    # Most are made before they are due, and a local day takes longer to work out than to compare.
    in_time = in_time.filter(
        Q(occurred_at__lte=OuterRef("due_at")) | Q(made_on__lte=OuterRef("due_on")),
        planned=OuterRef("pk"),
    )
    if not ask.is_long:
        return Rate((Part(due, hit=Q(Exists(in_time))),))
    carried_out = due.filter(Exists(in_time))
    return Rate((Part(due, hit=NOTHING), Part(carried_out, in_denominator=False)))


def planned_due(ask: Question) -> QuerySet[Any]:
    """Planned contacts due in the period, not cancelled or moved, of plans in force.

    Of many days, all are read but those of the few plans that are not in force.
    """
    if ask.is_past or not ask.is_long:
        return ask.within(_in_force(ask), "due_at", ASSIGNED_TO)
    others = Plan.objects.exclude(state__in=states.IN_FORCE).filter(pk=OuterRef("plan"))
    counted = PlannedContact.objects.filter(
        ask.known(), ~Exists(others), state__in=(states.PLANNED, states.DONE)
    )
    return ask.within(counted, "due_at", ASSIGNED_TO)


def contacts_dropped(ask: Question) -> Tally:
    """Planned contacts that were due in the period but cancelled or moved, of plans in force."""
    dropped = _planned(ask).filter(state__in=DROPPED)
    if ask.is_past:
        dropped = dropped.exclude(closed_at__gte=ask.now)
    return Tally(ask.within(dropped, "due_at", ASSIGNED_TO))


def coverage_rate(ask: Question) -> Rate:
    """Cards open at the end, and those with a next step in the 90 days after it.

    Asked one period at a time, since a card is open at the end of many periods.
    """
    end = ask.period.end
    signed = signed_orders(ask).filter(card=OuterRef("pk"), signed_at__lt=end)
    carried_out = _made(ask).filter(planned=OuterRef("pk"), occurred_at__lt=end)
    ahead = _in_force(ask).filter(
        ~Exists(carried_out),
        card=OuterRef("pk"),
        plan__created_at__lt=end,
        due_at__gte=end,
        due_at__lt=ask.period.shifted(NEXT_STEP_DAYS).end,
    )
    hit = Q(Exists(ahead))
    parts = (rows.filter(~Exists(signed)) for rows in open_at_end_in_parts(ask))
    return Rate(tuple(Part(rows, hit=hit) for rows in parts))


def loss_rate(ask: Question) -> Rate:
    """Cards lost in the period over those open at its begin and those opened in it (K-28).

    Asked one period at a time, since a card is open at the begin of many.
    """
    day = ask.period.first - timedelta(days=1)
    before = replace(ask, periods=(Period(day, day, ask.zone),))
    signed = signed_orders(ask).filter(card=OuterRef("pk"), signed_at__lt=ask.period.begin)
    at_begin = (rows.filter(~Exists(signed)) for rows in open_at_end_in_parts(before))
    parts = (*at_begin, cards_opened(ask))
    lost = Part(lost_in_period(ask), in_denominator=False)
    return Rate((*(Part(rows, hit=NOTHING) for rows in parts), lost))


def connect_rate(ask: Question) -> Rate:
    """Outbound phone contacts of the period, care included, and those that reached somebody."""
    calls = _made(ask).filter(method=Method.PHONE, direction=Direction.OUT)
    return Rate((Part(ask.within(calls, "occurred_at", MADE_BY), hit=Q(outcome=Outcome.REACHED)),))


def first_response_hours(ask: Question) -> Span:
    """From a card's opening in the period to its first outbound contact before the end."""
    tries = _tries_since_opening(ask).filter(occurred_at__lt=OuterRef("period_end"))
    first = tries.order_by("occurred_at").values("occurred_at")[:1]
    rows = cards_opened(ask).annotate(first_contact_at=Subquery(first))
    answered = rows.filter(first_contact_at__isnull=False)
    return Span(answered, begin="opened_at", until="first_contact_at", asked_of=rows)


def prompt_contact_rate(ask: Question) -> Rate:
    """Cards opened in the period, and those contacted within 24 hours and before the end."""
    prompt = _tries_since_opening(ask).filter(
        occurred_at__lte=_later(OuterRef("opened_at"), PROMPT_TIME),
        occurred_at__lt=OuterRef("period_end"),
    )
    return Rate((Part(cards_opened(ask), hit=Q(Exists(prompt)), in_steps=ask.is_long),))


def contacts_overdue(ask: Question) -> Tally:
    """Planned contacts overdue when asked, of live plans; they belong to the assignee."""
    planned = PlannedContact.objects
    rows = planned.overdue_then(ask.now) if ask.is_past else planned.overdue(ask.now)
    return Tally(ask.at_end(rows, ASSIGNED_TO))


def hot_contacts_overdue(ask: Question) -> Tally:
    """Those of customers at level H."""
    return Tally(at_level(ask, contacts_overdue(ask).rows, Level.H, "card__"))


def cards_begun(ask: Question) -> Tally:
    """Cards opened in the period: the customers of the sales funnel."""
    return Tally(cards_opened(ask))


def cards_spoken_to(ask: Question) -> Tally:
    """Those who were reached, answered or called before the end, or got further."""
    return Tally(_got_as_far(ask, 0))


def cards_in_showroom(ask: Question) -> Tally:
    """Those who came to the showroom before the end, or got further."""
    return Tally(_got_as_far(ask, 1))


def cards_test_driven(ask: Question) -> Tally:
    """Those who drove the car before the end, or bought."""
    return Tally(_got_as_far(ask, 2))


def cards_ordered(ask: Question) -> Tally:
    """Those who signed an order before the end, with anyone."""
    return Tally(_got_as_far(ask, 3))


def cards_delivered(ask: Question) -> Tally:
    """Those whose car was handed over before the end."""
    return Tally(_got_as_far(ask, 4))


def _got_as_far(ask: Question, step: int) -> QuerySet[Any]:
    """Cards opened in the period that took a step of the sale or any later one before its end.

    Whoever buys without a test drive has passed it: no bar of the funnel is longer than the one
    before it.
    """
    end = OuterRef("period_end")
    contacts = _follow_up(ask).filter(card=OuterRef("pk"), occurred_at__lt=end)
    talks = contacts.filter(Q(outcome__in=RESPONSES) | Q(direction=Direction.IN))
    came = contacts.filter(method=Method.IN_PERSON, outcome=Outcome.REACHED)
    visits = ReceptionEntry.objects.filter(ask.known(), card=OuterRef("pk"), arrived_at__lt=end)
    steps = (
        Q(Exists(talks)),
        Q(Exists(came)) | Q(Exists(visits.filter(kind=ReceptionEntry.Kind.WALK_IN))),
        Q(Exists(visits.filter(test_drive=True))),
        Q(Exists(signed_orders(ask).filter(card=OuterRef("pk"), signed_at__lt=end))),
        Q(Exists(delivered_orders(ask).filter(card=OuterRef("pk"), delivered_at__lt=end))),
    )
    return cards_opened(ask).filter(reduce(or_, steps[step:]))


def _made(ask: Question) -> QuerySet[Contact]:
    """Contacts somebody had written down by the moment asked."""
    return Contact.objects.filter(ask.known())


def _follow_up(ask: Question) -> QuerySet[Contact]:
    """Contacts that follow up: a care contact is friendship (kpi.md, ground rules)."""
    return _made(ask).exclude(purpose=Purpose.CARE)


def _tries_since_opening(ask: Question) -> QuerySet[Contact]:
    return _follow_up(ask).filter(
        card=OuterRef("pk"),
        direction=Direction.OUT,
        occurred_at__gte=OuterRef("opened_at"),
    )


def _planned(ask: Question) -> QuerySet[PlannedContact]:
    """Planned contacts of plans in force."""
    return PlannedContact.objects.filter(ask.known(), plan__state__in=states.IN_FORCE)


def _in_force(ask: Question) -> QuerySet[PlannedContact]:
    """Planned contacts a team is measured by; at a moment gone by, those dropped since as well.

    A plan that was cancelled together with them was in force where somebody had decided it.
    """
    counted = Q(state__in=(states.PLANNED, states.DONE), plan__state__in=states.IN_FORCE)
    if ask.is_past:
        in_force = Q(plan__state__in=states.IN_FORCE)
        in_force |= Q(plan__state=states.CANCELLED, plan__revision__gt=0)
        counted |= Q(in_force, state__in=DROPPED, closed_at__gte=ask.now)
    return PlannedContact.objects.filter(ask.known(), counted)


def _in_period(column: str) -> tuple[Q, Q]:
    """For a subquery: `column` lies in the period of the outer row."""
    return (
        Q(**{f"{column}__gte": OuterRef("period_begin")}),
        Q(**{f"{column}__lt": OuterRef("period_end")}),
    )


def _later(moment: OuterRef, by: timedelta) -> Any:
    """The moment of the outer row moved by a time span."""
    return ExpressionWrapper(moment + by, output_field=DateTimeField())
