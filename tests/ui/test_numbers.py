"""Numbers in words."""

from decimal import Decimal

import pytest
from django.utils import translation

from crm.ui import numbers


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (12345, "12,345"),
        (-7, "−7"),
        (Decimal("2.5"), "3"),
        ("17", "17"),
        (None, "—"),
        ("", "—"),
        ("many", "—"),
        (float("nan"), "—"),
        (True, "—"),
    ],
)
def test_a_number_has_commas_and_a_missing_one_is_a_dash(value: object, words: str) -> None:
    assert numbers.number(value) == words


@pytest.mark.parametrize(
    ("top", "bottom", "words"),
    [
        (171, 183, "93.4%"),
        (1, 8, "12.5%"),
        (1, 2000, "0.1%"),  # 0.05 rounds half up
        (33, 36, "91.7%"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (0, 0, "—"),
        (3, None, "—"),
        (None, 3, "—"),
    ],
)
def test_a_rate_has_one_decimal_half_up(top: object, bottom: object, words: str) -> None:
    assert numbers.rate(top, bottom) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.8, "+1.8"),
        (-1.1, "−1.1"),
        (0, "0.0"),
        (Decimal("0.04"), "0.0"),
        (Decimal("-0.04"), "0.0"),
        (None, "—"),
    ],
)
def test_a_change_carries_its_sign(value: object, words: str) -> None:
    assert numbers.signed(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("12800.00"), "CNY 12,800"),
        (Decimal("12800.5"), "CNY 12,800.50"),
        (0, "CNY 0"),
        (None, "—"),
    ],
)
def test_an_amount_shows_cents_only_where_there_are_any(value: object, words: str) -> None:
    with translation.override("en"):
        assert numbers.money(value) == words


def test_an_amount_in_another_currency_names_it(settings) -> None:
    settings.CURRENCY = "HKD"

    assert numbers.money(Decimal(99)) == "HKD 99"
