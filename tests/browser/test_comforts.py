"""What a salesperson relies on: drafts, one row a click, forms without scripts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.customers.models import Card
from followups.models import Contact
from tests.browser.conftest import sign_in
from tests.people import Cast, make_card, make_cast, make_contact, make_plan, make_planned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(transactional_db) -> Cast:
    return make_cast()


@pytest.fixture
def card(cast: Cast) -> Card:
    """Zhang Wei with a contact behind him and planned ones ahead, one of them overdue."""
    now = timezone.now()
    card = make_card(cast.lin, "张伟", opened_at=now - 200 * HOUR, phone="+8613800138000")
    plan = make_plan(card, state="approved", reviewer=cast.chen, reviewed_at=now - 190 * HOUR)
    make_contact(card, now - 50 * HOUR)
    make_planned(plan, now - 3 * HOUR, method="sms")
    make_planned(plan, now + HOUR / 2, method="wechat")
    card.next_contact_at = now - 3 * HOUR
    card.save(update_fields=["next_contact_at"])
    waiting = make_card(cast.zhou, "许文静", level="B", opened_at=now - 30 * HOUR)
    draft = make_plan(waiting, state="submitted", submitted_at=now - HOUR)
    make_planned(draft, now + 60 * HOUR)
    return card


def test_a_draft_survives_reload_and_sign_out(window: Callable[..., Page], cast: Cast, card: Card):
    seller = window()
    sign_in(seller, cast.lin)
    form = f"/followups/cards/{card.public_id}/contacts/"
    seller.goto(form)
    seller.fill("[name=note]", "月供不超过 4,500 元")
    expect(seller.locator("[data-draft-state]")).to_be_visible()
    seller.reload()
    expect(seller.locator("[name=note]")).to_have_value("月供不超过 4,500 元")
    seller.context.clear_cookies()
    sign_in(seller, cast.lin)
    seller.goto(form)
    expect(seller.locator("[name=note]")).to_have_value("月供不超过 4,500 元")


def test_a_double_click_on_save_logs_one_contact(
    window: Callable[..., Page], cast: Cast, card: Card
):
    seller = window()
    sign_in(seller, cast.lin)
    seller.goto(f"/followups/cards/{card.public_id}/contacts/")
    seller.locator("label:has(input[name=result][value=progress])").click()
    seller.locator("button[name=then][value=stay]").dblclick()
    seller.wait_for_url(re.compile(r"/(customers/\w+|followups/day)/"))
    assert Contact.objects.filter(card=card).count() == 2


def test_without_javascript_a_contact_is_logged(
    window: Callable[..., Page], cast: Cast, card: Card
):
    seller = window(js=False)
    sign_in(seller, cast.lin)
    seller.goto(f"/followups/cards/{card.public_id}/contacts/")
    seller.locator("label:has(input[name=result][value=no_answer])").click()
    seller.locator("button[name=then][value=stay]").click()
    assert Contact.objects.filter(card=card, outcome="no_answer").count() == 1
