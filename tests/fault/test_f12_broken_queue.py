"""F12: a schedule nobody can read and a task nobody can unpickle; reminders ring all the same."""

from __future__ import annotations

import json
import os
import signal

import pytest

from tests.fault.floor import Floor, report, wait_until
from tests.fault.ledger import DOUBLED, UNFINISHED
from tests.fault.test_f02_each_process import Worker

pytestmark = pytest.mark.fault

FIRED_WITHIN_S = 60.0


def test_a_broken_schedule_and_a_broken_task_stop_no_reminder(floor: Floor) -> None:
    worker = Worker(floor)
    traps = floor.folder / "trap"
    floor.run("-m", "tests.fault.deeds", "breakage", FAULT_MARKS=str(traps))
    os.kill(worker.ticker, signal.SIGKILL)  # the one started before the breakage
    floor.run("-m", "tests.fault.hands", "seed", "40", "2")
    took = wait_until(lambda: not floor.number(UNFINISHED), within_s=FIRED_WITHIN_S)
    report(f"F12 fired {took:.1f} s after the schedule and the queue were broken")
    assert floor.number(DOUBLED) == 0
    wait_until(lambda: floor.said().count("'os.mkdir' is not named") == 2, within_s=30)
    assert not list(floor.folder.glob("trap*")), "the worker ran what no code names"
    shown = json.loads(floor.run("-m", "tests.fault.deeds", "troubles"))
    assert shown["status"] == 200
    assert "broken" in shown["named"], "the page must name the schedule that stands still"
