"""Mails and text messages to customers leave here, whatever room wrote them (RV-19, CP-20).

Each at most once by itself: it is claimed and committed before it is sent. One whose process
died on the way is `unknown`: a person decides whether it goes once more.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import F, QuerySet

from crm.notices.channels.interface import Channel
from crm.notices.dispatch import limits
from crm.notices.mails import LONGEST_SEND, SENDING, UNKNOWN, WAITING

BATCH = 200
# One round of the worker: as long as it waits for its turns, and how often for one message.
ROUND, TURNS = dt.timedelta(seconds=45), 3
SendOne = Callable[[int, Channel, dt.datetime], bool]


def send_waiting(
    rows: QuerySet[Any],
    channels: Mapping[str, Channel],
    send_one: SendOne,
    *,
    clock: Callable[[], dt.datetime],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Send what waits for the channels that are set up; returns how many went.

    Keeps to the channels' limits and silent hours: what does not go in a round goes later.
    `send_one` sends a claimed row and says whether it went; `pause` waits so many seconds.
    """
    limits.ensure_rows(channels)
    begun = clock()
    doubt_old(rows, begun)
    sent = 0
    waiting = rows.filter(state=WAITING, channel__in=channels)
    closed: set[str] = set()
    for pk, channel in waiting.order_by("pk").values_list("pk", "channel")[:BATCH]:
        if clock() - begun > ROUND:
            break
        if channel in closed:
            continue
        if not _has_turn(channel, clock, pause):
            closed.add(channel)
        elif _claim(rows, pk, now := clock()):
            sent += send_one(pk, channels[channel], now)
    return sent


def _has_turn(
    channel: str, clock: Callable[[], dt.datetime], pause: Callable[[float], None]
) -> bool:
    """Take the channel's next turn, waiting for it; False while it is at rest or at its limit."""
    for _try in range(TURNS):
        wait = limits.take_slot(channel, clock())
        if not wait:
            return wait is not None
        pause(wait.total_seconds())
    return False


def doubt_old(rows: QuerySet[Any], now: dt.datetime) -> None:
    """What has been on its way for minutes died with its worker: perhaps it went."""
    old = rows.filter(state=SENDING, began_at__lt=now - LONGEST_SEND)
    old.update(state=UNKNOWN, last_error="died", version=F("version") + 1)


def _claim(rows: QuerySet[Any], pk: int, now: dt.datetime) -> bool:
    mine = rows.filter(pk=pk, state=WAITING)
    return bool(mine.update(state=SENDING, began_at=now, version=F("version") + 1))


def settle(mail: Any, state: str, **changes: object) -> None:
    """Keep what came of a claimed mail, if it is still claimed."""
    mine = type(mail)._default_manager.filter(pk=mail.pk, state=SENDING)
    mine.update(state=state, version=F("version") + 1, **changes)
