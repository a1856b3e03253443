"""The call screen by keyboard: a visitor answers with the keys of the grades alone (mockup 04)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.people import Cast, make_card, make_cast, make_visit
from visits.actions import assign_visit
from visits.models import Answer, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = "document.activeElement.closest('[data-q]')?.dataset.q ?? ''"
WRITING = "document.activeElement.matches('textarea, input[type=text]')"
MOST_QUESTIONS = 40


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def visit_of(cast: Cast, name: str, kind: str = "new_purchase") -> Visit:
    """Wu's call of today to a customer of Lin's."""
    now = timezone.now()
    visit = make_visit(make_card(cast.lin, name), timezone.localdate(now), kind=kind)
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=now)
    return visit


def test_wu_answers_by_the_keys_of_the_grades_alone_and_comes_to_the_next_visit(
    window: Callable[..., Page], cast: Cast
) -> None:
    first, second = visit_of(cast, "高峰"), visit_of(cast, "宋佳")
    page = window()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{first.public_id}/call/")
    page.keyboard.press("1")  # the first question that is open
    seen = [page.evaluate(HERE)]
    for _question in range(MOST_QUESTIONS):
        page.keyboard.press("ArrowDown")
        here = page.evaluate(HERE)
        if here == seen[-1]:
            break
        seen.append(here)
        if not page.evaluate(WRITING):
            page.keyboard.press("2" if here == "overall" else "1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/visits/{second.public_id}/call/")
    first.refresh_from_db()
    assert (first.state, first.assignee) == ("completed", cast.wu)
    said = dict(Answer.objects.filter(response__visit=first).values_list("question", "number"))
    assert (said["overall"], said["visitor"]) == (4, 5)  # 满意, 非常满意
    assert len(seen) == len(set(seen))


def test_a_bad_grade_by_its_key_opens_the_problem_box_in_place(
    window: Callable[..., Page], cast: Cast
) -> None:
    visit = visit_of(cast, "高峰")
    page = window()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    assert not page.locator("[data-problem]").evaluate("box => box.open")
    page.keyboard.press("1")
    while page.evaluate(HERE) != "overall":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("5")
    assert page.locator("[data-problem]").evaluate("box => box.open")
    # What a complaint is asked besides shows once it is one.
    asked = page.locator("[name=demand]")
    assert not asked.is_visible()
    page.locator("[name=as_complaint]").check()
    assert asked.is_visible()


def test_a_need_the_customer_names_opens_its_box_in_place(
    window: Callable[..., Page], cast: Cast
) -> None:
    visit = visit_of(cast, "高峰", kind="regular")
    page = window()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    needed = page.locator("[name=need_words]")
    assert not needed.is_visible()
    page.keyboard.press("1")
    while page.evaluate(HERE) != "needs_changed":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    assert needed.is_visible()
