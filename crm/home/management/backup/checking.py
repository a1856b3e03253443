"""Proving a backup: restored into a scratch database, compared, brought up to date, verified."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from crm.home.actions.backups import Outcome
from crm.home.management.backup import archive
from crm.home.management.backup.database import (
    FILE,
    BackupFailed,
    Scratch,
    restored,
    run_manage,
)
from crm.home.management.backup.encryption import decrypting
from crm.home.management.backup.making import NAME, STAMP, hash_of, working_folder
from crm.records.models.attachments import FOLDER


def check_backup(path: Path, key: Path | None) -> Outcome:
    """Restore `path` on trial; the outcome's `problem` is empty when all of it is there.

    Raises `BackupFailed` when `path` is no backup at all.
    """
    named = NAME.fullmatch(path.name)
    if not named or not path.is_file():
        raise BackupFailed(
            f"{path} is no backup: one is called showfloor-….tar.gz or ….tar.gz.gpg."
        )
    is_encrypted = bool(named[2])
    if is_encrypted and key is None:
        raise BackupFailed("The backup is encrypted: name the key file with --key-file.")
    began = dt.datetime.strptime(named[1], STAMP).replace(tzinfo=dt.UTC)
    outcome = {"name": path.name, "began_at": began, "is_encrypted": is_encrypted}
    outcome |= {"size": path.stat().st_size, "sha256": hash_of(path)}
    try:
        manifest = prove(path, key if is_encrypted else None)
    except BackupFailed as error:
        return Outcome(**outcome, problem=str(error))  # type: ignore[arg-type]
    rows, files = sum(manifest.rows.values()), manifest.attachments
    return Outcome(**outcome, rows=rows, files=files)  # type: ignore[arg-type]


def prove(path: Path, key: Path | None) -> archive.Manifest:
    """Everything named is there and works; raises `BackupFailed` with the first that is not."""
    with working_folder() as folder:
        with path.open("rb") as file, decrypting(file, key) as stream:
            manifest = archive.read(stream, folder)
        with restored(folder / FILE[manifest.engine], manifest.engine) as scratch:
            for fault in [*scratch.faults, *differences(manifest, scratch)]:
                raise BackupFailed(f"Restored, but {fault}.")
            try_out(manifest, scratch)
    return manifest


def differences(manifest: archive.Manifest, scratch: Scratch) -> list[str]:
    """What the restored database holds otherwise than the manifest says."""
    found, wanted = scratch.facts.rows, manifest.rows
    wrong = [
        f"{table} has {found.get(table, 'no')} rows instead of {wanted.get(table, 'none')}"
        for table in sorted(found.keys() | wanted.keys())
        if found.get(table) != wanted.get(table)
    ]
    if scratch.facts.migrations != manifest.migrations:
        wrong.append("its migrations are not those of the manifest")
    if scratch.facts.head != manifest.head:
        wrong.append("its audit trail does not end where the manifest says")
    wrong += [
        f"the file {name} is missing or not the one its row names"
        for name, facts in sorted(scratch.facts.kept.items())
        if manifest.files.get(f"{archive.MEDIA}{FOLDER}/{name[:2]}/{name}") != facts
    ]
    return wrong


def try_out(manifest: archive.Manifest, scratch: Scratch) -> None:
    """This release can take the database on, its trail is unbroken, and people can sign in."""
    status, said = run_manage(scratch.environment, "migrate", "--no-input", "--verbosity=0")
    if status:
        raise BackupFailed(f"Restored, but this release cannot migrate it: {said}")
    if manifest.head:
        words = ["verify_audit", f"--head={manifest.head}"]
        status, said = run_manage(scratch.environment, *words)
        if status:
            raise BackupFailed(f"Restored, but: {said}")
    status, said = run_manage(scratch.environment, "try_sign_in")
    if status:
        raise BackupFailed(f"Restored, but: {said}")
