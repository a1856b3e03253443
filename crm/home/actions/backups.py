"""What is kept about a backup and its trial restore."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from crm.home.models import Backup
from crm.records.audit import record


@dataclass(frozen=True)
class Outcome:
    """A backup that was tried: what came of it, or the sentence that says why nothing did."""

    name: str
    began_at: dt.datetime
    size: int = 0
    sha256: str = ""
    rows: int = 0
    files: int = 0
    is_encrypted: bool = False
    problem: str = ""


@transaction.atomic
def note_backup(outcome: Outcome, *, now: dt.datetime) -> Backup:
    """Remember a backup that ended, well or badly; all data left the database with it (D44)."""
    facts = {**vars(outcome), "problem": outcome.problem[:300], "ended_at": now}
    row, _made = Backup.objects.update_or_create(name=outcome.name, defaults=facts)
    after = {"name": row.name, "rows": row.rows, "problem": row.problem}
    record("home.make_backup", by=None, obj=row, after=after, at=now)
    return row


@transaction.atomic
def note_check(outcome: Outcome, *, now: dt.datetime) -> Backup:
    """Remember that a backup was restored on trial; `problem` empty means that it was whole.

    A backup this database does not know, being older than it, gets a row.
    """
    problem = outcome.problem[:300]
    facts = {**vars(outcome), "problem": "", "ended_at": outcome.began_at}
    row, _made = Backup.objects.get_or_create(name=outcome.name, defaults=facts)
    row.checked_at, row.check_problem = now, problem
    row.save(update_fields=["checked_at", "check_problem"])
    after = {"name": row.name, "problem": problem}
    record("home.check_backup", by=None, obj=row, after=after, at=now)
    return row
