"""The main pages keep to so many statements, whatever is in the database (issue of speed).

The table is all there is to change: a page, who asks for it, and the most statements it may take.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER
from tests import people
from tests.people import Cast


@dataclass(frozen=True)
class Budget:
    """A request and its most statements; `path` may look at the card of the floor."""

    name: str
    who: str
    most: int
    path: Callable[[str], str]


@pytest.fixture
def cast(db) -> Cast:
    """Everybody, with nothing to do yet."""
    return people.make_cast()


def customers(query: str = "") -> Callable[[str], str]:
    return lambda _card: reverse("customers:list") + query


BUDGETS = (
    Budget("customer list", "lin", 8, customers()),
    Budget("list, filtered and sorted", "lin", 8, customers("?level=H&sort=-last")),
    Budget("list of a store", "shen", 8, customers()),
    Budget("list of a store, filtered", "shen", 8, customers("?level=A&sort=level&show=overdue")),
    Budget("search by name", "shen", 8, customers("?q=%E5%AE%A2%E6%88%B7")),
    Budget("search by pinyin", "shen", 8, customers("?q=kehu")),
    Budget("search by initials", "lin", 8, customers("?q=kh")),
    Budget("search by the end of a phone", "shen", 8, customers("?q=0001")),
    Budget("dashboard of a store's week", "shen", 15, lambda _card: reverse("reports:dashboard")),
)


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_a_page_keeps_to_its_statements(cast: Cast, client: Client, budget: Budget) -> None:
    now = timezone.now()
    Heartbeat.objects.create(name=TICKER, host="one", beat_at=now)
    for number in range(12):
        card = people.make_card(cast.lin, f"客户{number}", level="HABC"[number % 4])
        plan = people.make_plan(card)
        people.make_planned(plan, now - dt.timedelta(hours=number + 1))
        people.make_contact(card, now - dt.timedelta(days=1, minutes=number))
    client.force_login(
        getattr(cast, budget.who), backend="django.contrib.auth.backends.ModelBackend"
    )
    path = budget.path(card.public_id)
    client.get(path)

    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)

    assert response.status_code == 200
    assert len(asked) <= budget.most, [one["sql"] for one in asked]
