"""Whoever hears a customer writes it down, from the front desk to the general manager (CP-03)."""

from __future__ import annotations

import pytest
import time_machine

from complaints import access, actions
from complaints.models import Ticket
from crm.notices.models import Notice
from tests.complaints.answers import proposed
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

FORM = {
    "kind": "complaint",
    "channel": "spoken",
    "name": "王芳",
    "category": "technical",
    "severity": "normal",
    "description": "夜间充电停在 80%",
}
HEARD_BY = ("chen", "mia", "mona", "tang", "vera", "shen", "lin", "fang", "wu", "xu")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("who", HEARD_BY)
def test_whoever_hears_it_writes_it_down_and_answers_until_service_takes_it(
    cast: Cast, who: str
) -> None:
    user = getattr(cast, who)
    client = browser(user)
    answer = client.post("/complaints/new/", FORM)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.reporter, ticket.responsible, ticket.store) == (user, user, cast.pudong)
    assert ticket.ledger_no == "SH01-2026-0001"
    page = client.get(answer.url).content.decode()
    assert "夜间充电停在 80%" in page
    told = Notice.objects.filter(recipient=cast.xu, kind="complaint_registered")
    assert told.exists() is (who not in ("wu", "xu"))
    if who in ("wu", "xu"):
        return
    actions.claim_ticket(ticket, by=cast.wu, version=ticket.version, now=NOW)
    ticket.refresh_from_db()
    assert ticket.responsible == cast.wu


def test_the_form_is_in_the_menu_of_who_sees_no_queue(cast: Cast) -> None:
    for user in (cast.mia, cast.mona):
        assert "/complaints/new/" in browser(user).get("/").content.decode()


def test_the_general_manager_says_which_store_it_belongs_to(cast: Cast) -> None:
    bai = browser(cast.bai)
    refused = bai.post("/complaints/new/", FORM)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"store"}
    whole = {**FORM, "store": cast.chaoyang.public_id}
    assert bai.post("/complaints/new/", whole).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.store, ticket.ledger_no) == (cast.chaoyang, "BJ01-2026-0001")
    assert cast.lin in bai.get("/complaints/new/").context["form"].fields["about"].queryset


@pytest.mark.parametrize("who", ["pan", "adele"])
def test_who_has_no_part_in_the_business_writes_none_down(cast: Cast, who: str) -> None:
    client = browser(getattr(cast, who))
    assert client.get("/complaints/new/").status_code == 403
    assert client.post("/complaints/new/", FORM).status_code == 403
    assert not Ticket.objects.exists()


def test_a_manager_who_answers_for_it_decides_on_it_only_once_another_does(cast: Cast) -> None:
    ticket = proposed(cast, by=cast.shen, ticket_fields={"by": cast.shen, "card": None})
    assert not actions_allowed(cast, ticket)
    other = proposed(cast, ticket_fields={"card": None})
    assert actions_allowed(cast, other)


def actions_allowed(cast: Cast, ticket: Ticket) -> bool:
    found = access.latest_proposal(ticket)
    assert found is not None
    return access.can_decide_proposal(cast.shen, found, NOW)
