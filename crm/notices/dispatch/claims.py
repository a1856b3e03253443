"""The claim and its fence: who holds a row, by whose clock. All of the engine's SQL is here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from crm.notices.models import Reminder

# One statement each, committed at once. `crashes` apart: a row that kills its worker is claimed
# alone, or it would drag its neighbours to the dead letters. statement_timestamp() and not
# clock_timestamp(): only a stable function may use the index.
CLAIM_POSTGRESQL = """
WITH taken AS (
    SELECT id FROM notices_reminder
    WHERE state = 'pending' AND not_before <= COALESCE(%(now)s, statement_timestamp())
      AND (crashes > 0) = %(crashed)s
    ORDER BY not_before, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE notices_reminder AS r SET state = 'claimed', fence = r.fence + 1,
    lease_until = COALESCE(%(now)s, statement_timestamp()) + make_interval(secs => %(lease)s)
FROM taken WHERE r.id = taken.id RETURNING r.id, r.fence
"""
CLAIM_SQLITE = """
UPDATE notices_reminder SET state = 'claimed', fence = fence + 1, lease_until = %(until)s
WHERE id IN (
    SELECT id FROM notices_reminder
    WHERE state = 'pending' AND not_before <= %(now)s AND (crashes > 0) = %(crashed)s
    ORDER BY not_before, id LIMIT %(limit)s
)
RETURNING id, fence
"""
SEND_POSTGRESQL = """
WITH taken AS (
    SELECT id FROM notices_delivery
    WHERE state = 'pending' AND channel = %(channel)s
      AND not_before <= COALESCE(%(now)s, statement_timestamp())
    ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE notices_delivery AS d SET state = 'claimed', fence = d.fence + 1, began_at = NULL,
    lease_until = COALESCE(%(now)s, statement_timestamp()) + make_interval(secs => %(lease)s)
FROM taken WHERE d.id = taken.id RETURNING d.id, d.fence
"""
SEND_SQLITE = """
UPDATE notices_delivery SET state = 'claimed', fence = fence + 1, began_at = NULL,
    lease_until = %(until)s
WHERE id IN (
    SELECT id FROM notices_delivery
    WHERE state = 'pending' AND channel = %(channel)s AND not_before <= %(now)s
    ORDER BY not_before, id LIMIT 1
)
RETURNING id, fence
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many rows a claim takes, how long it holds them, and the nap between two claims.

    The nap frees SQLite's one write lock on purpose: its waiting is not fair.
    """

    batch: int = 200
    lease_s: float = 60
    nap_s: float = 0.0

    @classmethod
    def of_settings(cls) -> Pace:
        """The installation's pace; on SQLite short writes with a nap between."""
        return cls(
            batch=settings.REMINDER_BATCH,
            lease_s=settings.REMINDER_LEASE_S,
            nap_s=settings.REMINDER_NAP_MS / 1000,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A row taken and the fence number under which it was taken."""

    id: int
    fence: int


def claim(
    limit: int, *, lease_s: float, now: dt.datetime | None = None, crashed: bool = False
) -> list[Claim]:
    """Take up to `limit` due rows in one statement; `now` None is the database's clock.

    With `crashed`, only rows whose worker has died before.
    """
    wanted: dict[str, Any] = {"limit": limit, "crashed": crashed}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(CLAIM_POSTGRESQL, {**wanted, "now": now, "lease": lease_s})
        else:
            moment = now or timezone.now()
            adapt = connection.ops.adapt_datetimefield_value
            until = adapt(moment + dt.timedelta(seconds=lease_s))
            cursor.execute(CLAIM_SQLITE, {**wanted, "now": adapt(moment), "until": until})
        return [Claim(*row) for row in cursor.fetchall()]


def claim_send(channel: str, *, lease_s: float, now: dt.datetime | None = None) -> Claim | None:
    """Take the next delivery of a channel, alone, committed before anything is sent."""
    wanted: dict[str, Any] = {"channel": channel}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(SEND_POSTGRESQL, {**wanted, "now": now, "lease": lease_s})
        else:
            moment = now or timezone.now()
            adapt = connection.ops.adapt_datetimefield_value
            until = adapt(moment + dt.timedelta(seconds=lease_s))
            cursor.execute(SEND_SQLITE, {**wanted, "now": adapt(moment), "until": until})
        row = cursor.fetchone()
    return Claim(*row) if row else None


def held(claims: Iterable[Claim]) -> set[int]:
    """Which rows are still claimed under these fences, locked until the transaction ends.

    In the order of their ids, as every writer of several reminders takes them.
    """
    fences = {claim.id: claim.fence for claim in claims}
    rows = Reminder.objects.held().filter(pk__in=fences).order_by("pk")
    locked = rows.select_for_update(no_key=True).values_list("pk", "fence")
    return {pk for pk, fence in locked if fence == fences[pk]}


def moment_of(now: dt.datetime | None) -> dt.datetime:
    """`now`, or the database's clock where the database has a server."""
    if now is not None:
        return now
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
        return moment
