"""The main pages keep to so many statements, whatever is in the database (issue of speed).

The table is all there is to change: a request, who sends it, and the most statements it may take.
Everything counts: session, user, badges and banner, and at the first showing of the day what keeps
the numbers shown.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.customers.actions import count_phone_check
from crm.customers.models import Card
from crm.notices import dispatch
from crm.notices.models import Heartbeat, Notice, Reminder
from crm.notices.queues import TICKER
from crm.records.actions import keep_draft
from crm.rulebook.queues import numbers_for
from followups import actions
from tests import people
from tests.people import NOW, Cast

CARDS = 50
DAY = dt.timedelta(days=1)
# A test runs inside a transaction, where the one of the action is a savepoint.
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE")


Path = Callable[[Card], str]
Fields = Callable[[Card], dict[str, Any]]


def customers(query: str = "") -> Path:
    return lambda _card: reverse("customers:list") + query


def search(words: str) -> Path:
    return customers(f"?q={quote(words)}")


def phone(number: int) -> str:
    """The number of a customer as people type it; every fifth ends in the same four digits."""
    return f"139{number:04d}{number % 5 + 1:04d}"


def saving(card: Card) -> str:
    return reverse("followups:log_contact", args=[card.planned_contacts.get().public_id])


def contact(card: Card) -> dict[str, Any]:
    """What Lin sends: a contact that carries out its planned one, and the next by the cycle."""
    return {
        "method": "phone",
        "result": "progress",
        "level": card.level,
        "planned_version": card.planned_contacts.get().version,
        "next": "cycle",
        "request_id": str(uuid4()),
    }


def rung_contact(card: Card) -> dict[str, Any]:
    """The same where the bell has rung, more of it is to come, and a draft was kept."""
    actions.arm_reminders([card.planned_contacts.get()], now=NOW - 2 * DAY)
    dispatch.drain(now=NOW)
    assert Notice.objects.still_open().filter(recipient=card.owner).exists()
    assert Reminder.objects.still_to_ring().exists()
    keep_draft(card.owner, "log_contact", card.public_id, {"note": "他在忙"}, now=NOW)
    return contact(card)


@dataclass(frozen=True)
class Budget:
    """A request and its most statements; it may look at the first card of the floor."""

    name: str
    who: str
    most: int
    path: Path
    sends: Fields | None = None
    # Whether it leads on to another page.
    opens: bool = False


BUDGETS = (
    Budget("customer list", "lin", 8, customers()),
    Budget("list, filtered and sorted", "lin", 8, customers("?level=H&sort=-last")),
    Budget("list of a store", "shen", 8, customers()),
    Budget("list of a store, filtered", "shen", 8, customers("?level=A&sort=level&show=overdue")),
    Budget("search by name", "shen", 8, search("客户")),
    Budget("search by pinyin", "shen", 8, search("kehu")),
    Budget("search by initials", "lin", 8, search("kh")),
    Budget("search by the end of a phone", "shen", 8, search("0001")),
    Budget("search by a whole phone number", "shen", 8, search(phone(0)), opens=True),
    Budget("whole phone number of one's own", "lin", 8, search(phone(0)), opens=True),
    Budget("whole phone number out of scope", "ma", 8, search(phone(0))),
    Budget("whole phone number of nobody", "lin", 8, search("13999999999")),
    Budget("the same in a whole store", "shen", 8, search("13999999999")),
    Budget("dashboard of a store's week", "shen", 15, lambda _card: reverse("reports:dashboard")),
    Budget(
        "card with thirty contacts",
        "lin",
        12,
        lambda card: reverse("home:card", args=[card.public_id]),
    ),
    Budget("my day", "lin", 8, lambda _card: reverse("followups:my_day")),
    Budget("saving a contact with its next", "lin", 12, saving, contact, opens=True),
    Budget("the same after its bell, with a draft", "lin", 12, saving, rung_contact, opens=True),
)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """Lin has fifty customers to contact, with thirty contacts on the first of them."""
    made = people.make_cast()
    Heartbeat.objects.create(name=TICKER, host="one", beat_at=NOW + DAY)
    for number in range(CARDS):
        card = people.make_card(
            made.lin, f"客户{number}", level="HABC"[number % 4], phone=f"+86{phone(number)}"
        )
        plan = people.make_plan(card, state="approved")
        people.make_planned(plan, NOW - dt.timedelta(minutes=1 + number))
    first = made.lin.cards.order_by("pk")[0]
    for number in range(30):
        people.make_contact(first, NOW - DAY - dt.timedelta(hours=number))
    with time_machine.travel(NOW, tick=False):
        yield made


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_a_page_keeps_to_its_statements(cast: Cast, budget: Budget) -> None:
    card = cast.lin.cards.order_by("pk")[0]
    path, sent = budget.path(card), budget.sends(card) if budget.sends else None
    client = Client()
    client.force_login(
        getattr(cast, budget.who), backend="django.contrib.auth.backends.ModelBackend"
    )
    # What the process looks up once, and the session that says it is in use, are not the page's.
    client.get(reverse("notices:inbox"))

    with CaptureQueriesContext(connection) as found:
        response = client.get(path) if sent is None else client.post(path, sent)

    assert response.status_code == (302 if budget.opens else 200)
    asked = [one["sql"] for one in found if not one["sql"].startswith(TRANSACTION)]
    assert len(asked) <= budget.most, asked


def test_a_manager_near_the_hours_limit_searches_a_whole_number_in_as_few(cast: Cast) -> None:
    for _asked in range(numbers_for(cast.pudong.pk).duplicate_checks_an_hour - 1):
        assert count_phone_check(cast.shen, now=NOW)
    client = Client()
    client.force_login(cast.shen, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("notices:inbox"))
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("customers:list"), {"q": phone(9999)})
    asked = [one["sql"] for one in found if not one["sql"].startswith(TRANSACTION)]
    assert len(asked) <= 8, asked
    assert not count_phone_check(cast.shen, now=NOW)
