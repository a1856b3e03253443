"""Whoever is refused leaves a line on the trail, which nobody can flood (ASVS 16.3.2)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.people.models import User
from crm.records.audit.requests import LISTED_AT_MOST, REFUSED
from crm.records.models import AuditEvent
from tests import people
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def cast(clock: Any) -> Cast:
    return people.make_cast()


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refusals() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=REFUSED).order_by("id"))


def test_a_row_outside_the_scope_is_written_down_with_who_and_which(cast: Cast) -> None:
    card = people.make_card(cast.otto)
    answer = signed_in(cast.lin).get(reverse("home:card", args=[card.public_id]))
    assert answer.status_code == 404
    (event,) = refusals()
    assert (event.actor, event.subject_id) == (cast.lin, card.public_id)
    assert event.after == {"page": "home:card", "status": 404, "method": "GET"}
    assert event.address == "127.0.0.1"
    assert len(event.request) == 16


def test_a_verb_the_role_lacks_is_written_down(cast: Cast) -> None:
    answer = signed_in(cast.lin).post(reverse("home:create_user"))
    assert answer.status_code == 403
    (event,) = refusals()
    assert event.after == {"page": "home:create_user", "status": 403, "method": "POST"}


def test_a_form_from_elsewhere_is_written_down_as_such(cast: Cast) -> None:
    client = signed_in(cast.lin, enforce_csrf_checks=True)
    assert client.post(reverse("notices:mark_all_seen")).status_code == 403
    assert refusals()[0].after["foreign_form"] is True


def test_an_address_nobody_has_is_no_news(cast: Cast) -> None:
    assert signed_in(cast.lin).get("/no/such/page/").status_code == 404
    assert not refusals()


def test_a_visitor_is_sent_to_the_door_without_a_line(cast: Cast) -> None:
    Client().get(reverse("home:users"))
    Client().get(reverse("home:use_link", args=["no-such-token"]))
    assert not refusals()


def test_what_is_allowed_leaves_no_line(cast: Cast) -> None:
    assert signed_in(cast.lin).get(reverse("followups:my_day")).status_code == 200
    assert not refusals()


def test_a_flood_is_cut_off_and_says_so(cast: Cast, clock: Any) -> None:
    client = signed_in(cast.lin)
    for number in range(LISTED_AT_MOST + 5):
        client.get(reverse("home:card", args=[f"nosuchcard{number}"]))
    events = refusals()
    assert len(events) == LISTED_AT_MOST
    assert [event.after.get("more_follow") for event in events[-2:]] == [None, True]
    signed_in(cast.zhou).get(reverse("home:users"))
    assert len(refusals()) == LISTED_AT_MOST + 1, "others are listed all the same"
    clock.shift(dt.timedelta(minutes=11))
    client.get(reverse("home:users"))
    assert len(refusals()) == LISTED_AT_MOST + 2, "after ten minutes one is listed again"


def test_events_of_one_request_share_its_id_and_two_requests_do_not(cast: Cast) -> None:
    client = signed_in(cast.lin)
    for _ in range(2):
        client.get(reverse("home:users"))
    first, second = refusals()
    assert first.request != second.request
