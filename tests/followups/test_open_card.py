"""Lin opens a card: customer, plan and first planned contact in one save."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crm.customers.actions import PhoneTaken
from crm.customers.models import Card, Customer
from crm.notices.models import Reminder
from followups import actions
from followups.models import Plan, PlannedContact
from followups.steps import Step
from tests.people import NOW, local

TOMORROW = local("2026-03-13 10:00")
FIRST = Step(due_at=TOMORROW, method="phone", content="约试驾", reason="首次到店未试驾")
CUSTOMER = {"name": "张伟", "phone": "+8613812345678"}
CARD = {
    "source": "walk_in",
    "channel": "朋友介绍",
    "reason": "夫人未看车，是决定人之一",
    "level": "H",
}


def open_card(cast, by=None, **fields):
    fields = {
        "owner": cast.lin,
        "customer": CUSTOMER,
        "card": CARD,
        "first": FIRST,
        "now": NOW,
        **fields,
    }
    return actions.open_card(by=by or cast.lin, **fields)


def test_the_card_has_a_draft_plan_with_its_first_contact_armed(cast):
    card = open_card(cast)

    plan = Plan.objects.get()
    first = PlannedContact.objects.get()
    assert (plan.card, plan.state, plan.author) == (card, "draft", cast.lin)
    assert (first.due_at, first.assignee, first.reason) == (TOMORROW, cast.lin, "首次到店未试驾")
    card.refresh_from_db()
    assert card.next_contact_at == TOMORROW
    armed = Reminder.objects.filter(about_id=first.public_id).still_to_ring()
    assert armed.exists()
    assert all(reminder.unapproved for reminder in armed)


def test_sent_twice_it_is_one_card(cast):
    first = open_card(cast, request_id="r1")

    assert open_card(cast, request_id="r1") == first
    assert Card.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"customer": {**CUSTOMER, "name": ""}},
        {"card": {**CARD, "channel": ""}},
        {"card": {**CARD, "reason": ""}},
        {"first": Step(due_at=NOW - dt.timedelta(minutes=1), method="phone")},
        {"first": Step(due_at=TOMORROW, method="")},
    ],
)
def test_without_what_is_required_nothing_is_saved(cast, fields):
    with pytest.raises(ValidationError):
        open_card(cast, **fields)

    assert not Card.objects.exists()
    assert not Customer.objects.exists()
    assert not Plan.objects.exists()


def test_a_phone_known_in_the_store_is_not_opened_twice(cast):
    open_card(cast)

    with pytest.raises(PhoneTaken):
        open_card(cast, by=cast.zhou, owner=cast.zhou)

    assert Card.objects.count() == 1


@pytest.mark.parametrize("name", ["wu", "tang", "vera", "shen", "bai", "adele"])
def test_who_may_not_open_cards_opens_none(cast, name):
    with pytest.raises(PermissionDenied):
        open_card(cast, by=getattr(cast, name))


# --- the page ----------------------------------------------------------------------------------

PAGE = reverse("followups:open_card")
TYPED = {
    "name": "张伟",
    "phone": "138 1234 5678",
    "source": "walk_in",
    "channel": "other",
    "reason": "夫人未看车，是决定人之一",
    "first_at": "2026-03-13 10:00",
    "first_method": "phone",
    "request_id": "r1",
}


@pytest.fixture
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.usefixtures("_thursday")
def test_lin_opens_a_card_on_the_page_and_lands_on_it(cast):
    page = signed_in(cast.lin).get(PAGE).content.decode()
    channel = re.findall(r'<option value="(\w[^"]*)"', page.split('name="channel"')[1])[0]

    answer = signed_in(cast.lin).post(PAGE, {**TYPED, "channel": channel})

    card = Card.objects.get()
    assert "2026-03-13" in page
    assert answer.url == reverse("home:card", args=[card.public_id])
    assert PlannedContact.objects.get().due_at == TOMORROW


@pytest.mark.usefixtures("_thursday")
@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"phone": "1381234567"},
        {"reason": "好"},
        {"first_at": "2020-01-01"},
        {"first_at": "0001-01-01"},
        {"first_method": "pigeon"},
        {"name": "长" * 200_000},
        {"channel": "\x00"},
    ],
)
def test_what_is_wrong_is_422_and_nothing_is_saved(cast, change):
    answer = signed_in(cast.lin).post(PAGE, {**TYPED, **change})

    assert answer.status_code == 422
    assert not Card.objects.exists()


@pytest.mark.usefixtures("_thursday")
@pytest.mark.parametrize("name", ["wu", "tang", "shen", "adele"])
def test_who_opens_no_cards_has_no_page(cast, name):
    assert signed_in(getattr(cast, name)).get(PAGE).status_code == 403
