"""What enters the trail: who and for whom, and nothing that identifies a customer (D44)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.people.models import Delegation
from crm.records.audit import record
from crm.records.audit.scrubbing import HIDDEN, LONGEST_TEXT, scrubbed
from tests import people
from tests.people import NOW


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "请回电 138 1234 5678 谢谢",
        "138-1234-5678",
        "+86 138 1234 5678",
        "8613812345678",
        "+886912345678",
        "0912-345-678",
        "021-6234 5678",
        "02 2345 6789",
        "+1 415 555 0100",
        "１３８１２３４５６７８",
        "身份证310101199003071234",
        "31010119900307123X",
        "mail zhang.wei@example.com",
        "电话:13812345678。",
        "车牌沪A12345",
        "沪A·D12345 置换",
        "LSVAM4187C2184847",
    ],
)
def test_numbers_and_mail_addresses_in_a_text_are_hidden(text: str) -> None:
    kept = scrubbed({"reason": text})["reason"]
    assert HIDDEN in kept
    assert sum(one.isdigit() for one in kept) < 5


@pytest.mark.parametrize(
    "text",
    [
        "周六 14:30 试驾，报价 239800.00 元",
        "2026-03-12T10:20:00+08:00",
        "2026-03-12 10:20",
        "KH-2026-0001",
        "1234567890123456.78",
        "3f7a13812345678b",
        "a" * 64,
        "v1.2.3, 192.168.100.200",
        "第 12 次，2026年3月12日",
    ],
)
def test_dates_amounts_hashes_and_numbers_of_documents_stay(text: str) -> None:
    assert scrubbed({"reason": text})["reason"] == text


def test_private_fields_are_hidden_whatever_they_hold_at_any_depth() -> None:
    values = {
        "phone": "+8613812345678",
        "password": "correct horse",
        "reset_token": "abc",
        "wechat": "zw_88",
        "rows": [{"email": "x@y.cn", "level": "H"}],
        "phone2": "",
        "phones_shown": 3,
    }
    assert scrubbed(values) == {
        "phone": HIDDEN,
        "password": HIDDEN,
        "reset_token": HIDDEN,
        "wechat": HIDDEN,
        "rows": [{"email": HIDDEN, "level": "H"}],
        "phone2": "",
        "phones_shown": 3,
    }


def test_other_values_keep_their_kind() -> None:
    values = {"n": 12, "ok": True, "none": None, "d": dt.date(2026, 3, 12), "a": Decimal("1.50")}
    assert scrubbed(values) == values


def test_a_nul_and_a_very_long_text_do_not_break_the_trail() -> None:
    assert scrubbed({"reason": "a\0b"}) == {"reason": "ab"}
    assert len(scrubbed({"reason": "客" * 200_000})["reason"]) == LONGEST_TEXT


@given(st.text(alphabet="0123456789 -+。,x", max_size=40))
def test_no_mainland_mobile_ever_passes(around: str) -> None:
    kept = scrubbed({"reason": f"{around} 13812345678 {around}"})["reason"]
    assert "13812345678" not in kept


@pytest.mark.django_db
def test_a_deputy_acts_on_behalf_of_who_is_away() -> None:
    cast = people.make_cast()
    card = people.make_card(cast.lin)
    today = timezone.localdate()
    Delegation.objects.create(user=cast.lin, deputy=cast.zhou, starts_on=today, ends_on=today)
    mine = people.make_card(cast.zhou, name="王芳")
    assert record("customers.update_needs", by=cast.zhou, obj=card).on_behalf_of == cast.lin
    assert record("customers.update_needs", by=cast.zhou, obj=mine).on_behalf_of is None
    assert record("customers.update_needs", by=cast.chen, obj=card).on_behalf_of is None
    assert record("customers.update_needs", by=None, obj=card).on_behalf_of is None


@pytest.mark.django_db
def test_an_event_outside_a_request_has_no_address() -> None:
    event = record("people.sign_in", by=None, after={"at": NOW})
    assert (event.address, event.request) == ("", "")
