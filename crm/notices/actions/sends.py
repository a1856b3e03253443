"""What a person decides about a message that failed, is in doubt, or is too old to go by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.notices import states
from crm.notices.access import can_release
from crm.notices.models import Delivery, Reminder
from crm.people.models import User
from crm.records.actions import claim_request, keep_result, transition
from crm.records.audit import record
from crm.records.queues import earlier_result
from crm.records.states import Stale

GIVEN_UP = "given up"


@transaction.atomic
def resend_delivery(
    delivery: Delivery, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Send once more what failed or is in doubt; tries and crashes count anew.

    Raises `Stale` where somebody decided first.
    """
    if not claim_request(by, "resend_delivery", request_id):
        return
    transition(
        delivery,
        frm=(states.DEAD, states.UNKNOWN),
        to=states.PENDING,
        version=version,
        attempts=0,
        crashes=0,
        began_at=None,
        wanted_at=now,
        not_before=now,
    )
    record("notices.resend_delivery", by=by, obj=delivery, after=_facts(delivery), at=now)


@transaction.atomic
def confirm_arrival(
    delivery: Delivery, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Say that a message in doubt did arrive; raises `Stale` where somebody decided first."""
    if not claim_request(by, "confirm_arrival", request_id):
        return
    transition(delivery, frm=states.UNKNOWN, to=states.FIRED, version=version, delivered_at=now)
    record("notices.confirm_arrival", by=by, obj=delivery, after=_facts(delivery), at=now)


@transaction.atomic
def cancel_delivery(
    delivery: Delivery, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Give up a message that failed, is in doubt or waits; raises `Stale`."""
    if not claim_request(by, "cancel_delivery", request_id):
        return
    transition(
        delivery,
        frm=states.TROUBLE,
        to=states.CANCELLED,
        version=version,
        ended_because=GIVEN_UP,
    )
    record("notices.cancel_delivery", by=by, obj=delivery, after=_facts(delivery), at=now)


@transaction.atomic
def release_deliveries(
    seen: Mapping[str, int], *, by: User, now: dt.datetime, request_id: str = ""
) -> tuple[int, list[Delivery]]:
    """Let messages older than a day go after all (a supervisor's click); `seen` is the version
    of each by its public id.

    Returns how many go, and those somebody decided first. Those of one person leave as one
    digest. Raises `PermissionDenied` for anybody else, `Stale` where none is left to go.
    """
    if not can_release(by):
        raise PermissionDenied
    if not claim_request(by, "release_deliveries", request_id):
        return int(earlier_result(by, "release_deliveries", request_id) or 0), []
    rows = Delivery.objects.answered_for_by(by).filter(public_id__in=seen)
    count, left = 0, []
    for row in rows.order_by("pk"):  # in one order: two who click at once never wait for each other
        try:
            _release(row, by=by, version=seen[row.public_id], now=now)
        except Stale:
            left.append(row)
        else:
            count += 1
    if left and not count:
        raise Stale(left[0]._meta.label, left[0].pk)
    keep_result(by, "release_deliveries", request_id, str(count))
    return count, left


def _release(delivery: Delivery, *, by: User, version: int, now: dt.datetime) -> None:
    transition(
        delivery,
        frm=states.HELD,
        to=states.PENDING,
        version=version,
        wanted_at=now,
        not_before=now,
    )
    record("notices.release_deliveries", by=by, obj=delivery, after=_facts(delivery), at=now)


@transaction.atomic
def retry_reminder(
    reminder: Reminder, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Ring a reminder that was given up once more; raises `Stale`."""
    if not claim_request(by, "retry_reminder", request_id):
        return
    transition(
        reminder,
        frm=states.DEAD,
        to=states.PENDING,
        version=version,
        attempts=0,
        crashes=0,
        not_before=now,
    )
    record("notices.retry_reminder", by=by, obj=reminder, after={"kind": reminder.kind}, at=now)


@transaction.atomic
def cancel_reminder(
    reminder: Reminder, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Let a reminder that was given up rest; raises `Stale`."""
    if not claim_request(by, "cancel_reminder", request_id):
        return
    transition(
        reminder,
        frm=states.DEAD,
        to=states.CANCELLED,
        version=version,
        ended_because=GIVEN_UP,
    )
    record("notices.cancel_reminder", by=by, obj=reminder, after={"kind": reminder.kind}, at=now)


def _facts(delivery: Delivery) -> dict[str, str]:
    return {"channel": delivery.channel, "state": delivery.state}
