"""Whom a customer judges neither calls their visit off nor says who makes it (SoD 8, RV-41)."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from crm.people.models import User
from tests.people import NOW, Cast, make_card, make_cast, make_ticket, make_user, make_visit
from visits.actions import assign_visit, assign_visits, cancel_visit
from visits.models import CancelReason, Visit
from visits.queues.assigning import to_assign

TODAY = NOW.date()


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def of_own_card(cast: Cast) -> tuple[Visit, User, User]:
    """A visit about Chen, who supervises her own card's team; Xu may plan it."""
    return make_visit(make_card(cast.chen, "陈自己的"), TODAY), cast.chen, cast.xu


def of_own_answer(cast: Cast) -> tuple[Visit, User, User]:
    """A visit about Xu's answer to a complaint; the team's supervisor Chen may plan it."""
    card = make_card(cast.lin, "投诉人")
    ticket = make_ticket(card, NOW, state="replied", responsible=cast.wu, solved_by=cast.xu)
    return make_visit(card, TODAY, kind="complaint", ticket=ticket), cast.xu, cast.chen


@pytest.mark.parametrize("case", [of_own_card, of_own_answer])
def test_a_supervisor_who_is_judged_neither_calls_off_nor_assigns(cast, case):
    visit, judged, other = case(cast)
    why = {"reason": CancelReason.values[0], "now": NOW}
    with pytest.raises(PermissionDenied):
        cancel_visit(visit, by=judged, version=visit.version, **why)
    makes_visits = make_visitor(cast)
    with pytest.raises(PermissionDenied):
        assign_visit(visit, to=makes_visits, by=judged, version=visit.version, now=NOW)
    with pytest.raises(PermissionDenied):
        assign_visits([(visit, visit.version)], to=None, by=judged, now=NOW)
    assert Visit.objects.get(pk=visit.pk).state == "pending"
    assert (visit in to_assign(judged), visit in to_assign(other)) == (False, True)
    page = client_of(judged).get(reverse("visits:visit", args=[visit.public_id])).content.decode()
    for verb in ("cancel_visit", "assign_visit"):
        url = reverse(f"visits:{verb}", args=[visit.public_id])
        assert url not in page
        assert client_of(judged).get(url).status_code == 403
    assign_visit(visit, to=makes_visits, by=other, version=visit.version, now=NOW)
    cancel_visit(visit, by=other, version=visit.version, **why)


def make_visitor(cast: Cast) -> User:
    return make_user("sun", "孙客服", "service_agent", cast.pudong)


def test_where_every_supervisor_is_judged_the_manager_decides(cast):
    visit, _xu, _chen = of_own_answer(cast)
    shen, url = client_of(cast.shen), reverse("visits:cancel_visit", args=[visit.public_id])
    assert shen.get(url).status_code == 200
    ordinary = make_visit(make_card(cast.lin, "别人"), TODAY)
    assert shen.get(reverse("visits:cancel_visit", args=[ordinary.public_id])).status_code == 403
    with pytest.raises(PermissionDenied):
        cancel_visit(ordinary, by=cast.shen, version=1, reason=CancelReason.values[0], now=NOW)
    cancel_visit(visit, by=cast.shen, version=visit.version, reason=CancelReason.values[0], now=NOW)
    assert Visit.objects.get(pk=visit.pk).state == "cancelled"
