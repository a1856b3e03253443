"""Two people at once on an order: the second sees both texts and nothing is lost or doubled."""

from __future__ import annotations

import pytest
import time_machine

from crm.orders.models import Order
from tests.people import NOW, make_order


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


DELIVERY = {
    "version": "1",
    "delivered_at": "2026-03-12 10:00",
    "vin": "LSVAA1",
    "plate": "沪A12345",
}


def test_an_order_cancelled_while_its_handover_was_typed_keeps_the_text_to_copy(
    cast, card, browser
):
    order = make_order(card, NOW)
    url = f"/orders/{order.public_id}/"
    reason = {"version": "1", "cancelled_at": "2026-03-12 10:10", "reason": "客户改买现车"}
    Order.objects.filter(pk=order.pk).update(signed_at=NOW.replace(day=1))
    assert browser(cast.chen).post(f"{url}cancellation/", reason).status_code == 302
    answer = browser(cast.lin).post(f"{url}delivery/", DELIVERY)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert cast.chen.name in page
    assert "沪A12345</textarea>" in page
    assert "resend" not in answer.context
    order.refresh_from_db()
    assert (order.state, order.plate) == ("cancelled", "")


def test_an_order_corrected_while_its_handover_was_typed_takes_it_on_the_second_try(
    cast, card, browser
):
    order = make_order(card, NOW.replace(day=1))
    Order.objects.filter(pk=order.pk).update(version=2)
    lin = browser(cast.lin)
    answer = lin.post(f"/orders/{order.public_id}/delivery/", DELIVERY)
    assert answer.status_code == 409
    again = answer.context["resend"]
    for _click in range(2):
        fields = dict(again["fields"]) | {"request_id": "one-press"}
        assert lin.post(again["url"], fields).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.plate, order.version) == ("delivered", "沪A12345", 3)
