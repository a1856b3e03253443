"""Making a backup: under a lock, under a name of its own until it is whole."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from crm.home.actions.backups import Outcome
from crm.home.management.backup import archive
from crm.home.management.backup.database import BackupFailed, copy_database
from crm.home.management.backup.encryption import encrypting

STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"showfloor-(\d{8}T\d{6}Z)\.tar\.gz(\.gpg)?")
HALF_WRITTEN = ".partial"
A_DAY_S = 86_400


class Refused(BackupFailed):
    """Nothing was begun: the folder, the name or another backup stands in the way."""


def name_for(now: dt.datetime, *, encrypted: bool) -> str:
    """The name of a backup begun at `now`; names sort by time."""
    return f"showfloor-{now.astimezone(dt.UTC):{STAMP}}.tar.gz{'.gpg' if encrypted else ''}"


def make(folder: Path, key: Path | None, *, keep: int, now: dt.datetime) -> Outcome:
    """Write one backup into `folder` and remove the oldest beyond `keep`.

    Raises `Refused` before anything is begun, `BackupFailed` afterwards; what is half written
    keeps a name no backup has and is removed.
    """
    with only_one(folder):
        final = folder / name_for(now, encrypted=key is not None)
        if final.exists():
            raise Refused(f"{final} exists already; nothing was written.")
        partial = folder / f".{final.name}{HALF_WRITTEN}"
        try:
            manifest = write(partial, key, now)
            put_in_place(partial, final)
        except OSError as error:
            raise BackupFailed(f"The backup could not be written: {error}.") from error
        finally:
            partial.unlink(missing_ok=True)
        remove_beyond(folder, keep)
        return Outcome(
            name=final.name,
            began_at=now,
            size=final.stat().st_size,
            sha256=hash_of(final),
            rows=sum(manifest.rows.values()),
            files=manifest.attachments,
            is_encrypted=key is not None,
        )


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """The folder for one backup at a time; what a killed one left is removed."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / ".showfloor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Refused(f"{folder} cannot be written to: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(f"Another backup is being written into {folder}.") from error
        for left in folder.glob(f".showfloor-*{HALF_WRITTEN}"):
            left.unlink()
        yield
    finally:
        os.close(lock)


def write(partial: Path, key: Path | None, now: dt.datetime) -> archive.Manifest:
    """Database first, attachments after it: what its rows name is there by then."""
    with working_folder() as folder:
        database, facts = copy_database(folder)
        manifest = archive.Manifest.of(now.isoformat(), connection.vendor, facts)
        number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            with encrypting(file, key) as stream:
                archive.write(stream, manifest, database, Path(settings.MEDIA_ROOT))
            file.flush()
            os.fsync(file.fileno())
    return manifest


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder nobody else can open, beside our other files and not beside the backups.

    What a killed command left there goes away after a day.
    """
    root = settings.VAR_DIR
    root.mkdir(mode=0o700, exist_ok=True)
    for old in root.glob("backup-*"):
        if old.stat().st_mtime < time.time() - A_DAY_S:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=root) as folder:
        yield Path(folder)


def put_in_place(partial: Path, final: Path) -> None:
    """The whole file gets its name at once, and both survive a power cut."""
    partial.rename(final)
    number = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def backups_in(folder: Path) -> list[Path]:
    """The backups of a folder, the oldest first; nothing else in it counts."""
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))


def remove_beyond(folder: Path, keep: int) -> None:
    for old in backups_in(folder)[:-keep]:
        old.unlink()


def hash_of(path: Path) -> str:
    """The file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
