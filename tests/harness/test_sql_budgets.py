"""How many statements the three pages of a salesperson's day may cost, everything counted.

Session, user, badges and banner included; the first showing of the day, when the numbers on the
page are kept as shown, as well.
"""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER
from tests import people
from tests.people import NOW, Cast

DAY = dt.timedelta(days=1)
# A test runs inside a transaction, where the one of the action is a savepoint.
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE")


@pytest.fixture
def cast(db) -> Cast:
    return people.make_cast()


@pytest.fixture
def lin(cast):
    """Lin with fifty customers to contact, thirty contacts on the first of them."""
    Heartbeat.objects.create(name=TICKER, host="one", beat_at=NOW + DAY)
    for number in range(50):
        card = people.make_card(cast.lin, f"客户{number}", level="HABC"[number % 4])
        plan = people.make_plan(card, state="approved")
        people.make_planned(plan, NOW - dt.timedelta(minutes=1 + number))
    first = cast.lin.cards.order_by("pk")[0]
    for number in range(30):
        people.make_contact(first, NOW - DAY - dt.timedelta(hours=number))
    with time_machine.travel(NOW, tick=False):
        yield cast.lin


@pytest.fixture
def client(lin) -> Client:
    client = Client()
    client.force_login(lin, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("notices:inbox"))
    return client


def test_my_day_takes_eight_statements(client):
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse("followups:my_day")).status_code == 200

    assert len(found) <= 8


def test_a_card_with_thirty_contacts_takes_twelve_statements(client, lin):
    card = lin.cards.order_by("pk")[0]

    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse("home:card", args=[card.public_id])).status_code == 200

    assert len(found) <= 12


def test_saving_a_contact_with_its_next_one_takes_twelve_statements(client, lin):
    planned = lin.cards.order_by("pk")[0].planned_contacts.get()
    form = {
        "method": "phone",
        "result": "progress",
        "level": planned.card.level,
        "planned_version": planned.version,
        "next": "cycle",
        "request_id": str(uuid4()),
    }

    with CaptureQueriesContext(connection) as found:
        answer = client.post(reverse("followups:log_contact", args=[planned.public_id]), form)

    assert answer.status_code == 302
    asked = [one["sql"] for one in found if not one["sql"].startswith(TRANSACTION)]
    assert len(asked) <= 12, asked
