"""The list of return visits and one visit: what is due first, for whom, and what was answered."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from crm.people.models import Delegation
from tests.people import NOW, Cast, make_card, make_cast, make_visit

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def seen_by(user, **query: str) -> list[str]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/visits/", query)
    assert page.status_code == 200
    return [visit.card.customer.name for visit, _name in page.context["rows"]]


def test_wu_sees_what_is_due_in_her_store_the_oldest_first(cast):
    make_visit(make_card(cast.lin, "明天的"), TODAY + DAY, assignee=cast.wu)
    make_visit(make_card(cast.lin, "逾期的"), TODAY - 2 * DAY, assignee=cast.wu)
    make_visit(make_card(cast.ma, "今天的"), TODAY)
    make_visit(make_card(cast.otto, "别店的"), TODAY)
    assert seen_by(cast.wu) == ["逾期的", "今天的", "明天的"]
    assert seen_by(cast.wu, show="late") == ["逾期的"]
    assert seen_by(cast.wu, show="today") == ["今天的"]
    assert seen_by(cast.wu, show="mine") == ["逾期的", "明天的"]


def test_who_stands_in_for_wu_finds_her_visits_among_the_own_and_marked(cast):
    make_visit(make_card(cast.lin, "吴的客户"), TODAY, state="assigned", assignee=cast.wu)
    make_visit(make_card(cast.lin, "徐的客户"), TODAY, state="assigned", assignee=cast.xu)
    assert seen_by(cast.xu, show="mine") == ["徐的客户"]
    Delegation.objects.create(user=cast.wu, deputy=cast.xu, starts_on=TODAY, ends_on=TODAY + DAY)
    assert seen_by(cast.xu, show="mine") == ["吴的客户", "徐的客户"]
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/visits/", {"show": "mine"}).content.decode()
    assert page.count("You stand in") == 2  # the table and the list of phones


def test_a_visit_made_leaves_the_list_and_shows_its_answers(cast):
    visit = make_visit(
        make_card(cast.lin, "张伟"),
        TODAY,
        assignee=cast.wu,
        state="completed",
        completed_at=NOW,
        satisfaction=4,
        recommend=9,
        repurchase=True,
        notes="车机升级后有卡顿",
    )
    assert seen_by(cast.wu) == []
    assert seen_by(cast.wu, show="completed") == ["张伟"]
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"/visits/{visit.public_id}/").content.decode()
    for words in ("Satisfied", "Yes", "车机升级后有卡顿", ">9<"):
        assert words in text


def test_visits_of_another_store_are_not_there(cast):
    visit = make_visit(make_card(cast.lin), TODAY)
    client = Client()
    client.force_login(cast.ola, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/visits/{visit.public_id}/").status_code == 404
