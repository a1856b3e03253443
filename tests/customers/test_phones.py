"""Phone numbers as people and spreadsheets write them, and as they may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.forms.phone_field import PhoneField
from crm.customers.phones import (
    PhoneError,
    PhoneFault,
    mask,
    national_digits,
    normalise,
    show,
    split_cell,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "+8613800138000"),
        (" 138 0013 8000 ", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("138—0013—8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("手机：13800138000", "+8613800138000"),
        ("'13800138000", "+8613800138000"),
        ("13800138000.0", "+8613800138000"),
        ("1.38E+10", "+8613800000000"),
        ("1.3800138E+10", "+8613800138000"),
        ("021-61234567", "+862161234567"),
        ("61234567", "+862161234567"),
        ("61234567 转 802", "+862161234567"),
        ("010 6123 4567 ext. 12", "+861061234567"),
        ("+852 5123 4567", "+85251234567"),
    ],
)
def test_a_number_is_kept_as_e164_however_it_was_written(written: str, kept: str) -> None:
    assert normalise(written, "CN", area_code="021") == kept


def test_the_region_decides_for_numbers_without_a_country_code() -> None:
    assert normalise("0912 345 678", "TW") == "+886912345678"
    assert normalise("5123 4567", "HK") == "+85251234567"


@pytest.mark.parametrize(
    ("written", "fault", "missing"),
    [
        ("1380013502", PhoneFault.TOO_SHORT, 1),
        ("138001350", PhoneFault.TOO_SHORT, 2),
        ("138001350211", PhoneFault.TOO_LONG, -1),
        ("12345", PhoneFault.TOO_SHORT, 0),
        ("", PhoneFault.EMPTY, 0),
        ("  ", PhoneFault.EMPTY, 0),
        ("张伟", PhoneFault.CHARACTERS, 0),
        ("٠١٢٣٤٥٦٧٨٩", PhoneFault.CHARACTERS, 0),
        ("138\x000013", PhoneFault.CHARACTERS, 0),
        ("1" * 200_000, PhoneFault.CHARACTERS, 0),
        ("00000000000", PhoneFault.UNKNOWN, 0),
    ],
)
def test_what_is_no_number_is_refused_with_the_digits_that_lack(
    written: str, fault: PhoneFault, missing: int
) -> None:
    with pytest.raises(PhoneError) as refused:
        normalise(written, "CN", area_code="021")
    assert (refused.value.fault, refused.value.missing) == (fault, missing)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13800138000/13900139000", ["+8613800138000", "+8613900139000"]),
        ("13800138000、021-61234567 转 3", ["+8613800138000", "+862161234567"]),
        ("13800138000 13900139000", ["+8613800138000", "+8613900139000"]),
        ("13800138000\n13900139000", ["+8613800138000", "+8613900139000"]),
        ("138 0013 8000", ["+8613800138000"]),
        ("13800138000;13800138000", ["+8613800138000"]),
    ],
)
def test_two_numbers_in_one_cell_become_phone_and_phone2(cell: str, numbers: list[str]) -> None:
    assert split_cell(cell, "CN", area_code="021") == numbers


@pytest.mark.parametrize(
    "cell", ["13800138000;x", "13800138000/13900139000/13700137000", ";", "/,;"]
)
def test_a_cell_with_something_else_in_it_is_refused(cell: str) -> None:
    with pytest.raises(PhoneError):
        split_cell(cell, "CN")


@pytest.mark.parametrize(
    ("kept", "masked"),
    [
        ("+8613800135021", "138****5021"),
        ("+862161234567", "021****4567"),
        ("+85251234567", "****67"),
        ("+8610086", "****86"),
        ("", ""),
    ],
)
def test_the_mask_keeps_what_helps_to_recognise_and_no_more(kept: str, masked: str) -> None:
    assert mask(kept) == masked


def test_a_number_is_shown_in_groups_and_searched_as_dialled() -> None:
    assert show("+8613800138000") == "138 0013 8000"
    assert national_digits("+862161234567") == "02161234567"


@given(st.text(max_size=60))
def test_any_text_is_either_a_number_or_refused(text: str) -> None:
    try:
        kept = normalise(text, "CN", area_code="021")
    except PhoneError:
        return
    assert kept.startswith("+")
    assert kept.removeprefix("+").isascii()
    assert normalise(kept, "CN") == kept
    assert national_digits(kept) not in mask(kept)


def test_a_number_is_typed_into_a_box_of_one_type():
    drawn = PhoneField().widget.render("phone", "")
    assert drawn.count("type=") == 1
    assert 'type="tel"' in drawn
