"""The limits of a channel, and waking one that was paused (security matrix row 23)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.notices.access import can_change_channels
from crm.notices.models import Channel
from crm.people.models import User
from crm.records.actions import change, claim_request
from crm.records.audit import record

LIMITS = ("per_minute", "per_day", "quiet_from", "quiet_until")


@transaction.atomic
def change_channel(
    channel: Channel,
    *,
    per_minute: int,
    per_day: int,
    quiet_from: dt.time | None,
    quiet_until: dt.time | None,
    by: User,
    version: int,
    now: dt.datetime,
) -> None:
    """Set what a channel may send. Raises `PermissionDenied`, `Stale`."""
    if not can_change_channels(by):
        raise PermissionDenied
    before = {name: getattr(channel, name) for name in LIMITS}
    change(
        channel,
        version=version,
        per_minute=per_minute,
        per_day=per_day,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )
    after = {name: getattr(channel, name) for name in LIMITS}
    record("notices.change_channel", by=by, obj=channel, before=before, after=after, at=now)


@transaction.atomic
def resume_channel(channel: Channel, *, by: User, now: dt.datetime, request_id: str = "") -> None:
    """End the rest a channel was given after ten failures. Raises `PermissionDenied`."""
    if not can_change_channels(by):
        raise PermissionDenied
    if not claim_request(by, "resume_channel", request_id):
        return
    Channel.objects.filter(pk=channel.pk).update(paused_until=None, failures=0)
    record("notices.resume_channel", by=by, obj=channel, at=now)
