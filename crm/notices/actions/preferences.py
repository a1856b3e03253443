"""What a person chooses: channels beside the inbox, lead times, quiet hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.crypto import get_random_string

from crm.notices import due, states
from crm.notices.models import Delivery, Preference, Reminder
from crm.notices.queues import ArmingFacts, arming_facts
from crm.people.models import User
from crm.records.actions import change, claim_request
from crm.records.audit import record

LEADS = (states.DAY_BEFORE, states.BEFORE)
CHOICES = ("channels", "day_before_at", "minutes_before", "quiet_from", "quiet_until")
SWITCHED_OFF = "switched off"


@transaction.atomic
def save_preferences(
    user: User,
    *,
    channels: Sequence[str],
    day_before_at: dt.time | None,
    minutes_before: int | None,
    quiet_from: dt.time | None,
    quiet_until: dt.time | None,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> Preference:
    """Keep how `user` is told; what is armed already follows, what a channel holds is void.

    `version` is 0 where nothing was chosen before. Raises `Stale`.
    """
    fresh = claim_request(user, "save_preferences", request_id)
    row, made = Preference.objects.get_or_create(
        user=user, defaults={"topic": get_random_string(24)}
    )
    if not fresh:
        return row
    before = {name: getattr(row, name) for name in CHOICES}
    after = {
        "channels": list(channels),
        "day_before_at": day_before_at,
        "minutes_before": minutes_before,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    change(row, version=row.version if made else version, **after)
    if before == after:
        return row
    dropped = set(before["channels"]) - set(channels)
    if dropped:
        leaving = Delivery.objects.filter(recipient=user, channel__in=dropped).can_be_stopped()
        leaving.exclude(state__in=(states.DEAD, states.UNKNOWN)).update(
            state=states.CANCELLED, lease_until=None, ended_because=SWITCHED_OFF
        )
    if (before["day_before_at"], before["minutes_before"]) != (day_before_at, minutes_before):
        _move_leads(user, now)
    record("notices.save_preferences", by=user, obj=user, before=before, after=after, at=now)
    return row


def _move_leads(user: User, now: dt.datetime) -> None:
    """Put the bells ahead of what is armed already where the person wants them now.

    One whose new moment has passed rings as it was.
    """
    rows = list(
        Reminder.objects.waiting()
        .filter(recipient=user, role="", step__in=LEADS, due_at__isnull=False)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    facts: dict[int | None, ArmingFacts] = {}
    moved = []
    for row in rows:
        if row.store_id not in facts:
            facts[row.store_id] = arming_facts(row.store_id, [user])
        fact = facts[row.store_id]
        assert row.due_at is not None
        rings = due.rings_to_write(
            due.lead_rings(
                row.due_at,
                untimed=row.untimed,
                numbers=fact.numbers_of(user.pk),
                calendar=fact.calendar,
            ),
            due_at=row.due_at,
            calendar=fact.calendar,
            critical=False,
            now=now,
        )
        at = {ring.step: ring.at for ring in rings}.get(row.step)
        if at is not None and at != row.not_before:
            row.not_before = at
            moved.append(row)
    Reminder.objects.bulk_update(moved, ["not_before"], batch_size=500)
