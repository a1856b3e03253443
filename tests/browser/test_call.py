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
    seen: list[str] = []
    for _question in range(MOST_QUESTIONS):
        page.keyboard.press("ArrowDown")  # from the page itself: to the first question
        here = page.evaluate(HERE)
        if here in seen[-1:]:
            break
        seen.append(here)
        if not page.evaluate(WRITING):
            for key in {"overall": "2", "recommend": "8"}.get(here, "1"):
                page.keyboard.press(key)
    assert seen[0] == page.evaluate("document.querySelector('[data-q]').dataset.q")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/visits/{second.public_id}/call/")
    first.refresh_from_db()
    assert (first.state, first.assignee) == ("completed", cast.wu)
    said = dict(Answer.objects.filter(response__visit=first).values_list("question", "number"))
    assert (said["overall"], said["visitor"]) == (4, 5)  # 满意, 非常满意
    assert said["recommend"] == 8
    assert len(seen) == len(set(seen))


def test_from_0_to_10_the_keys_are_the_numbers_themselves(
    window: Callable[..., Page], cast: Cast
) -> None:
    visit = visit_of(cast, "高峰")
    page = window()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    chosen = page.locator("[name=q_recommend]:checked")
    page.locator("[name=q_recommend]").first.focus()
    for keys, number in (("7", "7"), ("0", "0"), ("10", "10"), ("1", "1")):
        page.keyboard.type(keys)
        assert chosen.get_attribute("value") == number


def test_the_clock_begins_by_itself_with_the_first_answer_and_is_kept(
    window: Callable[..., Page], cast: Cast
) -> None:
    visit = visit_of(cast, "高峰")
    page = window()
    page.clock.install()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    clock = page.locator("[data-clock]")
    assert not clock.is_visible()
    page.get_by_role("button", name="查看号码").click()
    dial = page.locator("[data-call-dial]")
    assert dial.get_attribute("href") == f"tel:{visit.card.customer.phone}"
    page.keyboard.press("1")  # the customer answers, and the first question is answered
    assert clock.inner_text() == "00:00"
    with page.expect_response(lambda answer: "/call/draft/" in answer.url):
        page.clock.run_for(65_000)
    assert clock.inner_text() >= "01:05"
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/visits/{visit.public_id}/")
    visit.refresh_from_db()
    assert visit.state == "completed"
    assert visit.seconds is not None
    assert 65 <= visit.seconds < 120


def test_keys_outside_the_questions_answer_none(window: Callable[..., Page], cast: Cast) -> None:
    visit = visit_of(cast, "高峰")
    page = window()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    answered = page.locator("[data-q] input:checked")
    page.keyboard.press("/")
    page.keyboard.type("5021")
    page.keyboard.press("ArrowDown")
    search = page.locator("input[type=search]").first
    assert search.input_value() == "5021"
    assert search.evaluate("field => field === document.activeElement")
    page.locator("[data-problem] > summary").click()
    page.locator("[name=as_complaint]").focus()
    page.keyboard.type("5")
    page.locator("[name=method]:checked").focus()
    page.keyboard.press("ArrowRight")  # the browser's own key of a group
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=method]").nth(2).is_checked()
    assert answered.count() == 0


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
    page.keyboard.type("充到 80% 就停")  # the box has the focus: digits are words there
    assert page.locator("[name=problem]").input_value() == "充到 80% 就停"
    # It is a complaint unless somebody says otherwise, and asked what one is asked.
    asked = page.locator("[name=demand]")
    assert asked.is_visible()
    page.locator("[name=as_complaint]").uncheck()
    assert not asked.is_visible()
    # The class's department is named by the rulebook, until another one is chosen.
    department = page.locator("[name=department] option:checked")
    page.locator("[name=category]").select_option("technical")
    assert department.inner_text() == cast.technical.name
    page.locator("[name=category]").select_option("price")
    assert department.inner_text() == "—"
    assert page.locator("[name=problem2]").is_hidden()
    page.get_by_text("再记一个问题").first.click()
    assert page.locator("[name=problem2]").is_visible()


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


def test_that_a_draft_is_saved_is_said_although_the_clock_goes_on(
    window: Callable[..., Page], cast: Cast
) -> None:
    visit = visit_of(cast, "高峰")
    page = window()
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    # The answer of the server comes after the clock has gone on.
    page.route("**/call/draft/", lambda route: (page.wait_for_timeout(1200), route.continue_()))
    page.keyboard.press("1")
    page.wait_for_selector("[data-draft-state]:not([hidden])")
    assert "草稿" in page.locator("[data-draft-state]").inner_text()


def test_on_a_mac_the_keys_are_called_as_there(window: Callable[..., Page], cast: Cast) -> None:
    visit = visit_of(cast, "高峰")
    page = window()
    page.add_init_script(
        "Object.defineProperty(navigator, 'userAgentData', {value: undefined});"
        "Object.defineProperty(navigator, 'platform', {value: 'MacIntel'})"
    )
    sign_in(page, cast.wu)
    page.goto(f"/visits/{visit.public_id}/call/")
    button = page.locator("form[data-call] [data-save]")
    assert "⌘↵" in button.inner_text()
    assert "Ctrl" not in button.inner_text()
