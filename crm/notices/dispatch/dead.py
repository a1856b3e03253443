"""Dead letters: what could not be sent is set aside with its reason, and somebody is told."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence

from django.utils import timezone

from crm.notices import states
from crm.notices.dispatch.claims import Taken
from crm.notices.models import Delivery, Notice, Reminder, message_fields
from crm.notices.queues import on_duty
from crm.notices.roles import Duty
from crm.people.models import User

log = logging.getLogger("showfloor.reminders")

Addressed = Reminder | Taken


def bury(row: Reminder, error: str, *, now: dt.datetime, **changes: object) -> None:
    """Set a row aside for good and tell the person it was for; the caller's transaction."""
    Reminder.objects.filter(pk=row.pk).update(
        state=states.DEAD, last_error=error[:200], lease_until=None, **changes
    )
    log.error("reminder %s is dead: %s", row.key, error)
    duty = duty_for([row], now)
    for user_id, _copy in addressees_of(row, duty):
        fields = {**message_fields(row), "kind": "reminder_dead"}
        fields["data"] = {**row.data, "failed_kind": row.kind}
        Notice.objects.get_or_create(
            key=f"{row.key}/dead/{user_id}",
            defaults={**fields, "recipient_id": user_id, "created_at": now},
        )


def bury_send(row: Delivery, error: str, *, now: dt.datetime) -> None:
    """Say that a message could not leave the house; the caller has set it aside."""
    log.error("delivery %s is dead: %s", row.key, error)
    tell_of_trouble([row], now=now)


def tell_of_trouble(rows: Iterable[Delivery], *, now: dt.datetime) -> None:
    """One line a day and channel in the inbox of whoever a message did not reach for sure.

    A broken channel must not fill the inbox; the page of failed sends names each of them.
    """
    day = timezone.localdate(now)
    lines = {}
    for row in rows:
        key = f"send_failed/{row.recipient_id}/{row.channel}/{day}"
        lines[key] = Notice(
            key=key,
            occasion=key,
            kind="send_failed",
            recipient_id=row.recipient_id,
            store_id=row.store_id,
            link_name="notices:failures",
            data={"channel": row.channel},
            created_at=now,
        )
    Notice.objects.bulk_create(lines.values(), ignore_conflicts=True)


def duty_for(rows: Sequence[Addressed], now: dt.datetime) -> Duty:
    """Who is on duty today for everybody these rows may reach."""
    asked = {row.role for row in rows if row.role}
    people = {row.recipient_id for row in rows if row.recipient_id is not None}
    left = User.objects.filter(pk__in=people, is_active=False).exists()
    if left:
        asked |= {states.led_by(row.about_room) for row in rows}
    roles = {*asked, *states.NEXT_ROLE_UP.values()} if asked else set()
    return on_duty(timezone.localdate(now), roles=roles, people=people)


def addressees_of(row: Addressed, duty: Duty) -> list[tuple[int, bool]]:
    return duty.addressees(
        recipient_id=row.recipient_id,
        role=row.role,
        store_id=row.store_id,
        team_id=row.team_id,
        spared=row.spared_id,
        stead=states.led_by(row.about_room),
    )
