"""The walk: every address × every actor × a row inside and one outside the actor's scope.

Each run sends GET and POST as full pages on SQLite; htmx, the other methods and PostgreSQL are
sampled (one request in twenty, always the same ones), and so are rows of strangers where the actor
may not even reach the nearest. All are sent with TEST_FULL. The page of a refusal is drawn once a
person and once an address, with TEST_FULL always.
"""

import copy
import os
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.views import defaults

from tests.harness.digest import digest, rows_written
from tests.people import NOW
from tests.permissions.floor import Floor
from tests.permissions.rules import (
    ACTORS,
    ROLES,
    SCOPES,
    VERBS,
    Address,
    addresses,
    expected,
    matrix,
    patterns,
    scope,
)

SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Try:
    """One request of the walk."""

    role: str
    side: str
    method: str
    htmx: bool

    def is_sent(self, address: Address) -> bool:
        """Whether this run sends it."""
        if os.environ.get("TEST_FULL"):
            return True
        plain = self.method in {"GET", "POST"} and not self.htmx
        telling = self.side == "inside" or scope(address, self.role) != "none"
        if plain and telling and connection.vendor == "sqlite":
            return True
        return zlib.crc32(f"{address.name} {self}".encode()) % 20 == 0


def tries(address: Address) -> Iterator[Try]:
    for role in ACTORS:
        for side in ("inside", "outside") if address.target else ("inside",):
            for method in METHODS:
                for htmx in (False, True):
                    request = Try(role, side, method, htmx)
                    if request.is_sent(address):
                        yield request


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(patterns()) - set(addresses()) == set(), "no row in urls.csv"
    assert set(addresses()) - set(patterns()) == set(), "no such address"


def test_every_row_names_a_cell_of_the_matrix() -> None:
    cells = {(item, verb) for item, verb, _role in matrix()}
    assert {(a.object, a.verb) for a in addresses().values()} <= cells


def test_the_matrix_has_a_cell_for_every_object_verb_and_actor() -> None:
    objects = {item for item, _verb, _role in matrix()}
    assert set(matrix()) == {(o, v, r) for o in objects for v in VERBS for r in ACTORS}
    assert set(matrix().values()) <= {*SCOPES}


@dataclass
class Drawn:
    """The pages of refusals drawn so far by this process, and where."""

    pages: dict[tuple[str, int | None, bool], HttpResponse] = field(default_factory=dict)
    at: set[tuple[str, str]] = field(default_factory=set)


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return Drawn()


@pytest.fixture(scope="module")
def clients(_floor_once: Floor, django_db_blocker: Any) -> dict[str, Client]:
    """A browser for each role, signed in, and one for each actor outside."""
    found = {role: Client(raise_request_exception=False) for role in ACTORS}
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        for role in ROLES:
            found[role].force_login(
                _floor_once.actor(role), backend="django.contrib.auth.backends.ModelBackend"
            )
    return found


@pytest.fixture
def floor(
    clients: dict[str, Client],
    permission_floor: Floor,
    drawn: Drawn,
    monkeypatch: pytest.MonkeyPatch,
) -> Floor:
    if not os.environ.get("TEST_FULL"):
        for name, view in (
            ("handler403", defaults.permission_denied),
            ("handler404", defaults.page_not_found),
        ):
            monkeypatch.setattr(f"crm.urls.{name}", sparingly(view, drawn), raising=False)
    return permission_floor


def sparingly(view: Callable[..., HttpResponse], drawn: Drawn) -> Callable[..., HttpResponse]:
    """The page of a refusal, drawn once for each person and once at each address."""

    def page(request: HttpRequest, exception: Exception) -> HttpResponse:
        match = request.resolver_match
        place = (view.__name__, match.view_name if match else request.path)
        key = (view.__name__, request.user.pk, "HX-Request" in request.headers)
        if key not in drawn.pages or place not in drawn.at:
            drawn.at.add(place)
            drawn.pages[key] = view(request, exception)
        first = drawn.pages[key]
        return HttpResponse(first.content, status=first.status_code)

    return page


@pytest.mark.parametrize("name", addresses())
def test_the_walk(floor: Floor, clients: dict[str, Client], name: str) -> None:
    address = addresses()[name]
    wrong = [
        complaint
        for attempt in tries(address)
        for complaint in send(floor, clients[attempt.role], address, attempt)
    ]
    assert not wrong, f"{len(wrong)} of {name}: " + "; ".join(wrong[:12])


def send(floor: Floor, client: Client, address: Address, attempt: Try) -> Iterator[str]:
    """Send one request and say what is wrong with its outcome; whatever it wrote is undone."""
    with transaction.atomic():
        path = path_of(floor, address, attempt)
        response, changed = answer(client, path, address, attempt)
        transaction.set_rollback(True)
    outcome = outcome_of(response)
    if address.object == "health" and response.status_code == 503:
        outcome = "allowed"  # no worker runs here, and it says so
    allowed = expected(address, attempt.role, attempt.side)
    if allowed != {"sign in"}:
        allowed = allowed | {"not this method"}
    told = f"{attempt.method} {attempt.role} {attempt.side}{' htmx' if attempt.htmx else ''}"
    if outcome not in allowed:
        yield f"{told}: {response.status_code} {outcome}, expected {' or '.join(sorted(allowed))}"
    if changed:
        yield f"{told}: {response.status_code} and yet something changed"


def answer(client: Client, path: str, address: Address, attempt: Try) -> tuple[HttpResponse, bool]:
    """The answer to one request, and whether it wrote what it must not; all rows are as before."""
    body = {"request_id": str(uuid.uuid4()), "version": "1", **address.body}
    is_safe = attempt.method in SAFE
    written, cookies = rows_written(), copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(
            attempt.method,
            f"{path}?{urlencode(address.body)}" if is_safe and address.body else path,
            "" if is_safe else urlencode(body),
            content_type="application/x-www-form-urlencoded",
            headers={"HX-Request": "true"} if attempt.htmx else {},
        )
        may_write = not is_safe and outcome_of(response) == "allowed"
        after = "" if may_write or written == rows_written() else digest()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, bool(after) and after != digest()


def path_of(floor: Floor, address: Address, attempt: Try) -> str:
    """The address of the row this request is about."""
    parts: dict[str, Any] = dict.fromkeys(patterns()[address.name], "")
    if address.target:
        reach = scope(address, attempt.role)
        pick = floor.inside if attempt.side == "inside" else floor.outside
        row = pick(attempt.role, address.target, reach)
        parts = {part: value_of(row, part) for part in parts}
    return reverse(address.name, kwargs=parts)


def value_of(row: Any, part: str) -> Any:
    """What stands in the address for a row."""
    return row if isinstance(row, str) else getattr(row, part, None) or row.public_id


def outcome_of(response: HttpResponse) -> str:
    """The class of an answer, as the matrix names it."""
    status = response.status_code
    if status in {301, 302, 303} and response["Location"].startswith(f"{settings.LOGIN_URL}?"):
        return "sign in"
    if status >= 500 or status == 400:
        return "an error"
    return {403: "refused", 404: "hidden", 405: "not this method", 401: "sign in"}.get(
        status, "allowed"
    )
