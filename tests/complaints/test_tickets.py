"""The ticket list and page: what expires first, by whom it is seen, nobody's own complaint."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests.people import NOW, Cast, give_case, make_card, make_cast, make_ticket

HOUR = dt.timedelta(hours=1)


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
    page = client.get("/complaints/", query)
    assert page.status_code == 200
    return [line.ticket.description for line in page.context["lines"]]


def open_page(user, ticket) -> int:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/complaints/{ticket.public_id}/").status_code


def test_wu_sees_the_stores_open_tickets_what_expires_first_on_top(cast):
    card = make_card(cast.lin)
    for words, hours in (("晚的", 50), ("急的", 2), ("过期的", -1)):
        make_ticket(card, NOW - 3 * HOUR, deadline=NOW + hours * HOUR, description=words)
    make_ticket(card, NOW - 3 * HOUR, description="无期限的")
    make_ticket(make_card(cast.otto), NOW - HOUR, description="别店的")
    assert seen_by(cast.wu) == ["过期的", "急的", "晚的", "无期限的"]
    assert seen_by(cast.wu, show="late") == ["过期的"]
    assert seen_by(cast.wu, show="soon") == ["急的"]


def test_settled_tickets_stand_apart(cast):
    card = make_card(cast.lin)
    make_ticket(card, NOW - 9 * HOUR, state="closed", resolved_at=NOW - HOUR, description="已结")
    make_ticket(card, NOW - 9 * HOUR, description="未结")
    assert seen_by(cast.wu) == ["未结"]
    assert seen_by(cast.wu, show="settled") == ["已结"]


def test_nobody_sees_a_complaint_about_themselves(cast):
    card = make_card(cast.lin)
    about = make_ticket(card, NOW - HOUR, about=cast.lin, description="态度")
    assert open_page(cast.lin, about) == 404
    assert open_page(cast.wu, about) == 200


def test_a_handler_sees_the_cases_of_the_department_and_no_other(cast):
    card = make_card(cast.lin)
    give_case(card, department=cast.technical)
    mine = make_ticket(card, NOW - HOUR, lead_department=cast.technical)
    other = make_ticket(make_card(cast.ma), NOW - HOUR)
    assert open_page(cast.tang, mine) == 200
    assert open_page(cast.tang, other) == 404


def test_an_outsider_finds_nothing(cast):
    ticket = make_ticket(make_card(cast.lin), NOW - HOUR)
    assert open_page(cast.otto, ticket) == 404


def test_the_agent_reads_the_name_while_her_case_is_open_and_a_mask_otherwise(cast):
    card = make_card(cast.lin, "张伟")
    ticket = make_ticket(card, NOW - HOUR)
    client = Client()
    client.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/complaints/{ticket.public_id}/"
    assert client.get(address).context["name"] == "张**"
    give_case(card, user=cast.wu)
    assert client.get(address).context["name"] == "张伟"


@pytest.mark.parametrize(
    "query",
    [{"show": "nonsense"}, {"sort": "about__password"}, {"page": "9" * 40}, {"kind": "\x00"}],
)
def test_nonsense_in_the_address_shows_the_plain_list(cast, query):
    make_ticket(make_card(cast.lin), NOW - HOUR, description="未结")
    assert seen_by(cast.wu, **query) == ["未结"]
