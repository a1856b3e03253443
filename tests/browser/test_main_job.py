"""The whole main job in real Chromium by four people: the administrator invites, the salesperson
plans, her supervisor approves, the reminder is seen, the contact logged, the manager's rate moves.

The floor comes from the sample workbook, as a dealership brings its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.customers.models import Card
from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import User
from followups.models import Contact, PlannedContact
from tests.browser.conftest import DESKTOP, PHONE, overflow, sign_in
from tests.people import make_user

WORKBOOK = Path(__file__).parents[1] / "reports" / "sample" / "floor.zip"
NEW_PASSWORD = "a quiet morning in pudong"
SELLER, BOSS, MANAGER = "s0.sh01.1", "sup.sh01.1", "boss.sh01"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def floor(transactional_db) -> User:
    """The sample floor, its manager and the administrator."""
    call_command("import_workbook", str(WORKBOOK), verbosity=0)
    seller = User.objects.get(username=SELLER)
    make_user(MANAGER, "沈店长", roles.MANAGER, seller.memberships.get().store)
    return make_user("adele", "管理员", roles.ADMIN)


def invite(admin: Page, username: str) -> str:
    """The administrator makes a one-time link for somebody of the staff list."""
    person = User.objects.get(username=username)
    admin.goto(f"/accounts/users/{person.public_id}/")
    admin.locator("form[action$='/invitation/'] button").click()
    return admin.locator("#one-time-link").input_value()


def accept(page: Page, link: str) -> None:
    """Choose a password with the one-time link; that signs in."""
    page.goto(link)
    page.fill("input[name=password]", NEW_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/links/" not in url)


def open_card(page: Page) -> Card:
    """A new card in a handful of fields, its first contact the day after tomorrow at three."""
    first = timezone.localdate() + dt.timedelta(days=2)
    page.goto("/followups/cards/new/")
    page.fill("input[name=name]", "覃朗")
    page.fill("input[name=phone]", "139 1234 5678")
    choose(page, "source", "walk_in")
    channel = page.locator("[name=channel]")
    if channel.evaluate("field => field.tagName") == "SELECT":
        channel.select_option(index=1)
    else:
        channel.first.fill("朋友介绍")
    page.fill("textarea[name=reason]", "夫人未看车，是决定人之一；周末同来试驾")
    choose(page, "level", "H")
    page.fill("input[name=first_at]", f"{first} 15:00")
    with page.expect_navigation():
        page.locator("form:has([name=first_at]) button[data-save]").click()
    return Card.objects.get(customer__name="覃朗")


def choose(page: Page, name: str, value: str) -> None:
    """Tap a choice, whether it is drawn as buttons or as a list."""
    radio = page.locator(f"label:has(input[name={name}][value='{value}'])")
    if radio.count():
        radio.first.click()
    else:
        page.locator(f"select[name={name}]").select_option(value)


def log_in_three_taps(page: Page, planned: PlannedContact) -> None:
    """Log, a result, save: nothing typed."""
    page.goto("/followups/day/")
    row = page.locator(f"a[href*='{planned.public_id}/contacts/']").first
    form = page.locator(f"form[action*='{planned.public_id}/contacts/']")
    if not form.count() or not form.is_visible():
        row.click()
    form.locator("label:has(input[name=result][value=visit_agreed])").click()
    with page.expect_navigation():
        form.locator("button[name=then][value=stay]").click()


def response_rate(page: Page) -> str:
    """What the manager reads on the dashboard's first tile: rate, numerator, denominator."""
    page.goto("/dashboard/")
    return page.locator(".kpi").first.inner_text()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_main_job_from_workbook_to_rate(window: Callable[..., Page], floor: User, size):
    admin = window()
    sign_in(admin, floor)
    seller, boss, manager = window(size), window(size), window(size)
    for page, username in ((seller, SELLER), (boss, BOSS), (manager, MANAGER)):
        accept(page, invite(admin, username))
    before = response_rate(manager)

    card = open_card(seller)
    plan = card.plans.get()
    seller.goto(f"/followups/plans/{plan.public_id}/")
    with seller.expect_navigation():
        seller.locator("form[action$='/submission/'] button.btn-primary").click()
    plan.refresh_from_db()
    assert plan.state == "submitted"

    boss.goto(f"/followups/plans/awaiting/?plan={plan.public_id}")
    expect(boss.locator("#plan h2")).to_contain_text("覃朗")
    with boss.expect_navigation():
        boss.locator("form[action*='/approval/'] button[data-save]").click()
    plan.refresh_from_db()
    assert plan.state == "approved"

    planned = plan.steps.get()
    call_command("fire_reminders", now=(planned.due_at + dt.timedelta(minutes=1)).isoformat())
    assert Notice.objects.filter(recipient__username=SELLER, about_id=planned.public_id).exists()
    seller.goto("/inbox/")
    expect(seller.locator("main ol")).to_contain_text("覃朗")

    bring_forward(planned)
    log_in_three_taps(seller, planned)
    contact = Contact.objects.get(card=card)
    assert (contact.outcome, contact.planned) == ("reached", planned)
    assert card.planned_contacts.filter(state="planned").count() == 1

    assert response_rate(manager) != before
    for page in (seller, boss, manager):
        assert overflow(page) <= 0


def bring_forward(planned: PlannedContact) -> None:
    """The planned contact falls due today, as if the days had passed."""
    PlannedContact.objects.filter(pk=planned.pk).update(due_at=timezone.now())
