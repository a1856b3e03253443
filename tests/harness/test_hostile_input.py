"""No value typed, pasted or forged ends in a server error, on either database (D19, D21, D22).

Each form is asked for its own fields; each hostile value is put into all of them at once, and
with TEST_FULL into each alone. Lists get them as every parameter the product's lists read.
"""

import os
from typing import Any

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.permissions.floor import Floor
from tests.permissions.rules import ROLES, Address, addresses, patterns, scope
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
PARAMETERS = (
    *("q", "page", "sort", "show", "before", "after", "who", "kpi", "side", "period", "from"),
    *("to", "on", "level", "owner", "source", "status", "chip", "filter", "kind", "role"),
    *("store", "team", "next", "day", "week", "month", "date", "mine", "state"),
)
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


def client_of(floor: Floor, role: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(floor.actor(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def path_of(floor: Floor, address: Address, role: str) -> str:
    parts: dict[str, Any] = dict.fromkeys(patterns()[address.name], "")
    if address.target:
        row = floor.inside(role, address.target, scope(address, role))
        parts = {part: value_of(row, part) for part in parts}
    return reverse(address.name, kwargs=parts)


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
    role = actor_of(address)
    client, path = client_of(floor, role), path_of(floor, address, role)
    with transaction.atomic():
        fields = fields_of(client.post(path, address.body))
        transaction.set_rollback(True)
    fields |= {"request_id", "version"}
    for chosen in ways(fields):
        for what, value in HOSTILE.items():
            with transaction.atomic():
                fit = chosen[:3] if len(value) > 10_000 else chosen  # Django's own limit is 2.5 MB
                answer = client.post(path, {**address.body, **dict.fromkeys(fit, value)})
                transaction.set_rollback(True)
            assert answer.status_code < 500, f"{chosen}: {what}"


@pytest.mark.parametrize("name", PAGES)
def test_no_list_breaks(floor: Floor, name: str) -> None:
    address = addresses()[name]
    role = actor_of(address)
    client, path = client_of(floor, role), path_of(floor, address, role)
    for chosen in ways(set(PARAMETERS)):
        for what, value in HOSTILE.items():
            query = {**address.body, **dict.fromkeys(chosen, value[:500])}
            answer = client.get(path, query)
            assert answer.status_code < 500, f"{chosen}: {what}"


def ways(names: set[str]) -> list[tuple[str, ...]]:
    """All names at once; with the full amounts also each alone."""
    alone = [(name,) for name in sorted(names)] if os.environ.get("TEST_FULL") else []
    return [tuple(sorted(names)), *alone]
