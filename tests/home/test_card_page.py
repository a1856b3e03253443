"""The timeline of a card, as each reader may see it."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.customers.actions import note
from crm.home.timeline import OF_ORDERS, OF_PLANS
from tests.people import NOW, make_card, make_plan, make_planned


@pytest.fixture
def card(cast):
    """Zhang Wei's card with a line of each kind that tells of orders and plans."""
    made = make_card(cast.lin, "张伟")
    facts = {"order_no": "DD-2026-0007", "amount": "239800", "reason": "客户要求"}
    for kind in sorted(OF_ORDERS | OF_PLANS):
        note(made, kind, by=cast.lin, now=NOW, **facts)
    return made


def timeline(user, card) -> str:
    """The timeline with system changes, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("home:card", args=[card.public_id])
    page = client.get(url, {"show": "system"}).content.decode()
    return page.split('id="timeline"')[1].split("</section>")[0]


def test_every_change_is_told_in_words_and_by_whom(cast, card):
    told = timeline(cast.chen, card)

    for words in ("Plan submitted", "Plan approved", "Contact moved: 客户要求", "DD-2026-0007"):
        assert words in told
    assert "Changed" not in told
    assert cast.lin.name in told


@pytest.mark.parametrize("name", ["wu", "xu", "fang", "pan"])
def test_who_sees_no_orders_reads_none_on_the_timeline(cast, card, name):
    told = timeline(getattr(cast, name), card)

    assert "DD-2026-0007" not in told
    assert "239,800" not in told


@pytest.mark.parametrize("name", ["fang", "pan"])
def test_who_sees_no_plans_reads_none_on_the_timeline(cast, card, name):
    told = timeline(getattr(cast, name), card)

    assert "Plan" not in told.replace("Plan: method", "")
    assert "Contact moved" not in told


@pytest.mark.parametrize(("name", "offered"), [("lin", True), ("chen", True), ("shen", False)])
def test_only_who_may_move_a_contact_is_offered_to(cast, card, name, offered):
    step = make_planned(make_plan(card), NOW)
    move = reverse("followups:reschedule_planned", args=[step.public_id])
    client = Client()
    client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")

    for url in (
        reverse("home:card", args=[card.public_id]),
        reverse("followups:plan", args=[step.plan.public_id]),
    ):
        assert (move in client.get(url).content.decode()) is offered


@pytest.mark.parametrize(("name", "offered"), [("lin", False), ("chen", True), ("shen", True)])
def test_only_who_may_give_a_contact_up_is_offered_to(cast, card, name, offered):
    step = make_planned(make_plan(card), NOW)
    client = Client()
    client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("followups:plan", args=[step.plan.public_id])).content.decode()

    assert (reverse("followups:cancel_planned", args=[step.public_id]) in page) is offered
