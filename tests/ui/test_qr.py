"""The picture an authenticator reads."""

import hashlib

import pytest

from crm.ui.qr import MOST_BYTES, drawn, qr_code


@pytest.mark.parametrize(("length", "size"), [(14, 21), (15, 25), (106, 41), (MOST_BYTES, 57)])
def test_the_smallest_version_that_holds_it(length: int, size: int) -> None:
    modules = drawn(b"x" * length)
    assert len(modules) == size
    assert all(len(row) == size for row in modules)


def test_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr_code("x" * (MOST_BYTES + 1))


def test_the_drawing_stays_what_readers_read() -> None:
    """Both were read back by a scanner when they were first drawn: versions 3 and 8."""
    found = {
        times: hashlib.sha256(qr_code("otpauth" * times).path.encode()).hexdigest()[:12]
        for times in (6, 20)
    }
    assert found == {6: "adf2cf3fa671", 20: "cf17ef600bd7"}
