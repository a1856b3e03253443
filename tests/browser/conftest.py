"""Real Chromium before a real server: one browser a run, one signed-in window a person."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crm.people.models import User
from tests.people import PASSWORD

DESKTOP = (1440, 900)
PHONE = (390, 844)
AXE = Path(__file__).parent.parent / "vendor" / "axe" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only what is wrong is sent over: the whole answer takes as long again as the check.
RUN_AXE = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`));
}"""
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    # Without these a new window waits some 14 s for the browser's own calls home.
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, named by CHROMIUM."""
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip("Chromium is not on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        # The driver runs an event loop in this thread; Django would take it for async code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        yield browser
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        browser.close()


@pytest.fixture
def window(chromium: Browser, live_server, settings) -> Iterator[Callable[..., Page]]:
    """window(size=, theme=, lang=) opens a page of its own; it fails the test on any script
    error, blocked content or answer of 500."""
    settings.SITE_URL = live_server.url
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(
        size: tuple[int, int] = DESKTOP,
        *,
        theme: str = "light",
        lang: str = "zh-CN",
        js: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            locale=lang,
            color_scheme=theme,
            has_touch=size[0] < 700,
            timezone_id="Asia/Shanghai",
            java_script_enabled=js,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine is no wrong answer
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: (
                faults.append(f"console: {message.text}")
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        page.on(
            "response",
            lambda answer: (
                faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
            ),
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert faults == []


def sign_in(page: Page, user: User, password: str = PASSWORD) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/accounts/login/")
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def axe_is_loaded(page: Page) -> None:
    """Put axe into each page this window opens from now on."""
    page.context.add_init_script(path=AXE)


def violations(page: Page, *, only_contrast: bool = False) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    rules = {"type": "rule", "values": ["color-contrast"]} if only_contrast else WCAG
    found: list[str] = page.evaluate(RUN_AXE, rules)
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
