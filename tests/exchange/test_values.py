"""What may stand in a cell, and what it means."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Ticket
from crm.customers.models import Gender, Source
from crm.exchange.sheets import choices
from crm.exchange.sheets.cells import read
from crm.exchange.sheets.contacts import CONTACTS
from crm.exchange.sheets.customers import CUSTOMERS
from crm.exchange.sheets.definitions import Column, Kind
from crm.exchange.sheets.reception import RECEPTION
from crm.exchange.sheets.registry import SHEETS
from crm.exchange.sheets.staff import STAFF
from crm.exchange.sheets.texts import Unfit
from crm.exchange.sheets.tickets import TICKETS
from crm.exchange.sheets.visits import VISITS
from crm.exchange.sheets.writing import as_cell
from crm.people.models import Role
from crm.reception.models import ReceptionEntry
from followups.models import Direction, Method, Outcome, Purpose
from tests.people import local
from visits.models import Visit

ZONE = ZoneInfo("Asia/Shanghai")
LABELS = (
    (STAFF.by_key["role"], Role.choices),
    (CUSTOMERS.by_key["source"], Source.choices),
    (CUSTOMERS.by_key["gender"], Gender.choices),
    (CONTACTS.by_key["method"], Method.choices),
    (CONTACTS.by_key["direction"], Direction.choices),
    (CONTACTS.by_key["outcome"], Outcome.choices),
    (CONTACTS.by_key["purpose"], Purpose.choices),
    (RECEPTION.by_key["kind"], ReceptionEntry.Kind.choices),
    (VISITS.by_key["kind"], Visit.Kind.choices),
    (VISITS.by_key["audit"], Visit.Audit.choices),
    (TICKETS.by_key["kind"], Ticket.Kind.choices),
    (TICKETS.by_key["category"], Ticket.Category.choices),
)


def value(kind: Kind, cell: Any, **column: Any) -> Any:
    return read(Column("x", "某", kind, **column), cell, ZONE)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-09-01 08:30", "2026-09-01 08:30"),
        ("2026-09-01 08:30:15", "2026-09-01 08:30:15"),
        ("2026/9/1 8:30", "2026-09-01 08:30"),
        ("2026.9.1", "2026-09-01 00:00"),
        ("2026年9月1日 8:30", "2026-09-01 08:30"),
        ("２０２６－０９－０１ ０８：３０", "2026-09-01 08:30"),
        ("2026-09-01T08:30:00", "2026-09-01 08:30"),
        (" 2026-09-01 ", "2026-09-01 00:00"),
        (dt.datetime(2026, 9, 1, 8, 29, 59, 500_000), "2026-09-01 08:30"),
        (dt.datetime(2026, 9, 1, 8, 30, 0, 499_999), "2026-09-01 08:30"),
        (dt.datetime(2026, 12, 31, 23, 59, 59, 999_000), "2027-01-01 00:00"),
        (dt.date(2026, 9, 1), "2026-09-01 00:00"),
    ],
)
def test_a_time_is_local_and_rounded_to_the_second(cell: Any, moment: str) -> None:
    assert value(Kind.TIME, cell) == local(moment)


@pytest.mark.parametrize(
    "cell", ["2026-09", "8:30", "2026-09-01 25:00", "2026-13-01", 46000.5, True, "9999-01-01"]
)
def test_what_is_no_time_is_not_guessed(cell: Any) -> None:
    with pytest.raises(Unfit):
        value(Kind.TIME, cell)


def test_a_day_column_takes_a_real_date_with_its_midnight() -> None:
    assert value(Kind.DATE, dt.datetime(2026, 9, 1)) == dt.date(2026, 9, 1)
    assert value(Kind.DATE, "2026/9/1") == dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1,234,567.80", "1234567.80"),
        ("￥ 239 800", "239800.00"),
        ("¥239，800", "239800.00"),
        ("-¥5", "-5.00"),
        ("１２３．５", "123.50"),
        (323604.1, "323604.10"),
        (0.1 + 0.2, "0.30"),
        (5000, "5000.00"),
        ("1.5e3", "1500.00"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_an_amount_may_be_written_as_people_write_it(cell: Any, amount: str) -> None:
    assert value(Kind.MONEY, cell) == Decimal(amount)


@pytest.mark.parametrize(
    "cell", ["1,23", "1 2a", "12元", "--5", "1.234", "10e12", "nan", "inf", True]
)
def test_what_is_no_amount_is_refused(cell: Any) -> None:
    with pytest.raises(Unfit):
        value(Kind.MONEY, cell)


@pytest.mark.parametrize(
    ("cell", "whole"), [(9.0, 9), ("9.0", 9), ("９", 9), ("1,000", 1000), (0, 0)]
)
def test_nine_point_nought_is_nine(cell: Any, whole: int) -> None:
    assert value(Kind.WHOLE, cell) == whole


def test_a_grade_may_be_named() -> None:
    grade = {"choices": choices.SATISFACTION, "least": 1, "most": 5}
    assert value(Kind.WHOLE, "满意", **grade) == 4
    assert value(Kind.WHOLE, "very satisfied", **grade) == 5
    assert value(Kind.WHOLE, 3.0, **grade) == 3


@pytest.mark.parametrize("cell", ["true", "Yes", "1", "是", 1.0, True, "TRUE"])
def test_ways_to_say_yes(cell: Any) -> None:
    assert value(Kind.YES_NO, cell) is True


@pytest.mark.parametrize("cell", ["false", "No", "0", "否", 0.0, False])
def test_ways_to_say_no(cell: Any) -> None:
    assert value(Kind.YES_NO, cell) is False


@pytest.mark.parametrize(
    "name", ["sales_supervisor", "销售主管", "Sales supervisor", "銷售主管", " SALES SUPERVISOR "]
)
def test_a_choice_by_key_chinese_or_english_name(name: str) -> None:
    assert value(Kind.CHOICE, name, choices=choices.ROLE) == "sales_supervisor"


def test_every_value_of_every_list_is_found_by_each_of_its_names() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            for choice in column.choices if column.kind is Kind.CHOICE else ():
                found = {read(column, name, ZONE) for name in choice.names()}
                assert found == {choice.key}


@pytest.mark.parametrize(
    ("cell", "lunar"), [("04-15", "04-15"), ("r4-15", "R04-15"), ("１２-３０", "12-30")]
)
def test_a_lunar_birthday_is_month_and_day(cell: str, lunar: str) -> None:
    assert value(Kind.LUNAR, cell) == lunar


@pytest.mark.parametrize("cell", ["0-15", "13-01", "01-31", "2026-04-15", dt.date(2026, 4, 15)])
def test_no_other_lunar_birthday(cell: Any) -> None:
    with pytest.raises(Unfit):
        value(Kind.LUNAR, cell)


@pytest.mark.parametrize(
    "cell",
    [
        "13800138000",
        13800138000.0,
        "13800138000.0",
        "1.3800138E+10",
        "+86 138 0013 8000",
        "138-0013-8000",
    ],
)
def test_a_phone_number_survives_what_excel_does_to_it(cell: Any) -> None:
    assert value(Kind.PHONE, cell) == "+8613800138000"


def test_two_numbers_in_one_cell_are_both_kept() -> None:
    assert value(Kind.PHONE, "13800138000;13900139000") == "+8613800138000;+8613900139000"


def test_a_number_with_a_country_code_stays_abroad() -> None:
    assert value(Kind.PHONE, "+1 650-253-0000") == "+16502530000"


def test_numeric_keys_keep_their_text() -> None:
    assert value(Kind.KEY, "000123") == "000123"
    assert value(Kind.KEY, 123.0) == "123"
    assert value(Kind.KEY, "1e5") == "1e5"


def test_text_stays_text_without_what_cannot_be_shown() -> None:
    assert value(Kind.TEXT, "=1+1") == "=1+1"
    assert value(Kind.TEXT, "a\x00b\x0bc\r\nd\ud800") == "ab\nc\nd"
    assert value(Kind.TEXT, "  ") is None


@given(st.decimals(-(10**11), 10**11, places=2))
def test_an_amount_written_is_the_amount_read(amount: Decimal) -> None:
    assert value(Kind.MONEY, as_cell(amount)) == amount


@given(st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2199, 12, 30)))
def test_a_time_written_is_the_time_read(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=ZONE)
    assert value(Kind.TIME, as_cell(moment)) == moment


@given(st.text(max_size=200))
def test_text_written_is_the_text_read(text: str) -> None:
    first = value(Kind.TEXT, text)
    assert value(Kind.TEXT, as_cell(first)) == first


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.datetimes(), st.integers()))
def test_no_cell_breaks_a_reader(cell: Any) -> None:
    for kind in Kind:
        with suppress(Unfit):
            found = value(kind, cell, choices=choices.ROLE)
            assert found is None or as_cell(found) is not None
