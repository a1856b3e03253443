"""Keeps the worker alive: starts its clusters, listens for their canaries, restarts what froze.

A cluster can freeze for ever with every process looking healthy, so only work done counts as
life: each cluster runs a small task every few seconds, and when none comes back the whole
process group is killed and started anew. Anything it was doing is safe to do again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Iterable

from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django_q.models import Schedule
from django_q.tasks import async_task

from crm import worker
from crm.home.management.cluster import Cluster
from crm.notices.dispatch import pulse
from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER

log = logging.getLogger("showfloor.worker")

LOOP_S = 0.5
STOP_WITHIN_S = 8.0
TICKER_STALE_S = 5.0
RING_BELLS = "crm.notices.tasks.ring_bells"


class Watchdog:
    """Runs until told to stop; `run` returns the exit status."""

    def __init__(self) -> None:
        self.clusters = [
            Cluster(worker.MAIN, silence_s=12, every_s=2),
            Cluster(worker.SLOW, silence_s=960, every_s=20),
        ]
        self.stopping = threading.Event()
        self.ticker_asked_at = float("-inf")
        self.hosts = 1

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
            if not (cluster.has_gone() or cluster.is_frozen(self.hosts)):
                continue
            if cluster.process is not None:
                what = "has gone" if cluster.has_gone() else "is frozen"
                log.error("cluster %s %s: starting it anew", cluster.name, what)
            cluster.kill()
            if cluster.may_start():
                cluster.start()
                with contextlib.suppress(DatabaseError):
                    cluster.forget()

    def look(self) -> None:
        """Read the heartbeats, ask the canaries, and ask for a ticker where none beats."""
        rows = Heartbeat.objects.annotate(clock=Now()).values_list(
            "name", "host", "beat_at", "clock"
        )
        beats = list(rows)
        mine = {name: beat for name, host, beat, _clock in beats if host == pulse.this_host()}
        self.hosts = hosts_alive(beats)
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
            cluster.forgive()

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


def hosts_alive(beats: Iterable[tuple[str, str, dt.datetime, dt.datetime]]) -> int:
    """How many hosts showed a sign of life within the last minute."""
    minute = dt.timedelta(minutes=1)
    return max(len({host for _name, host, beat, clock in beats if clock - beat < minute}), 1)


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
