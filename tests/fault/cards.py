"""Who presses what on a card and on the plan that leads to it, each as they saw the row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from django.db import models

from crm.customers import actions as customers
from crm.customers.models import Card
from crm.exchange import states as exchange
from crm.exchange.models import ExportJob, ImportJob
from crm.home.actions import erasures
from crm.home.models import Erasure
from crm.orders import actions as orders
from crm.orders.models import Order
from crm.people.models import User
from crm.records.states import Stale
from followups import actions as followups
from followups.models import Contact, Plan, PlannedContact
from followups.steps import Happened, Step
from tests import people
from tests.fault.verbs import Verb, seen_by
from tests.people import NOW, Cast

LATER = NOW + dt.timedelta(days=2)
MOMENTS = count(1)


def product() -> Any:
    return people.Product.objects.first() or people.make_product()


# --- a plan being written ------------------------------------------------------------------


def draft(cast: Cast) -> Plan:
    """A draft with one step."""
    plan = people.make_plan(people.make_card(cast.lin), state="draft")
    people.make_planned(plan, LATER)
    return plan


def step() -> Step:
    return Step(due_at=LATER + dt.timedelta(days=1), method="phone", content="问预算")


def on_editing(cast: Cast) -> list[tuple[User, Verb]]:
    """An editor adds a step while others submit the plan or give it up."""

    def add(plan: Plan, **seen: Any) -> object:
        return followups.add_step(plan, step(), **seen)

    give_up = partial(followups.cancel_plan, reason="不买了")
    return [
        *seen_by(cast.lin, add, followups.submit_plan),
        *seen_by(cast.zhou, add),
        *seen_by(cast.chen, give_up),
    ]


def on_step(cast: Cast) -> list[tuple[User, Verb]]:
    def change(row: PlannedContact, **seen: Any) -> object:
        return followups.change_step(row, step(), **seen)

    remove = followups.remove_step
    return [*seen_by(cast.lin, change, remove), *seen_by(cast.zhou, change, remove)]


def on_no_plan(cast: Cast) -> list[tuple[User, Verb]]:
    """Who finds that a plan has been begun opens that one."""

    def begin(by: User) -> Verb:
        def verb(card: Card) -> None:
            at = NOW + dt.timedelta(microseconds=next(MOMENTS))
            plan = followups.begin_plan(card, by=by, now=at)
            if plan.created_at != at:
                raise Stale(plan._meta.label, plan.pk)

        return verb

    return [(cast.lin, begin(cast.lin)), (cast.zhou, begin(cast.zhou))]


def live_plans_of(card: models.Model) -> int:
    return Plan.objects.live().filter(card=card.pk).count()


def on_ticked(cast: Cast) -> list[tuple[User, Verb]]:
    """Several who may decide tick the same plan in the queue; one decides on its page."""

    def tick(by: User) -> Verb:
        def verb(plan: Plan) -> None:
            approved, _left = followups.approve_plans([(plan, plan.version)], by=by, now=NOW)
            if not approved:
                raise Stale(plan._meta.label, plan.pk)

        return verb

    back = partial(followups.return_plan, comment="太远")
    return [(cast.chen, tick(cast.chen)), (cast.shen, tick(cast.shen)), *seen_by(cast.chen, back)]


# --- a card --------------------------------------------------------------------------------


def open_card(cast: Cast) -> Card:
    """A customer without a level, with a contact planned."""
    made = people.make_card(cast.lin, level="", state="potential", product=product())
    people.make_planned(people.make_plan(made), LATER)
    return made


def judge(level: str) -> Callable[..., object]:
    return partial(customers.judge_level, level=level)


def on_edited(cast: Cast) -> list[tuple[User, Verb]]:
    """Everything that goes by the card's version: needs, level, judgement, channel, owner."""

    def give(card: Card, *, by: User, version: int, now: dt.datetime) -> object:
        assert version == card.version
        return customers.hand_over(card, to=cast.zhou, by=by, reason="休假", now=now)

    other = people.make_card(cast.lin, "老客户")
    return [
        *seen_by(
            cast.lin,
            partial(customers.update_needs, fields={"colour": "白"}),
            judge("A"),
            partial(customers.assess_willingness, fields={"confidence": 3}),
        ),
        *seen_by(
            cast.chen,
            give,
            judge("B"),
            partial(customers.correct_channel, channel="wechat", reason="录错了"),
        ),
        *seen_by(cast.zhou, partial(customers.update_needs, fields={"colour": "黑"})),
        *seen_by(cast.lin, partial(customers.name_referrer, referrer=other)),
    ]


def on_profile(cast: Cast) -> list[tuple[User, Verb]]:
    """The customer's own row, by its version."""

    def write(by: User, employer: str) -> Verb:
        def verb(card: Card) -> object:
            version = card.customer.version
            fields = {"employer": employer}
            return customers.update_profile(card, by=by, version=version, fields=fields, now=NOW)

        return verb

    return [(cast.lin, write(cast.lin, "一厂")), (cast.chen, write(cast.chen, "二厂"))]


def log(by: User, level: str) -> Verb:
    """A contact nobody planned: it carries out no step of the plan."""

    def verb(card: Card) -> object:
        told = Happened(
            result="progress",
            method="phone",
            occurred_at=NOW,
            level=level,
            next_step=Step(due_at=LATER, method="phone"),
        )
        return followups.log_contact(card, told, by=by, now=NOW)

    return verb


def sign(by: User) -> Verb:
    def verb(card: Card) -> object:
        seen = {"version": card.version, "product": product(), "amount": Decimal(1)}
        return orders.sign_order(card, by=by, signed_at=NOW, now=NOW, **seen)

    return verb


def ready(cast: Cast) -> Card:
    """A customer with a plan and a level, ready to sign."""
    made = people.make_card(cast.lin, product=product())
    people.make_planned(people.make_plan(made), LATER)
    return made


def on_card(cast: Cast) -> list[tuple[User, Verb]]:
    return [(cast.lin, sign(cast.lin)), (cast.zhou, sign(cast.zhou))]


def orders_of(row: models.Model) -> int:
    """One order, and the plan that led to it completed."""
    done = Plan.objects.filter(card=row.pk, state="completed").count()
    return Order.objects.filter(card=row.pk).count() * done


def on_signing(cast: Cast) -> list[tuple[User, Verb]]:
    return [(cast.lin, sign(cast.lin)), (cast.zhou, log(cast.zhou, "H"))]


def is_whole(card: models.Model) -> int:
    """One where the card says what became of it: ordered without a plan, or still followed up."""
    now = Card.objects.get(pk=card.pk)
    signed = Order.objects.filter(card=card.pk, state="signed").count()
    live = Plan.objects.live().filter(card=card.pk).count()
    ahead = PlannedContact.objects.open().filter(card=card.pk).count()
    if signed:
        found = (now.state, now.next_contact_at, live, ahead, signed)
        return int(found == ("ordered", None, 0, 0, 1))
    return int(now.state == "prospect" and live == 1 and ahead > 0)


def on_closing(cast: Cast) -> list[tuple[User, Verb]]:
    """A contact while the customer is erased."""

    def erase(by: User) -> Verb:
        def verb(card: Card) -> object:
            wish = Erasure.objects.get(card=card.pk)
            return erasures.erase_customer(wish, by=by, version=1, now=NOW)

        return verb

    return [(cast.xu, erase(cast.xu)), (cast.zhou, log(cast.zhou, "H"))]


def wished(cast: Cast) -> Card:
    """A customer whose erasure is approved."""
    ImportJob.objects.at_work().update(state=exchange.FAILED)
    ExportJob.objects.filter(state__in=exchange.EXPORT_AT_WORK).update(state=exchange.FAILED)
    made = open_card(cast)
    people.make_erasure(made, cast.wu, state="approved", decided_by=cast.pan, decided_at=NOW)
    return made


def is_forgotten(card: models.Model) -> int:
    """Nothing lives on at a customer who is erased."""
    now = Card.objects.get(pk=card.pk)
    live = Plan.objects.live().filter(card=card.pk).count()
    words = Contact.objects.filter(card=card.pk).exclude(feedback__in=("", "***")).count()
    return int((now.state, live, words) == ("anonymised", 0, 0))


# --- the orders of a card ------------------------------------------------------------------


def twice_ordered(cast: Cast) -> Card:
    """A customer who waits for two cars."""
    made = people.make_card(cast.lin, state="ordered")
    for _car in range(2):
        people.make_order(made, NOW, product=product())
    return made


def on_two_orders(cast: Cast) -> list[tuple[User, Verb]]:
    """Each hands one car over in the same moment; who comes last closes the purchase."""

    def deliver(by: User, which: int) -> Verb:
        def verb(card: Card) -> object:
            row = Order.objects.filter(card=card).select_related("card").order_by("pk")[which]
            return orders.deliver_order(row, by=by, version=1, delivered_at=NOW, now=NOW)

        return verb

    return [(cast.lin, deliver(cast.lin, 0)), (cast.zhou, deliver(cast.zhou, 1))]


def is_delivered(card: models.Model) -> int:
    left = Order.objects.filter(card=card.pk).exclude(state="delivered").exists()
    return int(not left and Card.objects.get(pk=card.pk).state == "delivered")
