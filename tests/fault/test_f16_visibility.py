"""F16: the worker is dead for good; every page says so, and the day's list misses nothing."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from tests.fault.floor import LONG, Floor, report, wait_until
from tests.fault.test_f02_each_process import TICKER, Worker, alive_in, children

pytestmark = pytest.mark.fault

# Beside every page whose address needs nothing: of each of these, one.
OF_ROWS = {
    *("home:card", "followups:plan", "followups:log_contact", "visits:visit"),
    *("complaints:ticket", "reports:period_report", "reports:report_rows", "reports:rows?"),
}


def look(floor: Floor) -> tuple[dict[str, str], bool]:
    """The banner of every page, and whether the day's list holds the contact that is due."""
    found = json.loads(floor.run("-m", "tests.fault.pages", "look"))
    listed = found.pop("listed") == "True"
    return found, listed


def age_the_beat(floor: Floor, seconds: int) -> None:
    """Inject the time: the last beat was `seconds` ago."""
    if floor.is_sqlite:
        moment = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-{seconds} seconds')"
    else:
        moment = f"clock_timestamp() - interval '{seconds} seconds'"
    floor.query(f"UPDATE notices_heartbeat SET beat_at = {moment} WHERE name = 'ticker'")


def test_every_page_says_that_the_worker_is_dead_and_the_list_is_complete(floor: Floor) -> None:
    worker = Worker(floor)
    groups = {worker.watchdog.pid, *children(worker.watchdog.pid)}
    for group in groups:
        os.killpg(group, signal.SIGKILL)
    wait_until(lambda: not alive_in(groups), within_s=5)
    last = floor.query(TICKER)
    floor.run("-m", "tests.fault.pages", "floor")
    assert floor.query(TICKER) == last, "somebody still beats"

    age_the_beat(floor, 10)
    pages, _listed = look(floor)
    assert len(pages) >= 100
    assert {page.split()[1] for page in pages} >= OF_ROWS
    assert {page for page, level in pages.items() if level != "ok"} == set()
    for seconds, level in ((62, "amber"), (122, "red")):
        age_the_beat(floor, seconds)
        pages, listed = look(floor)
        assert {page for page, shown in pages.items() if shown != level} == set()
        assert listed, "a dead worker must not hide a contact that is due"
    assert floor.number("SELECT count(*) FROM notices_reminder WHERE state = 'pending'") == 1
    report(f"F16 amber 62 s and red 122 s after the last beat, on all of {len(pages)} pages")


@pytest.mark.skipif(not LONG, reason="waits two minutes; the long form does")
def test_the_banner_turns_by_the_clock_alone(floor: Floor) -> None:
    worker = Worker(floor)
    os.killpg(worker.watchdog.pid, signal.SIGKILL)
    died = time.monotonic()
    floor.run("-m", "tests.fault.pages", "floor")
    took = {}
    for level, within_s in (("amber", 65), ("red", 125)):
        wait_until(
            lambda level=level: set(look(floor)[0].values()) == {level},
            within_s=within_s - (time.monotonic() - died) + 5,
            every_s=1,
        )
        took[level] = time.monotonic() - died
        assert took[level] <= within_s
    report(f"F16 by the clock: amber after {took['amber']:.0f} s, red after {took['red']:.0f} s")
