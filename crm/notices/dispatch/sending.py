"""Sends what leaves the house: claimed and committed first, sent outside any transaction.

At least once, and honestly so: a try counts when it begins, and a send whose process died on
the way is `unknown` unless its receiver drops what it has seen.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from crm.notices import due, states
from crm.notices.channels.interface import Channel, Message, Refused
from crm.notices.channels.reasons import DIED, DIED_THRICE, HAS_LEFT
from crm.notices.dispatch import backlog, limits
from crm.notices.dispatch.claims import Claim, claim_send, moment_of
from crm.notices.dispatch.dead import bury_send, tell_of_trouble
from crm.notices.dispatch.enclosures import enclosed_with
from crm.notices.dispatch.quiet import quiet_end
from crm.notices.dispatch.wording import message_of
from crm.notices.models import Delivery, Preference
from crm.notices.states import CLAIMED

log = logging.getLogger("showfloor.reminders")

LEAST_LEASE_S = 20.0
NOTHING_OPEN = "nothing open"


def send_outside(
    channels: Mapping[str, Channel],
    *,
    now: dt.datetime | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> int:
    """Send what is due on every channel, one at a time and in turn; returns how many went.

    Stops early once `alive` says no, and when every channel is empty, at rest or at its limit.
    """
    limits.ensure_rows(channels)
    rescue_sends(channels, now)
    moment = moment_of(now)
    backlog.hold_old(moment)
    for channel in channels.values():
        backlog.fold_waiting(channel.name, moment, over=1 if channel.is_group else due.DIGEST_OVER)
    sent = 0
    while alive():
        waits = []
        for channel in channels.values():
            wait, claim = _next(channel, now) if alive() else (None, None)
            if claim is not None:
                sent += send_one(claim, channel, now)
            if wait is not None:
                waits.append(wait)
        if not waits:
            break
        if now is None:
            time.sleep(min(waits).total_seconds())
        else:
            now += min(waits)
    return sent


def _next(channel: Channel, now: dt.datetime | None) -> tuple[dt.timedelta | None, Claim | None]:
    """How long to wait for the channel, None where it has nothing to do; and what was claimed."""
    moment = moment_of(now)
    waiting = Delivery.objects.waiting().filter(channel=channel.name, not_before__lte=moment)
    if not waiting.exists():
        return None, None
    wait = limits.take_slot(channel.name, moment)
    if wait is None or wait:
        return wait, None
    lease_s = max(2 * channel.timeout_s, LEAST_LEASE_S)
    claim = claim_send(channel.name, lease_s=lease_s, now=now)
    if claim is None:
        limits.give_back(channel.name, moment)
    return wait, claim


def send_one(claim: Claim, channel: Channel, now: dt.datetime | None = None) -> bool:
    """Send one claimed delivery and record what came of it; True when it went."""
    found = Delivery.objects.select_related("recipient", "notice", "store")
    row = found.get(pk=claim.id)
    message = _ready(row, claim, channel, now)
    if message is None or not begin(claim, now):
        limits.give_back(channel.name, moment_of(now))
        return False
    try:
        if not row.recipient.is_active:
            raise Refused(HAS_LEFT)
        channel.send(message)
    except Exception as error:
        _failed(row, claim, channel, error, moment_of(now))
        return False
    moment = moment_of(now)
    settle(claim, states.FIRED, delivered_at=moment, last_error="")
    limits.note_success(channel.name)
    return True


def _ready(
    row: Delivery, claim: Claim, channel: Channel, now: dt.datetime | None
) -> Message | None:
    """The message to send; None where it waits or ends, which is recorded."""
    wait_until = quiet_end(row, moment_of(now))
    if wait_until is not None:
        settle(claim, states.PENDING, not_before=wait_until)
        return None
    try:
        message = _message(row, channel, moment_of(now))
    except Refused as error:
        settle(claim, states.CANCELLED, ended_because=str(error)[:40])
        return None
    except Exception as error:
        log.exception("what goes along with delivery %s could not be made", row.key)
        if begin(claim, now):
            _again_later(row, claim, type(error).__name__, moment_of(now), for_good=False)
        return None
    if message is None:
        settle(claim, states.CANCELLED, ended_because=NOTHING_OPEN)
    return message


def _message(row: Delivery, channel: Channel, now: dt.datetime) -> Message | None:
    """The words to send; None where the line, or all of a digest, is done meanwhile.

    Raises `Refused` where what is enclosed is no longer the recipient's.
    """
    if row.notice is not None and row.notice.state == states.CLOSED:
        return None
    is_digest = row.notice is None or row.notice.kind == "digest"
    size = backlog.size_of(row) if is_digest else 0
    if is_digest and not size:
        return None
    topic = ""
    if row.channel == states.NTFY:
        topics = Preference.objects.filter(user=row.recipient_id).values_list("topic", flat=True)
        topic = topics.first() or ""
    enclosed = enclosed_with(row, now) if row.channel == states.EMAIL else None
    return message_of(row, size=size, is_group=channel.is_group, topic=topic, enclosed=enclosed)


def begin(claim: Claim, now: dt.datetime | None = None) -> bool:
    """Count this try, committed before the send; False when the claim is lost or was voided."""
    clock = Now() if now is None else Value(now)
    mine = Delivery.objects.held().filter(pk=claim.id, fence=claim.fence)
    return mine.update(attempts=F("attempts") + 1, began_at=clock) > 0


def settle(claim: Claim, state: str, **changes: object) -> bool:
    """Record the outcome if the claim still stands; whoever lost it changes nothing."""
    mine = Delivery.objects.held().filter(pk=claim.id, fence=claim.fence)
    return mine.update(state=state, lease_until=None, began_at=None, **changes) > 0


def _failed(
    row: Delivery, claim: Claim, channel: Channel, error: Exception, now: dt.datetime
) -> None:
    """Try again later, or give up: at once when refused for good, else after five tries."""
    reason = f"{error}" if error.args else type(error).__name__
    limits.note_failure(channel.name, reason, now)
    _again_later(row, claim, reason, now, for_good=isinstance(error, Refused))


def _again_later(
    row: Delivery, claim: Claim, reason: str, now: dt.datetime, *, for_good: bool
) -> None:
    """Put a begun delivery back behind the others, or set it aside after the last try."""
    attempts = row.attempts + 1
    if for_good or attempts >= due.ATTEMPTS_AT_MOST:
        with transaction.atomic():
            if settle(claim, states.DEAD, last_error=reason[:200]):
                bury_send(row, reason, now=now)
        return
    jitter = random.uniform(0.8, 1.2)  # noqa: S311  # nosec B311: spreads retries only
    later = now + due.back_off(attempts, jitter=jitter)
    settle(claim, states.PENDING, last_error=reason[:200], not_before=later)


def rescue_sends(channels: Mapping[str, Channel], now: dt.datetime | None = None) -> int:
    """Take up what a crash left claimed; returns how many rows.

    Not begun, or known to a receiver that drops repeats: again, behind the others. Begun
    elsewhere: in doubt, for a person to say. The third crash is the last.
    """
    clock = Now() if now is None else Value(now)
    expired = Delivery.objects.held().filter(lease_until__lt=clock)
    if not expired.exists():
        return 0
    again: list[Delivery] = []
    doubtful: list[Delivery] = []
    dead: list[Delivery] = []
    with transaction.atomic():
        locked = expired.order_by("pk").select_for_update(no_key=True, skip_locked=True)
        rows = list(locked)
        for row in rows:
            channel = channels.get(row.channel)
            safe = row.began_at is None or (channel is not None and channel.honours_key)
            if row.crashes + 1 >= due.CRASHES_AT_MOST:
                dead.append(row)
            else:
                (again if safe else doubtful).append(row)
        fates = (
            (again, states.PENDING, ""),
            (doubtful, states.UNKNOWN, DIED),
            (dead, states.DEAD, DIED_THRICE),
        )
        moment = moment_of(now)
        for group, state, reason in fates:
            Delivery.objects.filter(pk__in=[row.pk for row in group], state=CLAIMED).update(
                state=state,
                lease_until=None,
                crashes=F("crashes") + 1,
                last_error=reason,
                not_before=moment + due.BACK_OFF_FIRST,
            )
            if state != states.PENDING:
                tell_of_trouble(group, now=moment)
    return len(rows)


def within(seconds: float) -> Callable[[], bool]:
    """A question that says no after so many seconds, for a task that must not run long."""
    ends = time.monotonic() + seconds
    return lambda: time.monotonic() < ends
