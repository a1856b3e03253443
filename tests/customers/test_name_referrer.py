"""Who sent a customer is named later as well, by card number (RB-04)."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.customers.models import Card
from crm.people.models import User
from crm.records.models import AuditEvent
from tests.people import Cast, make_card, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_lin_names_the_referrer_of_her_customer_later_and_takes_the_name_back(cast):
    card, sender = make_card(cast.lin, "高峰"), make_card(cast.zhou, "老客户")
    lin, url = client_of(cast.lin), f"/customers/{card.public_id}/referrer/"
    assert url in lin.get(f"/customers/{card.public_id}/").content.decode()
    sent = {"version": card.version, "referrer": sender.card_no.lower()}
    assert lin.post(url, sent).status_code == 302
    card.refresh_from_db()
    assert card.referrer == sender
    assert AuditEvent.objects.get(action="customers.name_referrer").actor == cast.lin
    page = lin.get(f"/customers/{card.public_id}/?show=system").content.decode()
    assert f"介绍人卡号 {sender.card_no}" in page
    assert lin.post(url, {"version": card.version, "referrer": ""}).status_code == 302
    card.refresh_from_db()
    assert card.referrer is None


def test_what_is_no_card_here_or_the_customers_own_is_refused_and_kept_as_typed(cast):
    card = make_card(cast.lin, "高峰")
    far = make_card(cast.otto, "外店客户")
    lin, url = client_of(cast.lin), f"/customers/{card.public_id}/referrer/"
    for number in ("没有这张卡", far.card_no, card.card_no, "x\x00"):
        page = lin.post(url, {"version": card.version, "referrer": number})
        assert page.status_code == 422, number
        assert "referrer" in page.context["form"].errors
    assert (
        far.card_no
        in lin.post(url, {"version": card.version, "referrer": far.card_no}).content.decode()
    )


def test_second_of_two_reads_what_the_first_saved(cast):
    card, sender = make_card(cast.lin, "高峰"), make_card(cast.lin, "老客户")
    url = f"/customers/{card.public_id}/referrer/"
    Card.objects.filter(pk=card.pk).update(version=card.version + 1)
    page = client_of(cast.lin).post(url, {"version": card.version, "referrer": sender.card_no})
    assert page.status_code == 409


@pytest.mark.parametrize(("who", "status"), [("chen", 302), ("wu", 403), ("otto", 404)])
def test_owner_supervisor_and_manager_name_one(cast, who, status):
    card, sender = make_card(cast.lin, "高峰"), make_card(cast.lin, "老客户")
    sent = {"version": card.version, "referrer": sender.card_no}
    url = f"/customers/{card.public_id}/referrer/"
    assert client_of(getattr(cast, who)).post(url, sent).status_code == status
