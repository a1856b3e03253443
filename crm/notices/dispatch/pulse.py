"""The ticker that sweeps each second, and the sign of life it leaves."""

from __future__ import annotations

import logging
import socket
import time
import uuid

from django.db import OperationalError, connection
from django.db.models.functions import Now

from crm.notices.dispatch.claims import Claim
from crm.notices.dispatch.sweep import drain
from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER

log = logging.getLogger("showfloor.reminders")

STOP = "stop"


def this_host() -> str:
    return socket.gethostname()[:80]


def take_over(name: str, *, token: str = "", pid: int = 0) -> None:
    """Write a heartbeat that carries `token`: an older holder of the name leaves at its next."""
    Heartbeat.objects.update_or_create(
        name=name, host=this_host(), defaults={"token": token, "pid": pid, "beat_at": Now()}
    )


def beat(name: str, token: str) -> bool:
    """One heartbeat; False once another holder or a stop has taken the name."""
    mine = Heartbeat.objects.filter(name=name, host=this_host(), token=token)
    return mine.update(beat_at=Now()) > 0


def stop_ticker() -> None:
    """Ask the ticker of this host to leave; its last beat stays what it was."""
    Heartbeat.objects.filter(name=TICKER, host=this_host()).update(token=STOP)


def tick(*, pid: int, life_s: float = 100, pause_s: float = 1) -> None:
    """Sweep each second until replaced, stopped or `life_s` old.

    A database that is away or busy ends neither the loop nor the worker.
    """
    token = uuid.uuid4().hex
    ends = time.monotonic() + life_s
    take_over(TICKER, token=token, pid=pid)
    last = time.monotonic()
    stranded: list[Claim] = []

    def alive() -> bool:
        nonlocal last
        if time.monotonic() - last >= pause_s:
            last = time.monotonic()
            return beat(TICKER, token)
        return True

    while time.monotonic() < ends:
        try:
            if not beat(TICKER, token):
                return
            drain(alive=alive, stranded=stranded)
        except OperationalError as error:
            log.warning("the database is busy or away: %s", error)
            connection.close()
        time.sleep(pause_s)
