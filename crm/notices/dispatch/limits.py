"""How much a channel may send, and when it is given a rest; all hosts share the same row."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from crm.notices import due
from crm.notices.channels.names import DEFAULTS, Limits
from crm.notices.channels.reasons import NOT_THE_CHANNELS
from crm.notices.models import Channel

log = logging.getLogger("showfloor.reminders")

USUAL = Limits(per_minute=6000, per_day=1_000_000)


def ensure_rows(names: Iterable[str]) -> None:
    """Make the row of a channel that has none, with its first limits."""
    missing = set(names) - set(Channel.objects.values_list("name", flat=True))
    rows = []
    for name in sorted(missing):
        limits = DEFAULTS.get(name, USUAL)
        quiet_from, quiet_until = limits.quiet or (None, None)
        rows.append(
            Channel(
                name=name,
                per_minute=limits.per_minute,
                per_day=limits.per_day,
                quiet_from=quiet_from,
                quiet_until=quiet_until,
            )
        )
    Channel.objects.bulk_create(rows, ignore_conflicts=True)


def take_slot(name: str, moment: dt.datetime) -> dt.timedelta | None:
    """Take the right to send one message now; returns how long to wait for it, zero when taken.

    None while the channel is paused, silent or has used up its day. One conditional UPDATE, so
    that two hosts never take the same slot.
    """
    row = Channel.objects.filter(name=name).first()
    if row is None or row.is_paused(moment) or row.is_silent(moment):
        return None
    if row.has_used_up(moment):
        return None
    today = timezone.localdate(moment)
    gap = dt.timedelta(minutes=1) / row.per_minute
    free = Channel.objects.filter(
        Q(next_free_at__isnull=True) | Q(next_free_at__lte=moment), pk=row.pk
    ).exclude(day=today, sent_today__gte=F("per_day"))
    taken = free.update(
        next_free_at=moment + gap,
        sent_today=Case(When(day=today, then=F("sent_today") + 1), default=Value(1)),
        day=today,
    )
    if taken:
        return dt.timedelta(0)
    wait = (row.next_free_at or moment) - moment
    return min(max(wait, dt.timedelta(milliseconds=10)), gap)


def give_back(name: str, moment: dt.datetime) -> None:
    """A slot taken of which nothing left: the day has one more again, the pace stays as it is."""
    spent = Channel.objects.filter(name=name, day=timezone.localdate(moment), sent_today__gt=0)
    spent.update(sent_today=F("sent_today") - 1)


def note_success(name: str) -> None:
    """The row of failures is broken."""
    failing = Channel.objects.filter(name=name, failures__gt=0)
    failing.update(failures=0, paused_until=None, last_error="")


def note_failure(name: str, error: str, moment: dt.datetime) -> None:
    """Count a failure; ten in a row pause the channel, and each further one again.

    What no channel caused, a missing address say, is none of its failures, and nothing left.
    """
    if error in NOT_THE_CHANNELS:
        give_back(name, moment)
        return
    Channel.objects.filter(name=name).update(failures=F("failures") + 1, last_error=error[:200])
    tired = Channel.objects.filter(name=name, failures__gte=due.FAILURES_IN_A_ROW)
    if tired.update(paused_until=moment + due.PAUSE):
        log.error("channel %s is paused after %d failures in a row", name, due.FAILURES_IN_A_ROW)
