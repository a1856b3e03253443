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


# The latest a page may still be calm, and amber, after the last beat.
AMBER_S, RED_S = 65, 125


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
    groups = {worker.watchdog.pid, *children(worker.watchdog.pid)}
    for group in groups:
        os.killpg(group, signal.SIGKILL)
    # The last beat is a second old or two, and not younger than this.
    died = time.time()
    floor.run("-m", "tests.fault.pages", "floor")
    found = json.loads(floor.run("-m", "tests.fault.pages", "watch", str(died + AMBER_S + RED_S)))
    seen = [(page, level, began - died, ended - died) for page, level, began, ended in found]
    early = {page for page, level, _began, ended in seen if ended < 50 and level != "ok"}
    calm = {page for page, level, began, _ended in seen if began > AMBER_S and level == "ok"}
    not_red = {page for page, level, began, _ended in seen if began > RED_S and level != "red"}
    assert (early, calm, not_red) == (set(), set(), set())
    after = {page for page, _level, began, _ended in seen if began > RED_S}
    assert len(after) >= 100, "not every page was asked late enough: the test proves nothing"
    first = {
        level: min(began for _page, shown, began, _ended in seen if shown == level)
        for level in ("amber", "red")
    }
    last_ok = max(began for _page, level, began, _ended in seen if level == "ok")
    report(
        f"F16 by the clock, {len(seen)} answers of {len(after)} pages: none calm after"
        f" {last_ok:.0f} s, amber from {first['amber']:.0f} s, red from {first['red']:.0f} s"
    )
