"""F2: each process of the worker is killed in turn; reminders go on within half a minute."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass

import pytest

from tests.fault.floor import Floor, amount, report, wait_until

pytestmark = pytest.mark.fault

RESUMES_WITHIN_S = 30.0
STARTS_WITHIN_S = 60.0
UNFINISHED = "SELECT count(*) FROM notices_reminder WHERE state IN ('pending', 'claimed')"
TICKER = "SELECT pid, beat_at FROM notices_heartbeat WHERE name = 'ticker'"
CANARY = "SELECT beat_at FROM notices_heartbeat WHERE name = 'canary:showfloor'"
DOUBLED = """SELECT count(*) FROM (
    SELECT about_id FROM notices_notice WHERE about_id <> '' GROUP BY about_id
    HAVING count(*) > 1) AS twice"""


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    group: int


def processes() -> list[Process]:
    """Every process of the machine that is not a zombie, in the order they were born."""
    said = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in said.splitlines()]
    alive = [Process(int(p), int(pp), int(g)) for p, pp, g, stat in rows if "Z" not in stat]
    return sorted(alive, key=lambda process: process.pid)


def children(pid: int) -> list[int]:
    return [process.pid for process in processes() if process.parent == pid]


def alive_in(groups: set[int]) -> list[int]:
    return [process.pid for process in processes() if process.group in groups]


class Worker:
    """The worker's processes by the parts they play in the main cluster."""

    def __init__(self, floor: Floor, **env: str) -> None:
        self.floor = floor
        self.watchdog = floor.start("manage.py", "runworker", **env)
        wait_until(self.runs, within_s=STARTS_WITHIN_S)

    def runs(self) -> bool:
        """Whether the canary has sung and the ticker ticks."""
        return bool(self.floor.query(CANARY)) and self.ticker in self.tasks()

    @property
    def ticker(self) -> int:
        rows = self.floor.query(TICKER)
        return int(rows[0][0]) if rows else 0

    @property
    def main(self) -> int:
        """The first process of the main cluster."""
        found = [pid for pid in children(self.watchdog.pid) if self.names(pid, "showfloor")]
        return found[0] if found else 0

    def names(self, pid: int, cluster: str) -> bool:
        ask = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
        said = subprocess.run(ask, capture_output=True, text=True)
        return said.stdout.strip().endswith(f"--cluster {cluster}")

    @property
    def sentinel(self) -> int:
        return next(iter(children(self.main)), 0)

    def tasks(self) -> list[int]:
        """The sentinel's children: three workers, the monitor and the pusher."""
        return children(self.sentinel) if self.sentinel else []

    def victim(self, part: str) -> list[int]:
        tasks = self.tasks()
        assert len(tasks) == 5, tasks
        return {
            "idle worker": [next(pid for pid in tasks[:3] if pid != self.ticker)],
            "busy worker": [self.ticker],
            "monitor": [tasks[3]],
            "pusher": [tasks[4]],
            "sentinel": [self.sentinel],
            "main": [self.main],
            "all": [self.main, self.sentinel, *tasks],
        }[part]

    def stop(self) -> int:
        self.watchdog.terminate()
        return self.watchdog.wait(timeout=10)


PARTS = ("idle worker", "busy worker", "monitor", "pusher", "sentinel", "main", "all")


def test_reminders_go_on_after_the_death_of_any_process(floor: Floor) -> None:
    """One worker, all seven deaths one after the other, five times in the long form."""
    worker = Worker(floor)
    took: dict[str, float] = {}
    for part in PARTS * amount(1, 5):
        wait_until(worker.runs, within_s=STARTS_WITHIN_S)
        group = worker.main
        for pid in worker.victim(part):
            os.kill(pid, signal.SIGKILL)
        took[part] = max(took.get(part, 0.0), resumed_after(floor, worker))
        limit = RESUMES_WITHIN_S
        wait_until(lambda group=group: main_is(worker, group), within_s=limit)
        if worker.main != group:
            assert not alive_in({group}), "orphans of the old group are still at work"
    report("F2 " + ", ".join(f"{part} {seconds:.1f} s" for part, seconds in took.items()))
    assert floor.number(DOUBLED) == 0
    assert floor.number("SELECT count(*) FROM notices_reminder WHERE state = 'dead'") == 0
    groups = set(children(worker.watchdog.pid))
    assert worker.stop() == 0
    assert not alive_in(groups), "SIGTERM left processes behind"


def main_is(worker: Worker, group: int) -> bool:
    """Whether the cluster of `group` still runs whole, or a new one has taken its place."""
    return worker.main not in (0, group) or worker.runs()


def resumed_after(floor: Floor, worker: Worker) -> float:
    """Seconds after a kill until all work goes on.

    That is: reminders that fell due after it have been fired, a live ticker beats, and two
    tasks written after it have run and left the queue.
    """
    before = floor.query(TICKER)[0][1]
    songs = {floor.query(CANARY)[0][0]}
    newest = floor.number("SELECT max(id) FROM django_q_ormq")
    queued: set[int] = set()
    began = time.monotonic()
    floor.run("-m", "tests.fault.hands", "seed", "20", "0.5")

    def all_goes_on() -> bool:
        songs.add(floor.query(CANARY)[0][0])
        waiting = {int(row[0]) for row in floor.query("SELECT id FROM django_q_ormq")}
        queued.update(row for row in waiting if row > newest)
        ticks = floor.query(TICKER)[0][1] != before and worker.ticker in worker.tasks()
        runs = len(songs) > 2 and len(queued - waiting) >= 2
        return ticks and runs and floor.number(UNFINISHED) == 0

    wait_until(all_goes_on, within_s=RESUMES_WITHIN_S)
    return time.monotonic() - began


def test_the_clusters_end_with_their_watchdog(floor: Floor) -> None:
    """Killed itself, the watchdog leaves no cluster behind for a second one to fight with."""
    worker = Worker(floor)
    groups = set(children(worker.watchdog.pid))
    assert len(groups) == 2
    worker.watchdog.kill()
    worker.watchdog.wait()
    wait_until(lambda: not alive_in(groups), within_s=5)


def test_sigterm_in_the_middle_of_a_flood_leaves_nothing_claimed(floor: Floor) -> None:
    """F13 in short: a deploy while thousands of reminders are being fired."""
    flood = amount(10000, 40000)
    worker = Worker(floor)
    floor.run("-m", "tests.fault.hands", "seed", str(flood), "0")
    wait_until(lambda: floor.number(UNFINISHED) < flood, within_s=20, every_s=0.02)
    began = time.monotonic()
    assert worker.stop() == 0
    took, left = time.monotonic() - began, floor.number(UNFINISHED)
    assert 0 < left < flood, "the worker was not stopped in the middle"
    report(f"F13 {left} of {flood} left for the next worker, stopped in {took:.1f} s")
    assert floor.number("SELECT count(*) FROM notices_reminder WHERE state = 'claimed'") == 0
    assert floor.number(DOUBLED) == 0
