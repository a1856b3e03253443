"""Walks the chain from its beginning and names the first row that is not as it was sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.db import connection

from crm.records.audit.apart import strays
from crm.records.audit.hashing import Facts, hash_of, read, written
from crm.records.audit.sealing import COLUMNS, Link, end_of_chain
from crm.records.models import AuditEvent, AuditSeal, AuditWords

CHUNK = 1000
VERIFIED = "records.verify_audit"
# One a day: two years of heads that the trail itself remembers.
REMEMBERED = 800
BEGINNING = Link(0, 0, "0" * 64)
GUARDS = {
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
        " AND tgrelid IN ('records_auditevent'::regclass, 'records_auditseal'::regclass)",
        {"records_auditevent_append_only", "records_auditseal_append_only"},
    ),
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name"
        " IN ('records_auditevent', 'records_auditseal')",
        {
            f"records_{table}_no_{verb}"
            for table in ("auditevent", "auditseal")
            for verb in ("update", "delete", "replace")
        },
    ),
}


class Fault(StrEnum):
    """What can be wrong with a row of the trail."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    UNSEALED = "unsealed"
    CUT = "cut"
    REWRITTEN = "rewritten"
    UNGUARDED = "unguarded"
    REWORDED = "reworded"


SENTENCES = {
    Fault.CHANGED: "event {event} is not what was sealed as number {number}",
    Fault.DELETED: "event {event}, sealed as number {number}, is deleted",
    Fault.INSERTED: "event {event} was put in before number {number} and never sealed",
    Fault.REORDERED: "number {number} is out of order: it names event {event}",
    Fault.UNSEALED: "seal number {number} is deleted",
    Fault.CUT: "the chain ends before number {number}, which was noted: its tail is cut off",
    Fault.REWRITTEN: "number {number} (event {event}) was sealed anew: its hash is not the noted",
    Fault.UNGUARDED: "the database does not refuse changes: its triggers are missing",
    Fault.REWORDED: "the words of event {event} are not those it was written with",
}


class Problem(NamedTuple):
    """The first bad row: what is wrong, which number of the chain, which event."""

    fault: Fault
    number: int
    event_id: int

    def __str__(self) -> str:
        return SENTENCES[self.fault].format(number=self.number, event=self.event_id)


class Head(NamedTuple):
    """A number of the chain and its hash, as noted somewhere else."""

    number: int
    hash: str

    @classmethod
    def of(cls, text: str) -> Head:
        """What `str(head)` wrote; raises ValueError for anything else."""
        return cls(*read(text))

    def __str__(self) -> str:
        return written(self.number, self.hash)


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds, what breaks it first, and what waits to be sealed."""

    head: Head
    problem: Problem | None
    waiting: int
    waiting_since: dt.datetime | None


class Row(NamedTuple):
    """A seal as read."""

    number: int
    event_id: int
    hash: str


def check(noted: Iterable[Head] = ()) -> Verdict:
    """Walk the whole chain in chunks of constant size; heads `noted` elsewhere must be on it.

    So must those the trail remembers from earlier days: who seals anew has to forge them too.
    Only what is sealed now is walked, so writers and sealers may go on meanwhile.
    """
    end = end_of_chain()
    heads = {**remembered(), **{head.number: head.hash for head in noted}}
    good, problem = walk(end, heads)
    if problem is None:
        problem = _beyond(end, heads) or _reworded(end)
    behind = AuditEvent.objects.filter(id__gt=end.event_id).order_by("id")
    return Verdict(
        head=Head(good.number, good.hash),
        problem=problem,
        waiting=behind.count(),
        waiting_since=behind.values_list("at", flat=True).first(),
    )


def remembered() -> dict[int, str]:
    """The heads that earlier verifications found, newest first up to `REMEMBERED`."""
    rows = AuditEvent.objects.filter(action=VERIFIED).order_by("-at")
    found = rows.values_list("after", flat=True)[:REMEMBERED]
    return {
        after["number"]: after["hash"]
        for after in found
        if isinstance(after.get("number"), int) and after["number"] and after.get("hash")
    }


def walk(end: Link, heads: Mapping[int, str]) -> tuple[Link, Problem | None]:
    """The last good link and the first problem up to `end`."""
    good = BEGINNING
    for seals in _seals(end.number):
        events = _events(good, seals)
        event = next(events, None)
        for seal in seals:
            problem = _problem(good, seal, event) or _against_notes(seal, heads)
            if problem:
                return good, _named(problem)
            good, event = Link(*seal), next(events, None)
        if event is not None:
            return good, Problem(Fault.INSERTED, good.number, event.id)
    return good, None


def _problem(good: Link, seal: Row, event: Facts | None) -> Problem | None:
    """What is wrong with the next seal and the event that should be its own."""
    number, event_id, digest = seal
    if number != good.number + 1:
        return Problem(Fault.UNSEALED, good.number + 1, 0)
    if event_id <= good.event_id and good.number:
        return Problem(Fault.REORDERED, number, event_id)
    if event is None or event.id > event_id:
        return Problem(Fault.DELETED, number, event_id)
    if event.id < event_id:
        return Problem(Fault.INSERTED, number, event.id)
    if hash_of(good.hash, number, event) != digest:
        return Problem(Fault.CHANGED, number, event_id)
    return None


def _named(problem: Problem) -> Problem:
    """An event in the wrong place that has a seal elsewhere was moved, not put in."""
    sealed = AuditSeal.objects.filter(event_id=problem.event_id)
    if problem.fault == Fault.INSERTED and sealed.exists():
        return problem._replace(fault=Fault.REORDERED)
    return problem


def _against_notes(seal: Row, heads: Mapping[int, str]) -> Problem | None:
    if heads.get(seal.number, seal.hash) != seal.hash:
        return Problem(Fault.REWRITTEN, seal.number, seal.event_id)
    return None


def _beyond(end: Link, heads: Mapping[int, str]) -> Problem | None:
    """A noted head the chain does not reach, or a database that lets rows be changed."""
    beyond = [number for number in heads if number > end.number]
    if beyond:
        return Problem(Fault.CUT, min(beyond), 0)
    if not is_guarded():
        return Problem(Fault.UNGUARDED, end.number, 0)
    return None


def _reworded(end: Link) -> Problem | None:
    """Words beside an event that are not those it was sealed with."""
    at = 0
    while True:
        rows = AuditWords.objects.filter(event_id__gt=at, event_id__lte=end.event_id)
        chunk = list(rows.order_by("event_id").select_related("event")[:CHUNK])
        if not chunk:
            return None
        found = next(iter(strays(chunk)), None)
        if found is not None:
            return Problem(Fault.REWORDED, end.number, found)
        at = chunk[-1].event_id


def _seals(last: int) -> Iterator[list[Row]]:
    """The seals up to number `last`, by keyset: no long cursor holds a snapshot open."""
    number = -1
    while True:
        rows = AuditSeal.objects.filter(number__gt=number, number__lte=last).order_by("number")
        chunk = [Row(*row) for row in rows.values_list("number", "event_id", "hash")[:CHUNK]]
        if not chunk:
            return
        yield chunk
        number = chunk[-1].number


def _events(good: Link, seals: list[Row]) -> Iterator[Facts]:
    """The events these seals should cover, and one more if there is one too many."""
    rows = AuditEvent.objects.filter(id__lte=max(seal.event_id for seal in seals))
    if good.number:
        rows = rows.filter(id__gt=good.event_id)
    found = rows.order_by("id").values_list(*COLUMNS)[: len(seals) + 1]
    return iter([Facts(*row) for row in found])


def is_guarded() -> bool:
    """Whether the triggers that refuse changes are all in place."""
    question, wanted = GUARDS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        return wanted <= {row[0] for row in cursor.fetchall()}
