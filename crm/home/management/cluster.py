"""One django-q cluster as its watchdog sees it: its process group, its canary, its lifeline."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess  # nosec B404: starts our own commands only
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage

log = logging.getLogger("showfloor.worker")

MANAGE = str(settings.BASE_DIR / "manage.py")
SING = "crm.notices.tasks.sing"
SLOW_ENQUEUE_S = 2.0
CANARIES_AT_MOST = 8
START_WITHIN_S = 60.0


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
    """One django-q cluster in a process group of its own, and how its canary does.

    A canary's task is written every `every_s` seconds. It must run on this host, which the
    heartbeat shows, and its row must leave the queue, which shows that results are taken in.
    `silence_s` is how long either may take: a dozen seconds for short tasks, longer than the
    longest task where one may keep the only worker busy.
    """

    name: str
    silence_s: float
    every_s: float
    process: subprocess.Popen[bytes] | None = None
    heard: object = None
    asked_at: float = 0.0
    has_sung: bool = False
    waiting_since: float | None = None
    unanswered: dict[int, float] = field(default_factory=dict)
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
        self.waiting_since = None
        self.has_sung = False
        log.info("cluster %s started as group %s", self.name, self.process.pid)

    def has_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def is_frozen(self, hosts: int) -> bool:
        """Whether a canary is silent for too long; several hosts share the queue's canaries.

        Until it has sung for the first time it has a minute: a busy machine starts slowly.
        """
        moments = [*self.unanswered.values()]
        if self.waiting_since is not None:
            moments.append(self.waiting_since)
        oldest = min(moments, default=time.monotonic())
        patience_s = self.silence_s if self.has_sung else max(self.silence_s, START_WITHIN_S)
        return time.monotonic() - oldest > patience_s * hosts

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
        """Write the canary's task; a database that is busy or away is no sign of death."""
        now = time.monotonic()
        if now - self.asked_at < self.every_s or len(self.unanswered) >= CANARIES_AT_MOST:
            return
        self.asked_at = now
        task: dict[str, Any] = {
            "id": uuid.uuid4().hex,
            "name": self.canary,
            "func": SING,
            "args": (self.name,),
            "kwargs": {},
            "started": timezone.now(),
            "cached": 1,
            "ack_failure": True,
        }
        row = get_broker(self.name).enqueue(SignedPackage.dumps(task))
        if time.monotonic() - now > SLOW_ENQUEUE_S:
            self.forgive()
        self.unanswered[row] = time.monotonic()
        if self.waiting_since is None:
            self.waiting_since = time.monotonic()

    def listen(self, beat: object) -> None:
        """Take note of the canary's last beat on this host, and of the tasks that are done."""
        if beat is not None and beat != self.heard:
            self.heard = beat
            self.has_sung = True
            self.waiting_since = None
        left = set(OrmQ.objects.filter(pk__in=self.unanswered).values_list("pk", flat=True))
        self.unanswered = {row: at for row, at in self.unanswered.items() if row in left}

    def forgive(self) -> None:
        """Count from now: nobody could have answered."""
        self.waiting_since = None
        self.unanswered = dict.fromkeys(self.unanswered, time.monotonic())

    def forget(self) -> None:
        """Take back what a killed cluster held in memory; it would come again much later."""
        rows, self.unanswered, self.waiting_since = list(self.unanswered), {}, None
        OrmQ.objects.filter(pk__in=rows).delete()
