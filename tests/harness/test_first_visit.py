"""The first visit of any page: at most 200 KB in 8 requests, files as brotli, the page as sent."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.people.models import User
from tests.permissions.floor import Floor, make_floor
from tests.permissions.rules import ROLES, Address, addresses, expected, patterns
from tests.permissions.test_every_address import value_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
KB_AT_MOST = 200
REQUESTS_AT_MOST = 8
# What a browser fetches with a page: scripts, styles, icons, pictures, parts of a drawing.
FETCHED = re.compile(
    r"""<(?:script|img|source|iframe)\b[^>]*?\ssrc="([^"]+)"
    |<link\b[^>]*?\shref="([^"]+)"
    |<(?:use|image)\b[^>]*?\shref="([^"#]+)""",
    re.VERBOSE,
)
DEEPER = re.compile(
    r"""url\(["']?(?!data:)([^)"'#]+)|^\s*import\b[^"']*["']([^"']+)""", re.MULTILINE
)
# What it asks for the moment it is there: a request like the others.
ASKED_AT_ONCE = re.compile(r"""hx-trigger="(?:[^"]*,\s*)?load(?!\s+delay)""")


@cache
def weight_of(path: str) -> int:
    """Bytes of a static file as brotli; what it would fetch in its turn must be nothing."""
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    assert found, path
    content = Path(str(found)).read_bytes()
    assert not DEEPER.search(content.decode()), f"{path} fetches more"
    return len(brotli.compress(content))


def first_visit(page: bytes) -> tuple[int, int]:
    """Requests and bytes, the page itself among them."""
    found = {url for groups in FETCHED.findall(page.decode()) for url in groups if url}
    asked = len(ASKED_AT_ONCE.findall(page.decode()))
    return 1 + len(found) + asked, len(page) + sum(weight_of(url) for url in found)


def reader_of(address: Address) -> str:
    """Somebody who may see it, a salesperson first: most rows are hers."""
    roles = ("salesperson", "sales_supervisor", "admin", *ROLES)
    return next((r for r in roles if expected(address, r, "inside") == {"allowed"}), "")


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def page_of(floor: Floor, client: Client, address: Address, role: str) -> bytes:
    """The page behind this address; empty where it is none."""
    parts = {}
    if address.target:
        row = floor.inside(role, address.target, "own")
        parts = {part: value_of(row, part) for part in patterns()[address.name]}
    answer = client.get(reverse(address.name, kwargs=parts), address.body)
    return b"" if answer.streaming or b"</html>" not in answer.content else answer.content


def test_the_first_visit_of_any_page_is_light() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("what a page weighs is the same on every database")
    floor = make_floor()
    clients = {role: signed_in(floor.actor(role)) for role in ROLES}
    pages = {"sign in": Client().get(reverse("people:sign_in")).content}
    for address in addresses().values():
        role = reader_of(address)
        page = page_of(floor, clients[role], address, role) if role else b""
        if page:
            pages[address.name] = page
    assert len(pages) > 60
    heavy = {}
    for name, page in pages.items():
        requests, size = first_visit(page)
        if requests > REQUESTS_AT_MOST or size > KB_AT_MOST * 1000:
            heavy[name] = f"{requests} requests, {size / 1000:.0f} KB"
    assert heavy == {}
