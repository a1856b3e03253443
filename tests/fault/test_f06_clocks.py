"""F6: the host's clock is wrong, or is set back while reminders ring."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.fault.floor import Floor, amount, report, wait_until
from tests.fault.ledger import DOUBLED, UNFINISHED

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
EARLY_AT_MOST_S = 1.0
LATE_AFTER_STEP_S = 5.0
SPREAD_S = 6
STEP_BACK_S = 12


def wrong_clock(folder: Path, offset: str) -> dict[str, str]:
    """The environment of a process whose wall clock is off; its monotonic clock is not."""
    file = folder / "offset"
    file.write_text(offset)
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


class Watcher:
    """When each line of a ledger was first seen, by the right clock of this process."""

    def __init__(self, ledger: Path) -> None:
        self.seen: dict[str, dt.datetime] = {}
        self.ledger = ledger
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.stopped.is_set():
            if self.ledger.exists():
                now = dt.datetime.now(dt.UTC)
                for line in self.ledger.read_text().splitlines():
                    self.seen.setdefault(line.split()[0], now)
            time.sleep(0.05)

    def stop(self) -> None:
        self.stopped.set()
        self.thread.join()


def wait_for_birth(keeper: subprocess.Popen[str]) -> None:
    assert keeper.stdout is not None
    assert keeper.stdout.readline().startswith("born")


def due_moments(floor: Floor) -> dict[str, dt.datetime]:
    found = {}
    for about, moment in floor.query("SELECT about_id, not_before FROM notices_reminder"):
        if isinstance(moment, str):
            moment = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
        found[about] = moment
    return found


pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(
        LIBRARY is None and os.environ.get("REQUIRE_ALL") != "1",
        reason="libfaketime is missing (apt-get install libfaketime)",
    ),
]


@pytest.mark.parametrize("offset", ["+180s", "-180s", "+1d"])
def test_a_host_with_a_wrong_clock_rings_nothing_early_or_twice(floor: Floor, offset: str) -> None:
    """Two hosts share PostgreSQL, one with a wrong clock; SQLite has one host and one clock."""
    ledger = floor.folder / "fired.txt"
    words = ["-m", "tests.fault.hands", "dispatchers", str(ledger), "--dawdle", "0"]
    keepers = [floor.start(*words, "--count", "1", **wrong_clock(floor.folder, offset))]
    if not floor.is_sqlite:
        keepers.append(floor.start(*words, "--count", "1"))
    for keeper in keepers:
        wait_for_birth(keeper)
    count = amount(200, 1000)
    floor.run("-m", "tests.fault.hands", "seed", str(count), str(SPREAD_S))
    watcher = Watcher(ledger)
    if floor.is_sqlite and offset.startswith("-"):
        time.sleep(2)
        (floor.folder / "offset").write_text("+0s")  # the clock is put right
    wait_until(lambda: not floor.number(UNFINISHED), within_s=60)
    time.sleep(0.5)
    watcher.stop()
    due = due_moments(floor)
    early = max((due[key] - at).total_seconds() for key, at in watcher.seen.items())
    report(f"F6 clock {offset}: {len(watcher.seen)} rang, at most {max(early, 0):.1f} s early")
    assert floor.number(DOUBLED) == 0
    assert len(watcher.seen) == count
    if not floor.is_sqlite:
        assert early <= EARLY_AT_MOST_S


def test_a_clock_set_back_delays_sqlite_by_no_more_than_the_step(floor: Floor) -> None:
    if not floor.is_sqlite:
        pytest.skip("PostgreSQL's own clock decides")
    ledger = floor.folder / "fired.txt"
    words = ["-m", "tests.fault.hands", "dispatchers", str(ledger), "--dawdle", "0"]
    wait_for_birth(floor.start(*words, "--count", "1", **wrong_clock(floor.folder, "+0s")))
    floor.run("-m", "tests.fault.hands", "seed", "200", str(SPREAD_S))
    watcher = Watcher(ledger)
    wait_until(lambda: len(watcher.seen) > 20, within_s=30)
    (floor.folder / "offset").write_text(f"-{STEP_BACK_S}s")
    wait_until(lambda: not floor.number(UNFINISHED), within_s=60)
    time.sleep(0.5)
    watcher.stop()
    due = due_moments(floor)
    late = max((at - due[key]).total_seconds() for key, at in watcher.seen.items())
    report(f"F6 clock set back by {STEP_BACK_S} s on SQLite: at most {late:.1f} s late")
    assert floor.number(DOUBLED) == 0
    assert late <= STEP_BACK_S + LATE_AFTER_STEP_S


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Europe/Berlin", "2026-03-29T01:00:00"),  # 02:00 becomes 03:00
        ("Europe/Berlin", "2026-10-25T01:00:00"),  # 03:00 becomes 02:00
        ("Asia/Shanghai", "2026-03-12T16:00:00"),  # midnight
    ],
)
def test_where_the_days_clock_changes_each_rings_once_and_none_early(
    floor: Floor, zone: str, moment: str
) -> None:
    """What is due moves over the change in the store's zone, with every process in that hour."""
    if not floor.is_sqlite:
        pytest.skip("PostgreSQL's own clock cannot be moved; tests/notices/test_due.py knows it")
    change = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    # Everybody has come to work when the hour strikes.
    offset = change - dt.timedelta(seconds=8) - dt.datetime.now(dt.UTC)
    there = wrong_clock(floor.folder, f"{offset.total_seconds():+.0f}s") | {"TIME_ZONE": zone}
    ledger = floor.folder / "fired.txt"
    words = ["-m", "tests.fault.hands", "dispatchers", str(ledger), "--dawdle", "0"]
    wait_for_birth(floor.start(*words, "--count", "2", **there))
    count, spread = amount(100, 400), 20
    floor.run("-m", "tests.fault.hands", "seed", str(count), str(spread), **there)
    watcher = Watcher(ledger)
    wait_until(lambda: not floor.number(UNFINISHED), within_s=120)
    time.sleep(0.5)
    watcher.stop()
    due = due_moments(floor)
    moved = dt.timedelta(seconds=round(offset.total_seconds()))
    early = max((due[key] - at - moved).total_seconds() for key, at in watcher.seen.items())
    report(f"F6 {zone} {moment}: {len(watcher.seen)} rang, at most {max(early, 0):.1f} s early")
    assert floor.number(DOUBLED) == 0
    assert len(watcher.seen) == count
    assert early <= EARLY_AT_MOST_S
