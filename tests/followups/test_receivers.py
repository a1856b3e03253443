"""News from orders and customers: a plan is completed, begun again, ended, or moves along."""

import datetime as dt

import pytest
from django.utils import translation

from crm.customers import actions as customers
from crm.customers.models import Card
from crm.customers.signals import customer_closed, customer_handed_over
from crm.notices.models import Notice, Reminder
from crm.orders import actions as orders
from crm.orders.models import Order
from crm.people.models import User
from followups import actions
from followups.models import Plan, PlannedContact
from tests.people import NOW, make_plan, make_planned, make_product


@pytest.fixture
def plan(card):
    plan = make_plan(card, state="approved")
    step = make_planned(plan, NOW + dt.timedelta(hours=3))
    actions.arm_reminders([step], now=NOW)
    return plan


def sign(cast, card):
    return orders.sign_order(
        card, by=cast.lin, product=make_product(), amount=None, signed_at=NOW, now=NOW
    )


def test_an_order_completes_the_plan_and_voids_its_reminders(cast, card, plan):
    sign(cast, card)

    plan.refresh_from_db()
    card.refresh_from_db()
    assert (plan.state, plan.steps.get().state) == ("completed", "cancelled")
    assert not Reminder.objects.still_to_ring().exists()
    assert card.next_contact_at is None


def test_a_cancelled_order_begins_a_draft_with_a_next_contact(cast, card, plan):
    order = sign(cast, card)

    orders.cancel_order(
        order, by=cast.shen, version=order.version, cancelled_at=NOW, reason="贷款未批", now=NOW
    )

    step = PlannedContact.objects.open().get()
    assert (step.plan.state, step.untimed) == ("draft", True)
    assert "贷款未批" in step.reason
    assert Card.objects.get().next_contact_at == step.due_at


def test_what_it_asks_is_in_the_language_of_who_looks_after_the_customer(cast, card, plan):
    order = sign(cast, card)
    User.objects.filter(pk=cast.lin.pk).update(language="zh-hant")

    with translation.override("en"):
        orders.cancel_order(
            Order.objects.get(pk=order.pk),
            by=cast.shen,
            version=order.version,
            cancelled_at=NOW,
            reason="貸款未批",
            now=NOW,
        )

    step = PlannedContact.objects.open().get()
    with translation.override("zh-hant"):
        assert step.content == translation.gettext("Ask what changed and agree the next step")
    assert not step.content.isascii()


@pytest.mark.parametrize("reason", ["lost", "merged", "frozen", "do_not_contact"])
def test_a_closed_customer_ends_the_plan_and_silences_everything(cast, card, plan, reason):
    customer_closed.send(Card, card=card, reason=reason, survivor=None, by=cast.chen, now=NOW)

    plan.refresh_from_db()
    assert (plan.state, plan.steps.get().state) == ("cancelled", "cancelled")
    assert not Reminder.objects.still_to_ring().exists()


def test_the_plan_moves_to_the_new_owner_who_is_told(cast, card, plan):
    customers.hand_over(card, to=cast.ma, by=cast.shen, reason="换区", now=NOW)

    step = plan.steps.get()
    plan.refresh_from_db()
    assert (step.assignee, step.team) == (cast.ma, cast.team_two)
    assert plan.version == 2
    assert {r.recipient for r in Reminder.objects.still_to_ring()} == {cast.ma}
    assert Notice.objects.get(recipient=cast.ma, kind="card_received")


def test_a_waiting_plan_waits_for_the_new_supervisor(cast, card, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)

    customers.hand_over(card, to=cast.ma, by=cast.shen, reason="换区", now=NOW)

    assert Notice.objects.filter(kind="plan_waiting").still_open().get().recipient == cast.he


def test_in_the_pool_a_card_has_no_plan(cast, card, plan):
    customer_handed_over.send(Card, card=card, new_owner=None, by=cast.chen, now=NOW)

    assert Plan.objects.get().state == "cancelled"
