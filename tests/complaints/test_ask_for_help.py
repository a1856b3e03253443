"""Lin cannot answer a question: she asks technical from the card, with a promise (HP-01, HP-04)."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.urls import reverse

from complaints.models import DepartmentTask, Ticket
from crm.customers.models import CaseAccess
from crm.notices.models import Notice
from crm.promises.models import Promise
from tests.complaints.problems import browser
from tests.people import NOW, Cast, local, make_card, make_cast

WORDS = "快充到八成就停，怎么答复客户？"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def sent(cast: Cast, **fields: str) -> dict[str, str]:
    return {
        "department": str(cast.technical.pk),
        "category": "technical",
        "words": WORDS,
        "request_id": str(uuid.uuid4()),
        **fields,
    }


def test_a_salesperson_asks_a_department_from_the_card(cast):
    card, lin = make_card(cast.lin, "张伟"), browser(cast.lin)
    url = reverse("complaints:ask_for_help", args=[card.public_id])
    assert url in lin.get(reverse("home:card", args=[card.public_id])).content.decode()
    form = sent(cast, needed_by="2026-03-14 16:00", promised="on")
    assert lin.post(url, form).status_code == 302
    assert lin.post(url, form).status_code == 302  # the same form again
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.responsible, ticket.state) == ("help", cast.lin, "sent")
    assert DepartmentTask.objects.get().due_at == local("2026-03-14 16:00")
    promise = Promise.objects.get()
    assert (promise.responsible, promise.due_at) == (cast.lin, local("2026-03-14 16:00"))
    assert Notice.objects.filter(recipient=cast.tang, kind="ticket_routed").exists()
    assert CaseAccess.objects.filter(card=card, department=cast.technical).exists()
    page = lin.get(reverse("complaints:ticket", args=[ticket.public_id]))
    assert WORDS in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"department": ""}, "department"),
        ({"words": "  "}, "words"),
        ({"promised": "on"}, "needed_by"),
        ({"needed_by": "2026-03-11 10:00"}, "needed_by"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(cast, fields, field):
    card = make_card(cast.lin)
    url = reverse("complaints:ask_for_help", args=[card.public_id])
    page = browser(cast.lin).post(url, sent(cast, **fields))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Ticket.objects.exists()


def test_a_card_out_of_scope_is_nobodys_to_ask_about(cast):
    url = reverse("complaints:ask_for_help", args=[make_card(cast.lin).public_id])
    assert browser(cast.zhou).post(url, sent(cast)).status_code == 404
    assert browser(cast.shen).get(url).status_code == 403
