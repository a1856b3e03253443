"""Who gave three leads within a year is a VIP, for as long as they lie in that year (N-43)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from crm.customers.queues import vips
from crm.rulebook.numbers import Numbers
from tests.people import NOW, make_card, make_cast

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
def test_the_third_lead_makes_a_vip_and_the_oldest_falls_out_of_the_year():
    cast = make_cast()
    card = make_card(cast.lin, "高峰")
    second = make_card(cast.lin, customer=card.customer)  # another car of the same customer
    make_card(cast.zhou, referrer=card, opened_at=NOW - 364 * DAY)
    given = make_card(cast.zhou, referrer=second, opened_at=NOW - 30 * DAY)
    lin = Client()
    lin.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")

    def is_vip(at: dt.datetime) -> bool:
        with time_machine.travel(at, tick=False):
            page = lin.get(f"/customers/{card.public_id}/").content.decode()
        assert (">VIP<" in page) == (card.customer_id in vips(Numbers(), now=at))
        return ">VIP<" in page

    assert not is_vip(NOW)
    make_card(cast.zhou, referrer=card, opened_at=NOW, state="merged", merged_into=given)
    assert not is_vip(NOW)
    make_card(cast.zhou, referrer=card, opened_at=NOW)
    assert is_vip(NOW)
    assert not is_vip(NOW + 3 * DAY)
