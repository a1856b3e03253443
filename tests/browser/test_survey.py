"""Scenario 16: a customer answers on a phone, with scripts and without; one answer counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from crm.promises.models import Promise
from tests.browser.conftest import PHONE, overflow, violations
from tests.people import Cast, make_card, make_cast, make_visit
from visits.actions import make_link
from visits.models import Response, Visit
from visits.queues.surveys import address_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_BYTES = 60_000
# What a phone fetches: the page, one sheet it waits for, one script it does not, the sign.
MOST_FETCHED = 4
WAITED_FOR = """() => performance.getEntriesByType("resource")
  .filter((one) => one.renderBlockingStatus === "blocking")
  .map((one) => new URL(one.name).pathname.replace(/[.][0-9a-f]{12}[.]/, "."))"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def questionnaire(cast: Cast) -> tuple[Visit, str]:
    """A visit of Wu's, and the address its customer was given."""
    now = timezone.now()
    card = make_card(cast.lin, "高峰")
    visit = make_visit(card, now.date(), assignee=cast.wu, state="assigned", kind="new_purchase")
    made = make_link(visit, by=cast.wu, now=now)
    assert made
    return visit, address_of(made[1])


def counted(page: Page) -> list[float]:
    """What the window downloads from now on, as it comes over the line."""
    sizes: list[float] = []
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    return sizes


def test_the_page_is_small_and_waits_for_nothing_but_its_sheet(
    window: Callable[..., Page], cast: Cast
) -> None:
    """What makes it open within a second on a slow phone; `tests.bench.slow_phone` has the time."""
    _visit, address = questionnaire(cast)
    page = window(PHONE)
    sizes = counted(page)
    page.goto(address, wait_until="networkidle")
    assert page.evaluate(WAITED_FOR) == ["/static/crm/survey.css"]
    assert len(sizes) <= MOST_FETCHED
    assert 5_000 < sum(sizes) < MOST_BYTES


def test_an_unhappy_customer_answers_and_is_called_back(
    window: Callable[..., Page], cast: Cast
) -> None:
    visit, address = questionnaire(cast)
    page = window(PHONE)
    page.goto(address)
    assert (overflow(page) <= 0, violations(page)) == (True, [])
    assert page.locator("[data-call]").is_hidden()
    assert page.get_by_role("button", name="保存，稍后再答").is_hidden()
    page.locator("[data-q=overall] label").nth(3).click()
    page.locator("[data-q=reasons] label").first.click()
    assert page.locator("[data-card]:has([data-q=reasons]) [data-call]").count() == 1
    page.locator("[data-call] label").click()
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")) as saved:
        page.locator("[data-q=suggestions] textarea").fill("晚上充电到 80% 就停了")
    assert saved.value.status == 200
    page.reload()
    assert page.locator("[data-q=suggestions] textarea").input_value() == "晚上充电到 80% 就停了"
    page.locator("button.btn-primary").click()
    page.get_by_text("谢谢您").wait_for()
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction) == ("completed", 2)
    assert Promise.objects.get().responsible == cast.wu
    page.goto(address)
    page.get_by_text("此链接已关闭").wait_for()


def test_a_phone_without_scripts_answers_as_well(window: Callable[..., Page], cast: Cast) -> None:
    visit, address = questionnaire(cast)
    page = window(PHONE, js=False)
    page.goto(address)
    page.get_by_role("button", name="EN", exact=True).click()
    page.locator("[data-q=overall] label").nth(4).click()
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("there is a little more to ask").wait_for()
    assert Response.objects.count() == 0
    page.get_by_text("Please call me back").click()
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("Thank you").first.wait_for()
    visit.refresh_from_db()
    assert (visit.satisfaction, Promise.objects.count()) == (1, 1)
