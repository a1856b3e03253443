"""The bytes of a hash are a contract: `docs/audit.md` shows them to whoever checks alone."""

import datetime as dt
import hashlib
import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.records.audit.hashing import GENESIS, Facts, canonical, hash_of, read, written

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "audit.md"
FACTS = Facts(
    id=1,
    at=dt.datetime(2026, 3, 12, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai")),
    actor=7,
    on_behalf_of=None,
    address="10.0.0.1",
    request="00112233aabbccdd",
    action="customers.change_level",
    subject="customers.Card",
    subject_id="k7m2x9p4q8r3t6",
    store=1,
    before={"level": "A"},
    after={"reason": "周六到店", "level": "H"},
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def test_the_example_in_the_documentation_is_true() -> None:
    text = DOCS.read_text()
    assert canonical(GENESIS, 1, FACTS).decode() in text.splitlines()
    assert f"`{hash_of(GENESIS, 1, FACTS)}`" in text
    assert hashlib.sha256(canonical(GENESIS, 1, FACTS)).hexdigest() == hash_of(GENESIS, 1, FACTS)


@pytest.mark.parametrize("field", Facts._fields)
def test_every_field_counts(field: str) -> None:
    other: Any = {"at": FACTS.at + dt.timedelta(microseconds=1)}.get(field, "something else")
    assert hash_of(GENESIS, 1, FACTS._replace(**{field: other})) != hash_of(GENESIS, 1, FACTS)


def test_number_and_previous_hash_count() -> None:
    assert hash_of(GENESIS, 2, FACTS) != hash_of(GENESIS, 1, FACTS) != hash_of("1" * 64, 1, FACTS)


@given(VALUES)
def test_a_value_hashes_the_same_after_a_trip_through_json(value: object) -> None:
    stored = json.loads(json.dumps({"v": value}))
    one = hash_of(GENESIS, 1, FACTS._replace(after={"v": value}))
    assert one == hash_of(GENESIS, 1, FACTS._replace(after=stored))
    assert re.fullmatch("[0-9a-f]{64}", one)


def test_a_number_hashes_the_same_however_a_database_writes_it() -> None:
    one, other = FACTS._replace(after={"n": 1000.0}), FACTS._replace(after={"n": 1000})
    assert hash_of(GENESIS, 1, one) == hash_of(GENESIS, 1, other)


@given(st.integers(1, 10**17), st.binary(min_size=32, max_size=32))
def test_a_head_written_down_reads_back(number: int, digest: bytes) -> None:
    assert read(written(number, digest.hex())) == (number, digest.hex())
