"""What a request names rows by is an id or nothing."""

import pytest

from crm.ui.asked import public_id, public_ids, ticked, version_of


def test_an_id_stays_what_it_is() -> None:
    assert public_id("n4dk72xq9abcde") == "n4dk72xq9abcde"
    assert public_ids(["n4d", "k72", "n4d"]) == ["n4d", "k72"]


@pytest.mark.parametrize("sent", ["a\0b", "", None, "a" * 23, "客户", "a b", "a\n", "a:1", "%27"])
def test_anything_else_names_no_row(sent: str | None) -> None:
    assert public_id(sent) == ""
    assert public_ids([sent or "", "n4d"]) == ["n4d"]


def test_ticks_are_ids_with_the_version_seen() -> None:
    assert ticked(["n4d:3", "k72:x", "a\0:1", "k72", "m9p:٣", "m9p:1234567890"]) == {"n4d": 3}
    assert ticked([f"n{number}:1" for number in range(300)], 50).keys() == {
        f"n{number}" for number in range(50)
    }


@pytest.mark.parametrize(
    ("sent", "seen"), [("3", 3), ("", 0), ("x", 0), ("-1", 0), ("9" * 10, 2**31 - 1), ("9" * 11, 0)]
)
def test_a_version_is_a_number_or_none_a_row_has(sent: str, seen: int) -> None:
    assert version_of({"version": sent}) == seen
