"""The claim and its fence: who holds a row, by whose clock. All of the engine's SQL is here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from crm.notices.models import Reminder

# One statement each, committed at once. They return all that decides whom a reminder reaches:
# none of it can change while the fence stands. `crashes` apart: a row that kills its worker is
# claimed alone, or it would drag its neighbours to the dead letters. statement_timestamp() and
# not clock_timestamp(): only a stable function may use the index.
CLAIM_POSTGRESQL = """
WITH taken AS (
    SELECT id FROM notices_reminder
    WHERE state = 'pending' AND not_before <= COALESCE(%(now)s, statement_timestamp())
      AND {crashes}
    ORDER BY not_before, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE notices_reminder AS r SET state = 'claimed', fence = r.fence + 1,
    lease_until = COALESCE(%(now)s, statement_timestamp()) + make_interval(secs => %(lease)s)
FROM taken WHERE r.id = taken.id
RETURNING r.id, r.fence, key, occasion, recipient_id, role, team_id, store_id, spared_id,
    about_room, not_before
"""
CLAIM_SQLITE = """
UPDATE notices_reminder SET state = 'claimed', fence = fence + 1, lease_until = %(until)s
WHERE id IN (
    SELECT id FROM notices_reminder
    WHERE state = 'pending' AND not_before <= %(now)s AND {crashes}
    ORDER BY not_before, id LIMIT %(limit)s
)
RETURNING id, fence, key, occasion, recipient_id, role, team_id, store_id, spared_id,
    about_room, not_before
"""
# Written into the statement: a bound parameter would hide the partial index.
CRASHES = {False: "crashes = 0", True: "crashes > 0"}
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


# How long a page that saves on SQLite may wait for the worker; a slow disk makes small batches.
LOCK_S = 0.025
LEAST_BATCH = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """How many rows a claim takes at most, how long it holds them, the nap between two claims.

    Where the database has one write lock, `lock_s` is how long a batch should hold it, and the
    nap frees it on purpose: its waiting is not fair.
    """

    batch: int = 400
    lease_s: float = 60
    nap_s: float = 0.0
    lock_s: float = 0.0

    @classmethod
    def of_settings(cls) -> Pace:
        """The installation's pace; on SQLite short writes with a nap between."""
        return cls(
            batch=settings.REMINDER_BATCH,
            lease_s=settings.REMINDER_LEASE_S,
            nap_s=settings.REMINDER_NAP_MS / 1000,
            lock_s=LOCK_S if connection.vendor == "sqlite" else 0.0,
        )

    def next_batch(self, batch: int, wrote_s: float) -> int:
        """How many rows to claim after a full batch whose writing took `wrote_s` seconds."""
        if not self.lock_s:
            return self.batch
        fitting = int(batch * self.lock_s / max(wrote_s, 0.001))
        return min(max(fitting, LEAST_BATCH), 2 * batch, self.batch)


@dataclass(frozen=True, slots=True)
class Claim:
    """A row taken and the fence number under which it was taken."""

    id: int
    fence: int


@dataclass(frozen=True, slots=True)
class Taken(Claim):
    """A reminder claimed, with what decides whom it reaches and how."""

    key: str
    occasion: str
    recipient_id: int | None
    role: str
    team_id: int | None
    store_id: int | None
    spared_id: int | None
    about_room: str
    not_before: dt.datetime


def claim(
    limit: int, *, lease_s: float, now: dt.datetime | None = None, crashed: bool = False
) -> list[Taken]:
    """Take up to `limit` due rows in one statement; `now` None is the database's clock.

    With `crashed`, only rows whose worker has died before.
    """
    wanted: dict[str, Any] = {"limit": limit}
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A server whose figures are old would read and sort the whole flood for each batch.
            cursor.execute("SET LOCAL enable_sort = off")
            sql = CLAIM_POSTGRESQL.format(crashes=CRASHES[crashed])
            cursor.execute(sql, {**wanted, "now": now, "lease": lease_s})
            return sorted((Taken(*row) for row in cursor.fetchall()), key=by_id)
        moment = now or timezone.now()
        adapt = connection.ops.adapt_datetimefield_value
        until = adapt(moment + dt.timedelta(seconds=lease_s))
        sql = CLAIM_SQLITE.format(crashes=CRASHES[crashed])
        cursor.execute(sql, {**wanted, "now": adapt(moment), "until": until})
        found = [(*row[:-1], row[-1].replace(tzinfo=dt.UTC)) for row in cursor.fetchall()]
        return sorted((Taken(*row) for row in found), key=by_id)


def by_id(claim: Claim) -> int:
    """The one order in which every writer takes several reminders."""
    return claim.id


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
