"""F3: the database crashes, or is locked, in the middle of firing."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fault.floor import Floor, report, wait_until
from tests.fault.ledger import DOUBLED, LOST, UNFINISHED
from tests.fault.server import Server
from tests.fault.test_f02_each_process import Worker

pytestmark = pytest.mark.fault

CRASHES = 3
LOCKED_S = 20
# How long a save waits for its turn in this test; an installation's 20 s outlast the lock.
PATIENCE_S = 2
FIRED_WITHIN_S = 15.0
REMINDERS = 600


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    server = Server(Path(os.environ["PG_BIN"]))
    yield server
    server.remove()


def answered(floor: Floor, path: str) -> int:
    """What a page answers now; never with a stack trace."""
    answer = json.loads(floor.run("-m", "tests.fault.deeds", "knock", path, "GET"))
    assert not answer["trace"]
    return int(answer["status"])


@pytest.mark.skipif("PG_BIN" not in os.environ, reason="PostgreSQL's programs restart the server")
def test_three_crashes_of_the_server_lose_and_double_nothing(
    own_server: Server, tmp_path: Path
) -> None:
    floor = Floor(own_server.url, tmp_path)
    try:
        floor.run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        # What was being claimed as the server died waits for its lease: it must be short here.
        Worker(floor, REMINDER_LEASE_S="10")
        floor.run("-m", "tests.fault.hands", "seed", str(REMINDERS), "24")
        for crash in range(CRASHES):
            time.sleep(5)
            own_server.crash()
            if crash == 1:
                assert answered(floor, "/") == 503
                assert answered(floor, "/healthz") == 503
            time.sleep(1)
            own_server.start()
        up = time.monotonic()
        floor.run("-m", "tests.fault.hands", "seed", "50", "1")
        wait_until(lambda: not floor.number(UNFINISHED), within_s=4 * FIRED_WITHIN_S)
        took = time.monotonic() - up
        report(f"F3 {CRASHES} crashes of PostgreSQL: all fired {took:.1f} s after the last start")
        assert floor.number(LOST) == 0
        assert floor.number(DOUBLED) == 0
        assert took <= FIRED_WITHIN_S
    finally:
        floor.close()


def check_said(said: list[tuple[str, int, bool, bool]]) -> None:
    """Reading goes on or is put off, saving is put off; a sentence says so, never a stack trace."""
    for method, status, is_told, trace in said:
        assert status == 503 or (method, status) == ("GET", 200)
        assert is_told == (status == 503)
        assert not trace
    put_off = [method for method, status, _told, _trace in said if status == 503]
    assert put_off.count("POST") == 2
    report(f"F3 locked: {len(put_off)} of {len(said)} requests answered 503 with a sentence")


def test_a_locked_sqlite_file_delays_and_loses_nothing(floor: Floor) -> None:
    if not floor.is_sqlite:
        pytest.skip("PostgreSQL has no lock on the whole database")
    Worker(floor)
    floor.run("-m", "tests.fault.pages", "floor")
    floor.run("-m", "tests.fault.hands", "seed", str(REMINDERS), "20")
    visitor = floor.start("-m", "tests.fault.deeds", "visit", str(PATIENCE_S))
    assert visitor.stdin is not None
    assert visitor.stdout is not None
    assert visitor.stdout.readline() == "ready\n"
    with closing(sqlite3.connect(floor.path, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = time.monotonic()
        visitor.stdin.write("now\n")
        visitor.stdin.flush()
        said = json.loads(visitor.stdout.readline())
        assert answered(floor, "/healthz") in (200, 503)
        time.sleep(max(0.0, LOCKED_S - (time.monotonic() - locked)))
        other.execute("ROLLBACK")
    free = time.monotonic()
    check_said(said)
    wait_until(lambda: not floor.number(UNFINISHED), within_s=4 * FIRED_WITHIN_S)
    took = time.monotonic() - free
    report(f"F3 locked for {LOCKED_S} s: all fired {took:.1f} s after")
    assert floor.number(LOST) == 0
    assert floor.number(DOUBLED) == 0
    assert took <= FIRED_WITHIN_S
