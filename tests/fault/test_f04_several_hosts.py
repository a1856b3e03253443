"""F4: several dispatchers share one table; every row is delivered exactly once."""

from __future__ import annotations

import time

import pytest

from tests.fault.floor import LONG, Floor, amount, report, wait_until
from tests.fault.ledger import DOUBLED, LOST, UNFINISHED

pytestmark = pytest.mark.fault

GAIN = 1.5


def fired_in(floor: Floor, hosts: int, count: int) -> float:
    """Seconds in which so many dispatchers fire so many rows that are due at once."""
    floor.run("-m", "tests.fault.hands", "seed", str(count), "0")
    words = ["--count", str(hosts), "--batch", "200", "--dawdle", "0", "--nap", "0"]
    ledger = floor.folder / f"{hosts}.txt"
    keeper = floor.start(
        "-m", "tests.fault.hands", "dispatchers", str(ledger), *words, "--lease", "60"
    )
    assert keeper.stdout is not None
    assert keeper.stdout.readline().startswith("born")
    began = time.monotonic()
    wait_until(lambda: not floor.number(UNFINISHED), within_s=240, every_s=0.1)
    took = time.monotonic() - began
    assert keeper.stdin is not None
    keeper.stdin.close()
    keeper.wait(timeout=10)
    return took


def test_rows_are_shared_and_none_is_delivered_twice(floor: Floor) -> None:
    count = amount(10_000, 100_000)
    took = {hosts: fired_in(floor, hosts, count) for hosts in (1, 2, 4)}
    rates = ", ".join(f"{hosts}: {count / seconds:.0f}/s" for hosts, seconds in took.items())
    report(f"F4 {count} rows by so many dispatchers: {rates}")
    assert floor.number("SELECT count(*) FROM notices_delivery") == 3 * count
    assert floor.number(DOUBLED) == 0
    assert floor.number(LOST) == 0
    if LONG and not floor.is_sqlite:
        assert took[1] / took[4] >= GAIN
