"""Whom we were told to forget, beside the backups: a backup older than that brings them back.

One line of JSON for each customer erased: a random id and a moment, nothing that names anybody.
`manage.py replay_erasures` reads it after a restore (D48).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from crm.home import states
from crm.home.models import Erasure

log = logging.getLogger("showfloor.erasures")

NAME = "erasures.jsonl"


def register_path(folder: Path | None = None) -> Path:
    """The register of a folder of backups: `BACKUP_DIR`, else `var/`."""
    return (folder or Path(settings.BACKUP_DIR or settings.VAR_DIR)) / NAME


def note_erasure(public_id: str, at: dt.datetime) -> None:
    """Write a customer down once the erasure has committed.

    What cannot be written now is written by the next backup or within the hour: the rows of the
    database say who was erased.
    """
    try:
        write([(public_id, at)])
    except OSError as error:
        log.warning("the register of erasures cannot be written: %s", error.strerror)


def bring_up_to_date(folder: Path | None = None) -> int:
    """Write down everybody the database knows to be erased, here or beside other backups.

    Whom a register named that the database does not know to be erased any more stays in it.
    Returns how many lines were new.
    """
    rows = Erasure.objects.filter(state=states.ERASED).order_by("pk")
    found = [
        (public_id, at)
        for public_id, at in rows.values_list("customer__public_id", "erased_at")
        if at is not None
    ]
    known = register_path()
    if folder is not None and known.exists() and known != register_path(folder):
        found += [(public_id, dt.datetime.fromisoformat(at)) for public_id, at in read(known)]
    return write(found, register_path(folder)) if found else 0


def write(erased: Iterable[tuple[str, dt.datetime]], path: Path | None = None) -> int:
    """Add those the register does not name yet, safe from a power cut; how many."""
    path = path or register_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(number, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = {public_id for public_id, _at in lines(file)}
        new = [(public_id, at) for public_id, at in erased if public_id not in known]
        for public_id, at in new:
            file.write(json.dumps({"customer": public_id, "at": at.isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def read(path: Path) -> list[tuple[str, str]]:
    """Everybody a register names, oldest first; raises OSError where there is none."""
    with path.open() as file:
        return list(lines(file))


def lines(file: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Ids and moments; a line cut off by a crash is passed over."""
    for line in file:
        try:
            entry = json.loads(line)
            yield str(entry["customer"]), str(entry["at"])
        except (ValueError, KeyError, TypeError):
            log.warning("a line of the register of erasures cannot be read")
