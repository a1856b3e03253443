"""Keeps the worker alive: starts its clusters, listens for their canaries, restarts what froze.

A cluster can freeze for ever with every process looking healthy, so only work done counts as
life: each cluster runs a small task every few seconds, and when none comes back the whole
process group is killed and started anew. Anything it was doing is safe to do again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django_q.models import Schedule
from django_q.tasks import async_task

from crm import worker
from crm.notices.dispatch import pulse
from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER

log = logging.getLogger("showfloor.worker")

MANAGE = str(settings.BASE_DIR / "manage.py")
LOOP_S = 0.5
STOP_WITHIN_S = 8.0
TICKER_STALE_S = 5.0
SLOW_ENQUEUE_S = 2.0
RING_BELLS = "crm.notices.tasks.ring_bells"
SING = "crm.notices.tasks.sing"


def watch_lifeline(ended: Callable[[], None]) -> None:
    """Call `ended` once the process that holds the other end of our input is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        ended()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def end_group() -> None:
    """End this process and every other of its group at once."""
    os.killpg(0, signal.SIGKILL)


@dataclass
class Cluster:
    """One django-q cluster in a process group of its own, and what its canary last said.

    `silence_s` is how long the canary may be silent: a dozen seconds for short tasks, longer
    than the longest task where one may keep the only worker busy.
    """

    name: str
    silence_s: float
    every_s: float
    process: subprocess.Popen[bytes] | None = None
    heard: object = None
    asked_at: float = 0.0
    unanswered_since: float | None = None
    starts: list[float] = field(default_factory=list)

    @property
    def canary(self) -> str:
        return f"canary:{self.name}"

    def start(self) -> None:
        """Start the cluster; one that keeps dying at once is given time between starts."""
        self.starts = [*self.starts[-4:], time.monotonic()]
        self.process = subprocess.Popen(  # noqa: S603  # nosec B603: our own command
            [sys.executable, MANAGE, "runworker", "--cluster", self.name],
            stdin=subprocess.PIPE,
            process_group=0,
            env={**os.environ, "Q_CLUSTER_NAME": self.name},
        )
        self.unanswered_since = None
        log.info("cluster %s started as group %s", self.name, self.process.pid)

    def has_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def is_frozen(self) -> bool:
        """Whether a canary has been unanswered for too long."""
        since = self.unanswered_since
        return since is not None and time.monotonic() - since > self.silence_s

    def may_start(self) -> bool:
        """Five starts within a minute are enough; then once every ten seconds."""
        recent = [at for at in self.starts if time.monotonic() - at < 60]
        return len(recent) < 5 or time.monotonic() - recent[-1] > 10

    def kill(self) -> None:
        """Kill the whole group: orphans of a dead main would work on unwatched."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self.process = None

    def ask(self) -> None:
        """Send the canary's task; a database that is busy or away is no sign of death."""
        now = time.monotonic()
        if now - self.asked_at < self.every_s:
            return
        self.asked_at = now
        async_task(SING, self.name, cluster=self.name, save=False)
        slow = time.monotonic() - now > SLOW_ENQUEUE_S
        if self.unanswered_since is None or slow:
            self.unanswered_since = time.monotonic()

    def listen(self, beat: object) -> None:
        """Take note of the canary's last beat on this host."""
        if beat is not None and beat != self.heard:
            self.heard = beat
            self.unanswered_since = None


class Watchdog:
    """Runs until told to stop; `run` returns the exit status."""

    def __init__(self) -> None:
        self.clusters = [
            Cluster(worker.MAIN, silence_s=12, every_s=2),
            Cluster(worker.SLOW, silence_s=960, every_s=20),
        ]
        self.stopping = threading.Event()
        self.ticker_asked_at = float("-inf")

    def stop(self, *_signal: object) -> None:
        self.stopping.set()

    def run(self) -> int:
        """Watch until SIGTERM, then stop everything within ten seconds."""
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, self.stop)
        scheduled = False
        while not self.stopping.is_set():
            self.restart_what_died()
            try:
                if not scheduled:
                    write_schedule()
                    scheduled = True
                self.look()
            except DatabaseError as error:
                self.forgive(error)
            self.stopping.wait(LOOP_S)
        self.shut_down()
        return 0

    def restart_what_died(self) -> None:
        for cluster in self.clusters:
            if cluster.has_gone() or cluster.is_frozen():
                if cluster.process is not None:
                    what = "has gone" if cluster.has_gone() else "is frozen"
                    log.error("cluster %s %s: starting it anew", cluster.name, what)
                cluster.kill()
                if cluster.may_start():
                    cluster.start()

    def look(self) -> None:
        """Read the heartbeats, ask the canaries, and ask for a ticker where none beats."""
        rows = Heartbeat.objects.annotate(clock=Now()).values_list(
            "name", "host", "beat_at", "clock"
        )
        beats = list(rows)
        mine = {name: beat for name, host, beat, _clock in beats if host == pulse.this_host()}
        for cluster in self.clusters:
            cluster.listen(mine.get(cluster.canary))
            cluster.ask()
        ages = [(clock - beat).total_seconds() for name, _h, beat, clock in beats if name == TICKER]
        if min(ages, default=TICKER_STALE_S + 1) > TICKER_STALE_S:
            self.ask_for_ticker()

    def ask_for_ticker(self) -> None:
        """A broken schedule must not stop reminders, and its first pass comes after 30 s."""
        now = time.monotonic()
        if now - self.ticker_asked_at > TICKER_STALE_S:
            self.ticker_asked_at = now
            async_task(RING_BELLS, cluster=worker.MAIN, save=False)

    def forgive(self, error: DatabaseError) -> None:
        """The database is busy or away: nobody could have answered."""
        log.warning("the database is busy or away: %s", error)
        connection.close()
        for cluster in self.clusters:
            cluster.unanswered_since = None

    def shut_down(self) -> None:
        """Let running work end, then kill what is left; the ticker is asked to leave."""
        ends = time.monotonic() + STOP_WITHIN_S
        threading.Thread(target=keep_asking_ticker_to_leave, daemon=True).start()
        for cluster in self.clusters:
            if cluster.process is not None:
                cluster.process.terminate()
        while time.monotonic() < ends and not all(c.has_gone() for c in self.clusters):
            time.sleep(0.1)
        for cluster in self.clusters:
            cluster.kill()


def keep_asking_ticker_to_leave() -> None:
    """In a thread of its own: a locked database must not hold up the stop."""
    while True:
        with contextlib.suppress(DatabaseError):
            pulse.stop_ticker()
        time.sleep(0.3)


def write_schedule() -> None:
    """Make the schedule say what the table of recurring work says, and nothing else."""
    Schedule.objects.exclude(name__in=[work.name for work in worker.RECURRING]).delete()
    for work in worker.RECURRING:
        Schedule.objects.update_or_create(
            name=work.name,
            defaults={
                "func": work.path,
                "schedule_type": Schedule.MINUTES,
                "minutes": work.minutes,
                "repeats": -1,
                "cluster": work.cluster,
                "hook": None,
                "args": None,
                "kwargs": None,
            },
        )
