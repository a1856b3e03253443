"""Everybody of the two sales floors, for each test."""

import pytest

from tests.people import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()
