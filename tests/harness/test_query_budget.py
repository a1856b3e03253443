"""A page costs the same number of SQL statements with one row and with thirty.

Every statement of the request counts: session, user, badges and banner included.
"""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import people
from tests.people import NOW
from tests.permissions.floor import Floor
from tests.permissions.rules import Address, addresses, one_per_scope, patterns, scope
from tests.permissions.test_every_address import value_of

AT_MOST = 30
PAGES = [a for a in addresses().values() if a.verb == "see" and a.object != "health"]


@pytest.fixture
def floor(permission_floor: Floor) -> Floor:
    return permission_floor


def grow(floor: Floor, rows: int) -> None:
    """Give every list of Pudong so many more rows, and Lin's card as many lines."""
    cast = floor.cast
    for number in range(rows):
        soon = NOW + dt.timedelta(minutes=30 + number)
        card = people.make_card(cast.lin, f"客户{number}", level="HABC"[number % 4])
        plan = people.make_plan(card, state="submitted", submitted_at=NOW)
        people.make_planned(plan, soon)
        people.make_planned(plan, NOW - dt.timedelta(hours=5 + number))
        people.make_contact(card, NOW - dt.timedelta(days=1, minutes=number))
        people.make_order(card, NOW - dt.timedelta(hours=number + 1))
        people.make_visit(card, NOW.date(), assignee=cast.wu)
        sheet = people.make_questionnaire(cast.pudong, name=f"问卷{number}")
        people.make_version(sheet, cast.xu)
        people.make_ticket(card, NOW - dt.timedelta(hours=number), lead_department=cast.technical)
        people.give_case(card, department=cast.technical)
        people.give_case(card, user=cast.vera)
        first = floor.rows["lin", "card"]
        people.make_contact(first, NOW - dt.timedelta(days=2, minutes=number))
        people.make_planned(floor.rows["lin", "plan"], NOW + dt.timedelta(days=1, minutes=number))


def signed_in(floor: Floor, role: str) -> Client:
    client = Client()
    client.force_login(floor.actor(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def cost(floor: Floor, client: Client, role: str, address: Address) -> int:
    """How many statements one request takes; its row and what it wrote are undone."""
    parts = dict.fromkeys(patterns()[address.name], "")
    with transaction.atomic():
        if address.target:
            row = floor.inside(role, address.target, scope(address, role))
            parts = {part: value_of(row, part) for part in parts}
        path = reverse(address.name, kwargs=parts)
        with CaptureQueriesContext(connection) as found:
            response = client.get(path)
        transaction.set_rollback(True)
    assert response.status_code in {200, 302, 405}, (path, role, response.status_code)
    return len(found)


def test_thirty_rows_cost_what_one_costs(floor: Floor) -> None:
    readings = [(address, role) for address in PAGES for role in one_per_scope(address)]
    clients = {role: signed_in(floor, role) for _address, role in readings}

    def costs() -> dict[tuple[str, str], int]:
        return {(a.name, role): cost(floor, clients[role], role, a) for a, role in readings}

    few = costs()
    grow(floor, 30)
    many = costs()
    assert many == few
    assert {page: number for page, number in many.items() if number > AT_MOST} == {}
