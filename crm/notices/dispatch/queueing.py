"""Writes the deliveries that leave the house, with the inbox lines they repeat.

In the transaction that fires the reminder: what has rung in the app will go out, and what was
rolled back will not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone

from crm.notices import due, states
from crm.notices.channels.names import set_up
from crm.notices.dispatch.backlog import IN_A_DIGEST
from crm.notices.dispatch.quiet import house_quiet, quiet_of
from crm.notices.models import Delivery, Preference


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose inbox it is."""

    pk: int
    public_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an inbox as it goes out: its reminder, and when that should have rung."""

    notice_id: int
    person: Reader
    reminder_id: int
    store_id: int | None
    key: str
    wanted_at: dt.datetime


def queue_lines(told: Iterable[Told], now: dt.datetime, *, instead_of: Collection[int] = ()) -> int:
    """Write one delivery for each line and channel its reader chose; returns how many.

    No statement where no channel is set up, three else. A digest that takes up younger lines
    is as old as the youngest of them, and stands for the lines it goes `instead_of`.
    """
    ready = set_up()
    lines = list(told)
    if not ready or not lines:
        return 0
    if instead_of:
        earlier = Delivery.objects.filter(notice__in=instead_of).can_be_stopped()
        earlier.update(state=states.CANCELLED, lease_until=None, ended_because=IN_A_DIGEST)
    chosen = Preference.objects.filter(user__in={line.person.pk for line in lines})
    preferences = {one.user_id: one for one in chosen}
    if not any(set(ready) & set(one.channels) for one in preferences.values()):
        return 0
    house = house_quiet({line.store_id for line in lines})
    rows = []
    for line in lines:
        preference = preferences.get(line.person.pk)
        quiet = quiet_of(preference, house[line.store_id])
        wanted = preference.channels if preference else ()
        rows += [_row(line, name, quiet, now) for name in ready if name in wanted]
    Delivery.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["wanted_at"], unique_fields=["key"]
    )
    return len(rows)


def _row(line: Told, channel: str, quiet: tuple[dt.time, dt.time], now: dt.datetime) -> Delivery:
    zone = timezone.get_default_timezone()
    wanted = due.after_quiet(line.wanted_at, quiet, zone)
    return Delivery(
        key=f"{line.key}/{channel}/{line.person.public_id}",
        reminder_id=line.reminder_id,
        notice_id=line.notice_id,
        recipient_id=line.person.pk,
        store_id=line.store_id,
        channel=channel,
        state=states.PENDING,
        wanted_at=wanted,
        not_before=max(wanted, due.after_quiet(now, quiet, zone)),
        created_at=now,
    )
