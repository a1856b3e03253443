"""Every page and form of the product before axe: both themes, a desktop and a phone.

The pages are those of the permission table, so a new address is walked without being named here.
Each is drawn once for one person who may see it; theme and window change under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from crm.people.models import User
from tests.browser.conftest import DESKTOP, PHONE, axe_is_loaded, overflow, violations
from tests.permissions.floor import Floor, make_floor
from tests.permissions.rules import ROLES, Address, addresses, expected, patterns
from tests.permissions.test_every_address import value_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Whose eyes a page is looked at with: the first of these who may. A salesperson owns most rows.
READERS = (
    *("salesperson", "sales_supervisor", "admin", "general_manager", "service_supervisor"),
    *(role for role in ROLES),
)
FIRST_PAGES = ("service_agent", "service_supervisor", "marketing_supervisor", "manager", "admin")
ROOMS = {
    "customers": ("customers", "orders", "reception"),
    "followups": ("followups",),
    "people": ("home", "people", "records"),
    "complaints": ("complaints",),
    "visits": ("visits", "survey"),
    "the rest": ("notices", "reports", "rulebook", "ui"),
    "files and promises": ("answer", "exchange", "promises"),
}


@dataclass(frozen=True)
class Look:
    """One page as one person sees it."""

    reader: User | None
    path: str


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    return make_floor()


def looks(floor: Floor, rooms: tuple[str, ...]) -> Iterator[Look]:
    """Every page of these rooms, each for one person who may see it."""
    for address in addresses().values():
        if address.name.split(":")[0] in rooms:
            role = next((r for r in READERS if expected(address, r, "inside") == {"allowed"}), "")
            if role:
                yield Look(floor.actor(role), path_of(floor, address, role))
    if "home" in rooms:
        yield from (Look(floor.actor(role), "/") for role in FIRST_PAGES)
        yield from (Look(None, reverse(name)) for name in ("people:sign_in", "home:request_reset"))
        yield Look(floor.cast.lin, "/no/such/page/")
        yield Look(floor.cast.lin, reverse("home:users"))


def path_of(floor: Floor, address: Address, role: str) -> str:
    """The address of a row within this role's scope."""
    parts = dict.fromkeys(patterns()[address.name], "")
    if address.target:
        row = floor.inside(role, address.target, "own")
        parts = {part: value_of(row, part) for part in parts}
    query = {k: [v] for k, v in address.body.items()} if address.name == "reports:rows" else None
    return reverse(address.name, kwargs=parts, query=query)


def signed_in(reader: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if reader:
        client.force_login(reader, backend=BACKEND)
    return client


def is_page(client: Client, path: str) -> bool:
    """Whether this address answers with a page of its own: no redirect, no fragment, no data."""
    answer = client.get(path)
    whole = answer.status_code in {200, 403, 404, 410} and not answer.streaming
    return whole and b"</html>" in answer.content


@pytest.mark.parametrize("rooms", ROOMS.values(), ids=ROOMS)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    window: Callable[..., Page], floor: Floor, rooms: tuple[str, ...]
) -> None:
    windows: dict[User | None, tuple[Client, Page]] = {}
    found: dict[str, list[str]] = {}
    for look in looks(floor, rooms):
        if look.reader not in windows:
            client = signed_in(look.reader)
            windows[look.reader] = client, window_of(window(), client)
        client, page = windows[look.reader]
        if is_page(client, look.path):
            page.goto(look.path)
            found[f"{look.reader} {look.path}"] = faults(page)
    assert len(found) > 5
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_what_a_refused_form_says_is_read_by_all(window: Callable[..., Page], floor: Floor) -> None:
    """Messages beside fields, the list above them, the words kept: also 422 passes."""
    page = window_of(window(), signed_in(floor.cast.lin))
    card = floor.rows["lin", "card"].public_id
    found: dict[str, list[str]] = {}
    for path in (
        reverse("followups:open_card"),
        reverse("followups:log_card_contact", args=[card]),
        reverse("orders:sign_order", args=[card]),
        reverse("home:change_password"),
    ):
        page.goto(path)
        with page.expect_navigation():
            page.evaluate(SEND_EMPTY)
        assert page.locator("main .err").count(), path
        found[path] = faults(page)
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


SEND_EMPTY = """() => {
  const form = document.querySelector("main form[method=post]");
  for (const field of form.querySelectorAll("input:not([type=hidden], [type=radio]), textarea"))
    field.value = "";
  form.noValidate = true;
  form.requestSubmit(form.querySelector("button.btn-primary"));
}"""


def window_of(page: Page, client: Client) -> Page:
    """A window signed in as this client is, with axe in each of its pages."""
    axe_is_loaded(page)
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if session:
        base = {"name": session.key, "value": session.value, "path": "/", "domain": "localhost"}
        page.context.add_cookies([base])
    return page


def faults(page: Page) -> list[str]:
    """What is wrong with a page: by all rules, by contrast once dark, by the rest on a phone."""
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.emulate_media(color_scheme="light")
    wrong = violations(page)
    page.emulate_media(color_scheme="dark")
    wrong += violations(page, only_contrast=True)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    wrong += violations(page)
    if overflow(page) > 0:
        wrong.append(f"{overflow(page)} px wider than a phone")
    return wrong
