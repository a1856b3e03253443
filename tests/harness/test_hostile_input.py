"""No value typed, pasted or forged ends in a server error, on either database (D19, D21, D22).

Each form is sent as its page fills it in, with one hostile value in one of its names at a time:
its fields, what its page carries, and what its view reads without a field. Lists get all names
the product reads from addresses at once, and those of their own room one by one. Each name gets
one value, always the same; on PostgreSQL each gets a NUL, every third its other value too. With
TEST_FULL each gets all.
"""

import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from tests.fault.sent import as_sent, body_of, ready_row, role_for
from tests.harness.read_names import asked_anywhere, asked_of, posted_to
from tests.permissions.floor import Floor
from tests.permissions.rules import OUTSIDERS, ROLES, Address, addresses, patterns, scope
from tests.permissions.test_every_address import value_of

HOSTILE = {
    "a NUL": "a\0b",
    "a number of 31 digits": "1" + "0" * 30,
    "a negative number": "-1",
    "not a number": "NaN",
    "infinity": "1e999",
    "digits of another script": "１３８٣",
    "the year 1": "0001-01-01T00:00",
    "the year 9999": "9999-12-31 23:59",
    "text turned round": "\u202ecod.exe\u200b\ufeff",
    "a very long text": "客" * 200_000,
    "a formula": "=1+1",
    "a tag": "<img src=x onerror=alert(1)>",
}
FORMS = [a.name for a in addresses().values() if a.verb != "see" and a.object != "health"]
PAGES = [
    a.name
    for a in addresses().values()
    if a.verb == "see" and not a.target and a.object != "health"
]


@pytest.fixture
def floor(permission_floor: Floor) -> Floor:
    return permission_floor


def actor_of(address: Address) -> str:
    """The first role that may."""
    return next(role for role in ROLES if scope(address, role) != "none")


def presser_of(address: Address) -> str:
    """Whose press is allowed; else the first role that may come here at all."""
    with suppress(LookupError):
        return role_for(address)
    return actor_of(address)


def client_of(floor: Floor, role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role not in OUTSIDERS:
        client.force_login(floor.actor(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def path_of(floor: Floor, address: Address, role: str) -> str:
    reach = scope(address, role)
    return path_to(address, floor.inside(role, address.target, reach) if address.target else None)


def path_to(address: Address, row: Any) -> str:
    return reverse(
        address.name, kwargs={part: value_of(row, part) for part in patterns()[address.name]}
    )


def fields_of(response: HttpResponse) -> set[str]:
    """The names of all inputs of all forms a page was drawn with."""
    context: Any = getattr(response, "context", None) or []
    forms = {
        id(value): value
        for layer in context
        for part in getattr(layer, "dicts", [layer])
        for value in part.values()
        if isinstance(value, BaseForm)
    }
    return {form.add_prefix(name) for form in forms.values() for name in form.fields}


@pytest.mark.parametrize("name", FORMS)
def test_no_form_breaks(floor: Floor, name: str) -> None:
    address = addresses()[name]
    role = presser_of(address)
    client = client_of(floor, role)
    row = ready_row(floor, address, role)
    path = path_to(address, row)
    body = body_of(floor, address, row)
    fields = posted_to(resolve(path).func.__module__) | body.keys() | {"request_id", "version"}
    for chosen, value in alone(fields | send(client, path, body), name):
        send(client, path, {**body, **dict.fromkeys(chosen, value)})


@pytest.mark.parametrize("name", PAGES)
def test_no_list_breaks(floor: Floor, name: str) -> None:
    address = addresses()[name]
    role = actor_of(address)
    client = client_of(floor, role)
    row = floor.inside(role, address.target, scope(address, role)) if address.target else None
    path = path_to(address, row)
    parts = resolve(path).func.__module__.split(".")
    room = ".".join(parts[: 2 if parts[0] == "crm" else 1])
    every = tuple(sorted(asked_anywhere()))
    together = [(every, value) for value in some(name, 3)]
    for chosen, value in [*together, *alone(asked_of(room), name)]:
        ask(client, path, {**address.body, **dict.fromkeys(chosen, value[:500])})


def test_a_name_read_without_a_field_is_tried_too() -> None:
    """The collection sees what the views read themselves."""
    assert "delivery" in posted_to("crm.notices.views.sends")
    assert "card" in posted_to("complaints.views.intake")  # read by the module beside it
    assert {"kpi", "of", "whose"} <= asked_of("crm.reports")
    assert {"model", "department", "cause", "month"} <= asked_of("complaints")


def send(client: Client, path: str, body: dict[str, Any]) -> set[str]:
    """Send one form and take back what it did; returns the names of the inputs of its answer."""
    with transaction.atomic(), naming(path, body):
        answer = client.post(path, as_sent(body))
        transaction.set_rollback(True)
        assert answer.status_code < 500
    return fields_of(answer)


def ask(client: Client, path: str, query: dict[str, Any]) -> None:
    with naming(path, query):
        assert client.get(path, query).status_code < 500


@contextmanager
def naming(path: str, sent: dict[str, Any]) -> Iterator[None]:
    """Whatever breaks says of itself by which values."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{path}: { ({name: str(value)[:60] for name, value in sent.items()}) }")
        raise


def alone(names: Iterable[str], page: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each name with a value, the others as they should be; with the full amounts all values."""
    for name in sorted(names):
        for value in some(f"{page} {name}", 1):
            yield (name,), value


def some(what: str, count: int) -> list[str]:
    """As many of the hostile values, always the same; a NUL first where it breaks the database."""
    values = list(HOSTILE.values())
    if os.environ.get("TEST_FULL"):
        return values
    start = zlib.crc32(what.encode()) % len(values)
    chosen = (values * 2)[start : start + count]
    if connection.vendor == "postgresql":
        return ["a\0b", *(chosen if start % 3 == 0 else [])]
    return chosen
