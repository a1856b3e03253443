"""F9: the worker was off over the weekend; Monday begins with one digest a person."""

from __future__ import annotations

import json
import time

import pytest

from tests.fault.floor import PEOPLE, Floor, amount, report, wait_until
from tests.fault.ledger import DOUBLED, LOST_SEEDED, UNFINISHED_SEEDED

pytestmark = pytest.mark.fault

FIRST_WITHIN_S = 35.0
ALL_WITHIN_S = 90.0
WRITE_P99_MS = 100.0
WEEKEND_S = 60 * 3600
FIRED = "SELECT count(*) FROM notices_reminder WHERE state = 'fired'"


def test_a_weekend_of_reminders_comes_as_one_digest_a_person(floor: Floor) -> None:
    count = amount(10_000, 100_000)
    words = [str(count), str(WEEKEND_S - 5 * 3600), "--ago", str(WEEKEND_S)]
    floor.run("-m", "tests.fault.hands", "seed", *words)
    real = {"DJANGO_SETTINGS_MODULE": "crm.settings"}  # commits that survive a power cut
    pages = floor.start("-m", "tests.fault.deeds", "press", "10", "30", "waits", **real)
    assert pages.stdin is not None
    assert pages.stdout is not None
    assert pages.stdout.readline() == "ready\n"
    began, hour = time.monotonic(), this_hour()
    floor.start("manage.py", "runworker", **real)
    writer = floor.start("-m", "tests.fault.deeds", "write", "20", "30", **real)
    pages.stdin.write("now\n")
    pages.stdin.flush()
    first = wait_until(lambda: floor.number(FIRED), within_s=3 * FIRST_WITHIN_S)
    wait_until(lambda: not floor.number(UNFINISHED_SEEDED), within_s=3 * ALL_WITHIN_S, every_s=0.5)
    took = time.monotonic() - began
    assert writer.stdout is not None
    saves, pressed = json.loads(writer.stdout.readline()), json.loads(pages.stdout.readline())
    alone = floor.number(
        "SELECT count(*) FROM notices_notice WHERE folded_into_id IS NULL AND kind <> 'digest'"
    )
    digests = floor.number("SELECT count(*) FROM notices_notice WHERE kind = 'digest'")
    report(
        f"F9 {count} rows: first after {first:.1f} s, all after {took:.1f} s, {digests} digests; "
        f"saves p99 {saves['p99_ms']:.0f} ms of {saves['writes']}, "
        f"contacts by their page p99 {pressed['p99_ms']:.0f} ms of {pressed['saved']}"
    )
    assert first <= FIRST_WITHIN_S
    assert took <= ALL_WITHIN_S
    assert alone == 0
    assert digests <= PEOPLE * (1 + this_hour() - hour), "one a person and hour of the clock"
    assert floor.number(DOUBLED) == 0
    assert floor.number(LOST_SEEDED) == 0
    assert saves["failed"] == 0
    assert pressed["failed"] == 0
    assert pressed["saved"] == pressed["pressed"] > 0
    assert saves["p99_ms"] <= WRITE_P99_MS


def this_hour() -> int:
    """The hour of the clock, counted through."""
    return int(time.time() // 3600)
