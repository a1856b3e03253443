"""Care for base customers: planned by rules, done by a person, called off with the card (RB-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from crm.customers.models import Card, CaseAccess
from crm.notices import actions as notices
from crm.notices.models import About
from crm.orders.models import Order
from crm.people import roles
from crm.people.models import User, new_public_id
from crm.records import audit
from crm.records.actions import transition
from visits import due, states
from visits.actions.assigning import close_case
from visits.models import CareRule, CareTask
from visits.queues.carers import Carers
from visits.queues.caring import CareEvent, care_events

BATCH = 500


def plan_care(*, now: dt.datetime) -> int:
    """Make every task that rules ask for and nobody has made yet: the worker's verb.

    Days are looked at afresh, so that a pause is caught up without doubles. Returns how many.
    """
    made = 0
    for rule in CareRule.objects.filter(active=True).order_by("pk"):
        events = sorted(care_events(rule, now=now), key=lambda one: (one.times.due_on, one.key))
        for at in range(0, len(events), BATCH):
            made += len(make_care(rule, events[at : at + BATCH], now=now))
    return made


def plan_care_after_delivery(order: Order, *, now: dt.datetime) -> None:
    """Make what a delivery calls for at once, in its own transaction: thanks above all (RB-04)."""
    for rule in CareRule.objects.in_force(order.store_id).order_by("pk"):
        make_care(rule, care_events(rule, now=now, only=order), now=now)


def make_care(rule: CareRule, events: Sequence[CareEvent], *, now: dt.datetime) -> list[CareTask]:
    """The tasks of these events, each once, given out and with their bells; one transaction."""
    if not events:
        return []
    with transaction.atomic():
        # One planner at a time; whoever waited finds what the other made.
        list(CareRule.objects.select_for_update().filter(pk=rule.pk).values_list("pk", flat=True))
        keys = [event.key for event in events]
        known = set(CareTask.objects.filter(key__in=keys).values_list("key", flat=True))
        new = [event for event in events if event.key not in known]
        if not new:
            return []
        cards = _cards(new)
        carers = Carers(rule, cards.values(), now)
        tasks = [_task(rule, event, cards[event.card_id], carers, now) for event in new]
        CareTask.objects.bulk_create(tasks, batch_size=BATCH)
        _open_cases(tasks)
        arm_care(tasks, now=now)
        after = {"made": len(tasks), "occasion": rule.occasion}
        audit.record("visits.plan_care", by=None, obj=rule, after=after, at=now)
    return tasks


def _cards(events: Iterable[CareEvent]) -> dict[int, Card]:
    rows = Card.objects.filter(pk__in={event.card_id for event in events})
    return {card.pk: card for card in rows.select_related("customer", "owner")}


def _task(
    rule: CareRule, event: CareEvent, card: Card, carers: Carers, now: dt.datetime
) -> CareTask:
    person = carers.next_for(card)
    post = person.reach.main if person else None
    return CareTask(
        public_id=new_public_id(),
        key=event.key,
        rule=rule,
        occasion=rule.occasion,
        card=card,
        newcomer_id=event.newcomer_id,
        day=event.times.day,
        due_on=event.times.due_on,
        assignee=person,
        team_id=post.team_id if post else card.team_id,
        store_id=card.store_id,
        method=rule.method,
        words=rule.words,
        created_at=now,
    )


def arm_care(tasks: Iterable[CareTask], *, now: dt.datetime) -> None:
    """The bells of tasks that somebody has; what nobody has stands on the supervisor's list."""
    notices.remind_many([occasion_of(task) for task in tasks if task.assignee], now=now)


def occasion_of(task: CareTask) -> notices.Occasion:
    """What a care task rings about: its person ahead and when late, then the supervisor."""
    if task.assignee is None:
        raise ValueError("Only an assigned task rings.")
    served = task.rule.by_service
    return notices.Occasion(
        occasion=f"care:{task.public_id}/v{task.version}",
        kind="care_due",
        about=About.of(task),
        to=task.assignee,
        due_at=due.end_of(task.due_on, timezone.get_default_timezone()),
        untimed=True,
        store_id=task.store_id,
        team_id=task.team_id,
        to_manager=False,
        supervisor=roles.SERVICE_SUPERVISOR if served else roles.SALES_SUPERVISOR,
        subject=f"care:{task.public_id}",
        link=("visits:care_task", task.public_id),
        data={
            "customer": task.card.customer.name,
            "occasion": task.occasion,
            "method": task.method,
        },
    )


def move_care(task: CareTask, to: User | None, *, now: dt.datetime, version: int | None) -> None:
    """Give an open task to somebody else, with its bells, in the caller's transaction.

    Raises `Stale`.
    """
    from_whom = task.assignee
    post = to.reach.main if to else None
    transition(
        task,
        frm=states.OPEN,
        to=states.OPEN,
        version=version,
        assignee=to,
        team_id=post.team_id if post else task.card.team_id,
    )
    if from_whom is not None:
        close_case(task, from_whom, now=now)
    _open_cases([task])
    notices.cancel(about=About.of(task), reason="reassigned", now=now)
    arm_care([task], now=now)


def _open_cases(tasks: Iterable[CareTask]) -> None:
    """Whoever has a task sees its card as long as it is open (security.md 1.1)."""
    CaseAccess.objects.bulk_create(
        [CaseAccess(card_id=task.card_id, user_id=task.assignee_id) for task in tasks
         if task.assignee_id is not None],
        batch_size=BATCH,
    )  # fmt: skip
