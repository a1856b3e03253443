"""A card that moves on while somebody has it open: what they log next does not take it back."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.customers import actions as customers
from crm.customers.models import Card, LevelChange
from crm.orders import actions as orders
from crm.orders.models import Order
from crm.records.states import Stale
from followups import actions
from followups.models import Contact, Plan, PlannedContact
from followups.steps import Happened, Step
from tests.people import NOW, make_order, make_plan, make_planned, make_product

LATER = NOW + dt.timedelta(days=2)


def told(result="progress", level="H", **fields):
    step = Step(due_at=LATER, method="phone")
    fields = {"method": "phone", "occurred_at": NOW, "next_step": step, **fields}
    return Happened(result=result, level=level, **fields)


def sign(card, cast):
    seen = {"version": card.version, "product": make_product(), "amount": Decimal(1)}
    orders.sign_order(card, by=cast.lin, signed_at=NOW, now=NOW, **seen)


def erase(card, cast):
    customers.close_erased(card, by=cast.xu, now=NOW)


@pytest.mark.parametrize("move", [sign, erase])
@pytest.mark.parametrize("level", ["", "H"])
@pytest.mark.parametrize("has_plan", [True, False])
def test_a_contact_logged_on_what_was_read_before_is_stale(cast, card, move, level, has_plan):
    Card.objects.filter(pk=card.pk).update(state="potential", level="")
    if has_plan:
        make_planned(make_plan(card), LATER)
    read = Card.objects.get(pk=card.pk)
    move(Card.objects.get(pk=card.pk), cast)
    moved = Card.objects.get(pk=card.pk)

    with pytest.raises(Stale) as caught:
        actions.log_contact(read, told(level=level), by=cast.lin, now=NOW)

    assert (caught.value.model_label, caught.value.pk) == ("customers.Card", card.pk)
    now = Card.objects.get(pk=card.pk)
    assert (now.state, now.level, now.version) == (moved.state, "", moved.version)
    assert not Contact.objects.exists()
    assert not LevelChange.objects.exists()
    assert not Plan.objects.live().exists()
    assert not PlannedContact.objects.open().exists()


def test_nor_one_that_carries_out_what_was_missed_before_the_erasure(cast, card):
    """A missed contact of a plan in force stays open, so that no figure improves."""
    planned = make_planned(make_plan(card, state="approved"), NOW - dt.timedelta(days=1))
    read = PlannedContact.objects.select_related("card", "plan").get(pk=planned.pk)
    erase(Card.objects.get(pk=card.pk), cast)

    with pytest.raises(Stale):
        actions.log_contact(read.card, told(), by=cast.lin, now=NOW, planned=read)

    assert Card.objects.get(pk=card.pk).state == "anonymised"
    assert not Contact.objects.exists()
    assert not Plan.objects.live().exists()


def test_nor_a_greeting(cast, card):
    read = Card.objects.get(pk=card.pk)
    erase(Card.objects.get(pk=card.pk), cast)

    with pytest.raises(Stale):
        actions.log_care(read, by=cast.lin, method="wechat", outcome="sent", words="", now=NOW)


def test_a_level_judged_on_what_was_read_before_is_stale(cast, card):
    Card.objects.filter(pk=card.pk).update(level="H")
    read, other = Card.objects.get(pk=card.pk), Card.objects.get(pk=card.pk)
    customers.judge_level(other, by=cast.lin, version=other.version, level="A", now=NOW)

    with pytest.raises(Stale):
        actions.log_contact(read, told(level="C"), by=cast.lin, now=NOW)

    assert Card.objects.get(pk=card.pk).level == "A"
    assert LevelChange.objects.get().after == "A"


def test_a_plan_begun_on_what_was_read_before_is_stale(cast, card):
    read = Card.objects.get(pk=card.pk)
    sign(Card.objects.get(pk=card.pk), cast)

    with pytest.raises(Stale):
        actions.begin_plan(read, by=cast.lin, now=NOW)

    assert not Plan.objects.live().exists()


def test_two_tries_at_once_are_two_tries(cast, card):
    make_planned(make_plan(card), LATER)
    one, other = Card.objects.get(pk=card.pk), Card.objects.get(pk=card.pk)
    for read in (one, other):
        actions.log_contact(read, told("no_answer", level=card.level), by=cast.lin, now=NOW)

    assert Card.objects.get(pk=card.pk).tries == 2
    assert other.tries == 2


def test_an_order_cancelled_on_what_was_read_before_moves_the_card(cast, card):
    """The card is read anew: what an order remembers of it may be older than the order."""
    order = make_order(card, NOW, product=make_product())
    read = Order.objects.select_related("card").get(pk=order.pk)
    Card.objects.filter(pk=card.pk).update(state="ordered")

    seen = {"version": read.version, "cancelled_at": NOW, "reason": "资金"}
    orders.cancel_order(read, by=cast.shen, now=NOW, **seen)

    assert Card.objects.get(pk=card.pk).state == "prospect"
