"""What only a browser shows: drafts that tell the truth, keys that stay out of the way, a sheet
on a phone, and a menu that opens without scripts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from crm.records.models import Draft
from followups.models import Contact, PlannedContact
from tests.browser.conftest import PHONE, sign_in, violations
from tests.people import Cast, make_card, make_cast, make_plan, make_planned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db) -> Cast:
    return make_cast()


@pytest.fixture
def planned(cast: Cast) -> PlannedContact:
    """Lin has two customers to call today."""
    now = timezone.now()
    first = None
    for minutes, name in ((5, "张伟"), (9, "吴倩")):
        plan = make_plan(make_card(cast.lin, name, opened_at=now - dt.timedelta(days=3)))
        step = make_planned(plan, now - dt.timedelta(minutes=minutes))
        first = first or step
    assert first is not None
    return first


def form_page(page: Page, cast: Cast, planned: PlannedContact) -> Page:
    """Lin before the contact form of her first customer."""
    sign_in(page, cast.lin)
    page.goto(f"/followups/planned/{planned.public_id}/contacts/")
    return page


def test_a_draft_is_called_saved_only_once_the_server_has_it(
    window: Callable[..., Page], cast: Cast, planned: PlannedContact
) -> None:
    page = form_page(window(), cast, planned)
    note = page.locator("input[name=note], textarea[name=note]")
    state = page.locator("[data-draft-state]")

    def lose(route: Route) -> None:
        route.fulfill(status=429, body="")

    page.route("**/draft/", lose)
    note.fill("夫人同来看第二排")
    expect(state).to_have_text(str(state.get_attribute("data-failed")))
    assert not Draft.objects.exists()
    page.reload()
    expect(note).to_have_value("夫人同来看第二排")

    page.unroute("**/draft/", lose)
    note.press("End")
    note.type("。")
    expect(state).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert Draft.objects.get().user == cast.lin
    page.reload()
    expect(note).to_have_value("夫人同来看第二排。")


def test_a_form_sent_twice_in_a_hurry_counts_once(
    window: Callable[..., Page], cast: Cast, planned: PlannedContact
) -> None:
    page = form_page(window(), cast, planned)
    page.locator("label:has(input[name=result])").first.click()

    with page.expect_navigation():
        page.evaluate(
            "const save = document.querySelector('button[data-save]');"
            "save.click(); save.click(); save.click();"
        )

    assert Contact.objects.count() == 1
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_single_keys_move_and_open_but_never_while_typing(
    window: Callable[..., Page], cast: Cast, planned: PlannedContact
) -> None:
    page = window()
    sign_in(page, cast.lin)
    page.goto("/followups/day/")
    page.locator("h1").click()

    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("[data-row].is-current")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("nj?")
    expect(page.locator("input[name=q]").first).to_have_value("nj?")
    assert page.url.endswith("/followups/day/")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")

    cast.lin.shortcuts_on = False
    cast.lin.save(update_fields=["shortcuts_on"])
    page.reload()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/followups/day/")


FOCUS_IS_SEEN = """() => {
  const at = document.activeElement;
  const drawn = at.matches(".opt input") ? at.nextElementSibling : at;
  const ring = getComputedStyle(at.closest(".app-search") ?? drawn);
  return ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2;
}"""


def tab_to(page: Page, selector: str) -> None:
    """Tab on until something fits; the focus is seen at every stop."""
    for _stop in range(80):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert page.evaluate(FOCUS_IS_SEEN), f"no ring on {where}"
        if page.evaluate("words => document.activeElement.matches(words)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def test_from_the_card_a_contact_is_logged_by_keyboard_alone(
    window: Callable[..., Page], cast: Cast, planned: PlannedContact
) -> None:
    page = window()
    sign_in(page, cast.lin)
    page.goto(f"/customers/{planned.card.public_id}/")

    tab_to(page, "input[name=result]")
    page.keyboard.press("Space")
    tab_to(page, "[name=note]")
    page.keyboard.type("周六同来")
    tab_to(page, "button[data-save]")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    contact = Contact.objects.get()
    assert (contact.planned, contact.feedback) == (planned, "周六同来")


def test_escape_closes_the_list_of_keys_and_gives_the_focus_back(
    window: Callable[..., Page], cast: Cast
) -> None:
    page = window()
    sign_in(page, cast.lin)
    opener = page.locator("[data-dialog=keys]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog#keys")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    expect(opener).to_be_focused()


def test_on_a_phone_the_form_rises_as_a_sheet_and_gives_the_focus_back(
    window: Callable[..., Page], cast: Cast, planned: PlannedContact
) -> None:
    page = window(PHONE)
    sign_in(page, cast.lin)
    page.goto("/followups/day/")
    opener = page.locator("a[data-sheet]").first
    opener.click()
    sheet = page.locator("dialog#sheet")

    expect(sheet).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_menu_of_a_phone_opens_without_scripts(window: Callable[..., Page], cast: Cast) -> None:
    page = window(PHONE, js=False)
    sign_in(page, cast.lin)
    page.locator(".app-bottom a[href='#side']").click()

    expect(page.locator("#side nav")).to_be_visible()
    page.locator("#side summary").click()
    page.locator("#side form[data-signs-out] button").click()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_what_is_printed_in_the_dark_is_printed_in_the_light(
    cast: Cast, window: Callable[..., Page]
) -> None:
    page = window(theme="dark", lang="en")
    sign_in(page, cast.chen)
    page.goto("/dashboard/")
    ink = "getComputedStyle(document.querySelector('.card h2')).color"
    behind = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    assert page.evaluate(behind) == "rgb(24, 31, 41)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(behind) == "rgb(255, 255, 255)"
    assert page.evaluate(ink) == "rgb(23, 32, 44)"
    page.emulate_media(media="screen", color_scheme="dark")
    chosen = "document.documentElement.dataset.bsTheme"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(chosen) == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(chosen) == "dark"
