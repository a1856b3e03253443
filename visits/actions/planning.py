"""Visits made by rules, in bulk, each event once (RV-10..16, RV-22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Ticket
from crm.customers.models import Card, TimelineEntry
from crm.customers.queues import vips
from crm.orders.models import Order
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, free_numbers
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import book, numbers_for, rules_for
from visits import access, assignment, merging, states
from visits.access import BY_HAND
from visits.actions.assigning import assign_waiting, suggest_visitors
from visits.merging import Decision, Event
from visits.models import Trigger, Visit, VisitCause, VisitRule
from visits.queues import events_of, events_of_list, refused_ways, rules_of, sorted_out

BATCH = 500


@dataclass
class Planned:
    """What a rule made: the visits, how many events joined one, how many are refused."""

    visits: list[Visit] = field(default_factory=list)
    merged: int = 0
    refused: int = 0


def plan_rule(rule: VisitRule, *, now: dt.datetime) -> Planned:
    """Plan whatever has happened since the rule holds and has no visit yet: the worker's verb.

    It catches up after a pause of any length and makes nothing twice. Many events are taken in
    parts, each a transaction of its own, so that nobody waits long for SQLite's write lock.
    """
    planned = Planned()
    events = sorted(events_of(rule, now=now), key=lambda event: (event.on, event.key))
    for at in range(0, len(events), BATCH):
        part = plan_visits(rule, events[at : at + BATCH], by=None, now=now, assigning=False)
        planned.visits += part.visits
        planned.merged += part.merged
        planned.refused += part.refused
    return planned


def plan_visits(
    rule: VisitRule,
    events: Iterable[Event],
    *,
    by: User | None,
    now: dt.datetime,
    assigning: bool = True,
) -> Planned:
    """Make the visits these events call for, in one transaction.

    An event known already makes nothing; one near a visit that is due anyway joins it; a
    customer who does not wish it is left alone (RV-15). Visits of a rule that assigns itself
    go to the visitors who suit them best, at once or, without `assigning`, by `assign_waiting`.
    """
    wanted = list(events)
    if not wanted:
        return Planned()
    with transaction.atomic():
        # One planner at a time, so that two rules do not each make a visit of one customer.
        list(VisitRule.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        decisions = sorted_out(rule, wanted, now=now)
        if not decisions:
            return Planned()
        made = _make(rule, decisions, now=now)
        _keep_causes(rule, decisions, made, by=by, now=now)
        planned = Planned(list(made.values()))
        planned.merged = sum(one.outcome == merging.MERGED for one in decisions)
        planned.refused = sum(one.outcome == merging.REFUSED for one in decisions)
        if rule.assigns_itself and assigning:
            suggest_visitors(planned.visits, now=now)
        audit.record(
            "visits.plan_visits",
            by=by,
            obj=rule,
            after={
                "made": len(planned.visits),
                "merged": planned.merged,
                "refused": planned.refused,
            },
            at=now,
        )
    return planned


def _make(rule: VisitRule, decisions: Sequence[Decision], *, now: dt.datetime) -> dict[str, Visit]:
    """The visits of the decided events, by event key."""
    wanted = [one.wanted for one in decisions if one.outcome == merging.MADE]
    if not wanted:
        return {}
    _numbers, calendar = rules_for(rule.store_id)
    cards = _cards([want.event.card_id for want in wanted])
    numbers_of = cache(book().numbers)
    year = calendar.local_day(now).year
    count = len(wanted)
    visit_nos = free_numbers(Visit, "visit_no", kind="visit", prefix="HF", year=year, count=count)
    questions = rule.questionnaire.in_use if rule.questionnaire else None
    open_way = rule.kind == Visit.Kind.COMPLAINT or not rule.method
    refused = refused_ways({want.event.card_id for want in wanted if open_way})
    key_customers = vips(numbers_for(None), now=now)
    visits = []
    for want, visit_no in zip(wanted, visit_nos, strict=True):
        card = cards[want.event.card_id]
        numbers = numbers_of(card.store_id)
        many = rule.trigger in BY_HAND and count >= numbers.visit_survey_from
        visit = Visit(
            visit_no=visit_no,
            card=card,
            kind=rule.kind,
            state=states.PENDING,
            due_on=want.due_on,
            store_id=card.store_id,
            method=assignment.permitted_method(
                rule.method
                or _method_for(card, want.event.quantity, numbers, key_customers, many=many),
                refused.get(card.pk, ()),
            ),
            focus=rule.focus,
            questions=questions,
            ticket_id=want.event.ticket_id,
            created_at=now,
        )
        visits.append(visit)
    Visit.objects.bulk_create(visits, batch_size=BATCH)
    _note(visits, now=now)
    return {want.event.key: visit for want, visit in zip(wanted, visits, strict=True)}


def _note(visits: Sequence[Visit], *, now: dt.datetime) -> None:
    """One line on the timeline of each card."""
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                card=visit.card,
                at=now,
                kind="visit_planned",
                data={"kind": visit.kind, "due": visit.due_on.isoformat()},
            )
            for visit in visits
        ],
        batch_size=BATCH,
    )


def _cards(ids: Sequence[int]) -> dict[int, Card]:
    found: dict[int, Card] = {}
    for at in range(0, len(ids), BATCH):
        rows = Card.objects.filter(pk__in=ids[at : at + BATCH])
        found |= {card.pk: card for card in rows.select_related("customer")}
    return found


def _method_for(
    card: Card, quantity: int, numbers: Numbers, key_customers: frozenset[int], *, many: bool
) -> str:
    return assignment.suggested_method(
        is_organisation=card.customer.is_organisation,
        is_vip=card.customer_id in key_customers,
        quantity=quantity,
        fleet_from=numbers.fleet_from_quantity,
        many=many,
    )


def _keep_causes(
    rule: VisitRule,
    decisions: Sequence[Decision],
    made: dict[str, Visit],
    *,
    by: User | None,
    now: dt.datetime,
) -> None:
    """Write down each event with what came of it, so that it never counts again."""

    def visit_of(one: Decision) -> int | None:
        if one.outcome == merging.MERGED and one.joins is not None:
            return made[one.joins.key].pk
        if one.outcome == merging.MADE:
            return made[one.wanted.event.key].pk
        return one.visit_id

    VisitCause.objects.bulk_create(
        [
            VisitCause(
                key=one.wanted.event.key,
                rule=rule,
                card_id=one.wanted.event.card_id,
                visit_id=visit_of(one),
                outcome=one.outcome,
                on=one.wanted.event.on,
                at=now,
                by=by,
            )
            for one in decisions
        ],
        batch_size=BATCH,
    )


def plan_after_delivery(order: Order, *, now: dt.datetime) -> None:
    """Make the visits that follow a delivery, in the caller's transaction (RV-10, RV-12)."""
    for rule in rules_of((Trigger.DELIVERY, Trigger.PROJECT), order.store_id):
        plan_visits(rule, events_of(rule, now=now, only=order), by=None, now=now)


def plan_after_signing(order: Order, *, now: dt.datetime) -> None:
    """Make the visits that follow a signature, in the caller's transaction (RV-10)."""
    for rule in rules_of((Trigger.SIGNING,), order.store_id):
        plan_visits(rule, events_of(rule, now=now, only=order), by=None, now=now)


def plan_after_answer(ticket: Ticket, *, now: dt.datetime) -> None:
    """Make the visit that follows a complaint's answer, in the caller's transaction (RV-13)."""
    for rule in rules_of((Trigger.COMPLAINT,), ticket.store_id):
        plan_visits(rule, events_of(rule, now=now, only=ticket), by=None, now=now)


def plan_all(*, now: dt.datetime) -> int:
    """Every rule in force, one after the other, then what falls due soon is given out.

    Returns how many visits were made.
    """
    rules = VisitRule.objects.filter(active=True).select_related("questionnaire").order_by("pk")
    made = sum(len(plan_rule(rule, now=now).visits) for rule in rules)
    assign_waiting(now=now)
    return made


def plan_list(
    rule: VisitRule,
    cards: Collection[Card],
    *,
    by: User,
    on: dt.date,
    now: dt.datetime,
    request_id: str = "",
) -> Planned:
    """Visit these customers, by hand or after a campaign on the day `on` (RV-14, RV-15).

    The same customer on the list of the same day counts once. A form sent twice makes nothing
    the second time. Raises `PermissionDenied`, `ValidationError`.
    """
    if not access.can_plan_list(by, rule):
        raise PermissionDenied
    if not cards:
        raise ValidationError({"customers": _("Nobody of the list was found.")})
    with transaction.atomic():
        if not claim_request(by, "plan_list", request_id):
            return Planned()
        return plan_visits(rule, events_of_list(rule, cards, on), by=by, now=now)
