"""One sweep over everything due, and the rescue of what a crash left behind."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from crm.notices import due, states
from crm.notices.channels.reasons import DIED_THRICE
from crm.notices.dispatch.claims import Claim, Pace, claim, held, moment_of
from crm.notices.dispatch.dead import bury
from crm.notices.dispatch.digests import Sweep, Tally
from crm.notices.dispatch.firing import fire_or_settle
from crm.notices.models import Reminder

RESCUE_EVERY_S = 1.0
FIRST_BATCH = 100


def drain(
    *,
    now: dt.datetime | None = None,
    pace: Pace | None = None,
    alive: Callable[[], bool] = lambda: True,
    stranded: list[Claim] | None = None,
) -> Tally:
    """One sweep: rescue and fire until nothing is due; stops early once `alive` says no.

    In a long sweep the rescue comes round every second, and a rescued row takes its turn after
    each batch, alone: a flood of new rows must not keep it waiting, nor may a poison row take
    others with it. What it held when the database went away is noted in `stranded`, and given
    back by the next sweep of the same caller instead of waiting for its lease.
    """
    stranded = [] if stranded is None else stranded
    give_back(stranded)
    pace = pace or Pace.of_settings()
    sweep = Sweep()
    rescued_at = -math.inf
    batch, busy = min(pace.batch, FIRST_BATCH) if pace.lock_s else pace.batch, True
    while busy and alive():
        if time.monotonic() - rescued_at >= RESCUE_EVERY_S:
            rescue(now)
            rescued_at = time.monotonic()
        busy = False
        for limit, crashed in ((batch, False), (1, True)):
            claims = claim(limit, lease_s=pace.lease_s, now=now, crashed=crashed)
            if claims:
                try:
                    fire_or_settle(claims, sweep, now)
                except DatabaseError:
                    stranded += claims
                    raise
                if len(claims) == batch:
                    batch = pace.next_batch(batch, sweep.wrote_s)
                time.sleep(pace.nap_s)
                busy = True
    return sweep.tally


def give_back(claims: list[Claim]) -> None:
    """Let go of rows whose firing the database did not live to see; fired ones are left alone."""
    if claims:
        with transaction.atomic():
            mine = Reminder.objects.filter(pk__in=held(claims))
            mine.update(state=states.PENDING, lease_until=None)
        claims.clear()


def rescue(now: dt.datetime | None = None) -> int:
    """Give back what a crash left claimed; the third crash is the last (poison row).

    Rows a frozen dispatcher still holds locked are passed over: waiting for it would freeze
    this one too. Returns how many rows were taken up.
    """
    clock = Now() if now is None else Value(now)
    expired = Reminder.objects.held().filter(lease_until__lt=clock)
    if not expired.exists():
        return 0
    with transaction.atomic():
        rows = list(expired.order_by("pk").select_for_update(no_key=True, skip_locked=True))
        again = [row.pk for row in rows if row.crashes + 1 < due.CRASHES_AT_MOST]
        Reminder.objects.filter(pk__in=again).update(
            state=states.PENDING, lease_until=None, crashes=F("crashes") + 1
        )
        for row in rows:
            if row.pk not in again:
                bury(row, DIED_THRICE, now=moment_of(now), crashes=row.crashes + 1)
    return len(rows)
