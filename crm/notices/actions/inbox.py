"""What a person does with the lines of their inbox."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from crm.notices import due, states
from crm.notices.models import Notice
from crm.notices.queues import store_hours
from crm.people.models import User
from crm.records.actions import claim_request
from crm.records.states import Stale


def mark_seen(notice: Notice, *, by: User, now: dt.datetime) -> None:
    """Mark one line of `by` as read; a line read or closed before stays as it is."""
    _seen(Notice.objects.visible_to(by).filter(pk=notice.pk), now)


def mark_all_seen(*, by: User, now: dt.datetime) -> int:
    """Mark every unread line of `by` as read; returns how many."""
    return _seen(Notice.objects.visible_to(by).unread(now), now)


def _seen(rows: QuerySet[Notice], now: dt.datetime) -> int:
    unread = rows.filter(state__in=(states.NEW, states.SNOOZED))
    return unread.update(state=states.SEEN, seen_at=now, snoozed_until=None)


def snooze_notice(
    notice: Notice, *, minutes: int, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> dt.datetime | None:
    """Put one line off; returns until when, None when no time is left before it is due.

    At most three times, never past the end of the due day (section 4.3). Raises `Stale` when
    the line changed meanwhile.
    """
    with transaction.atomic():
        if not claim_request(by, "snooze_notice", request_id):
            return notice.snoozed_until
        until = due.snooze_until(
            now, minutes, due_at=notice.due_at, calendar=store_hours(notice.store_id)
        )
        if until is None or not notice.may_snooze():
            return None
        rows = Notice.objects.visible_to(by).still_open().filter(pk=notice.pk, version=version)
        changed = rows.update(
            state=states.SNOOZED,
            snoozed_until=until,
            snoozes=notice.snoozes + 1,
            version=version + 1,
        )
        if not changed:
            raise Stale("notices.Notice", notice.pk)
    return until
