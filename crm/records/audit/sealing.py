"""Seals settled events in the order of their ids, each minute, on any number of hosts.

An event may be sealed once no event with a lower id can still appear. On SQLite one writer
follows another, so whatever is visible has settled. On PostgreSQL an id is drawn before its
transaction commits, so a lower one may come later. But who draws an id holds the table's insert
lock from before drawing until after committing. Hence: read the highest visible id, then note
who holds that lock, then wait until each of them has ended; after that every id up to the one
read is either visible or gone for good. Nobody who writes waits for any of this.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from crm.records.audit.hashing import GENESIS, Facts, hash_of
from crm.records.models import AuditEvent, AuditQuerySet, AuditSeal

BATCH = 500
# Leaves SQLite's one write lock to web pages between two batches.
NAP_S = 0.02
PATIENCE_S = 20.0
LOOK_EVERY_S = 0.05
SEALER = 0x5EA1  # the advisory lock one sealer at a time holds

COLUMNS = (
    *("id", "at", "actor_id", "on_behalf_of_id", "address", "request", "action", "subject"),
    *("subject_id", "store_id", "before", "after"),
)
WRITERS = """
SELECT DISTINCT l.virtualtransaction FROM pg_locks l
WHERE l.locktype = 'relation' AND l.relation = 'records_auditevent'::regclass AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.mode = 'RowExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()
"""


class Link(NamedTuple):
    """The end of the chain so far."""

    number: int
    event_id: int
    hash: str


def seal_trail(*, alive: Callable[[], bool] = lambda: True, patience_s: float = PATIENCE_S) -> int:
    """Seal everything that has settled, batch by batch, until `alive` says no; how many events.

    0 as well where a transaction under way outlasts `patience_s`: the next minute goes on.
    """
    settled = settled_id(patience_s)
    sealed = 0
    while settled is not None and alive():
        done = seal_batch(settled)
        sealed += done
        if done < BATCH:
            break
        time.sleep(NAP_S if connection.vendor == "sqlite" else 0)
    return sealed


def settled_id(patience_s: float) -> int | None:
    """The highest id below which no event can appear any more; None where it cannot be told."""
    highest: int | None = AuditEvent.objects.aggregate(top=Max("id"))["top"]
    if highest is None or connection.vendor != "postgresql":
        return highest
    ends = time.monotonic() + patience_s
    awaited = writers()
    while awaited:
        if time.monotonic() >= ends:
            return None
        time.sleep(LOOK_EVERY_S)
        awaited &= writers()
    return highest


def writers() -> set[str]:
    """The other transactions that have appended, or are about to, and have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {row[0] for row in cursor.fetchall()}


def seal_batch(settled: int) -> int:
    """Seal the next events up to id `settled`; 0 where there are none or another sealer works."""
    if not _after(end_of_chain().event_id, settled).exists():
        return 0
    with transaction.atomic():
        if not _is_only_sealer():
            return 0
        end = end_of_chain()
        rows = _after(end.event_id, settled).order_by("id").values_list(*COLUMNS)[:BATCH]
        now = timezone.now()
        seals = [
            AuditSeal(number=link.number, event_id=link.event_id, hash=link.hash, sealed_at=now)
            for link in links(end, (Facts(*row) for row in rows))
        ]
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _after(event_id: int, settled: int) -> AuditQuerySet:
    return AuditEvent.objects.filter(id__gt=event_id, id__lte=settled)


def links(end: Link, events: Iterator[Facts]) -> Iterator[Link]:
    """The chain goes on from `end` with these events."""
    for facts in events:
        number = end.number + 1
        end = Link(number, facts.id, hash_of(end.hash, number, facts))
        yield end


def end_of_chain() -> Link:
    """The last seal, or what stands before the first."""
    last = AuditSeal.objects.order_by("-number").values_list("number", "event_id", "hash").first()
    return Link(*last) if last else Link(0, 0, GENESIS)


def _is_only_sealer() -> bool:
    """Take the sealer's place until the transaction ends; on SQLite the write lock is it."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER])
        taken: bool = cursor.fetchone()[0]
        return taken
