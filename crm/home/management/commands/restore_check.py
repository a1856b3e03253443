"""`manage.py restore_check`: a backup restored on trial, into a database that is thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.home.actions.backups import note_check
from crm.home.management.backup.checking import check_backup
from crm.home.management.backup.database import BackupFailed
from crm.home.management.backup.encryption import key_file_named
from crm.home.management.backup.making import backups_in


class Command(BaseCommand):
    help = (
        "Restore a backup into a scratch database and compare it with its manifest: rows,"
        " migrations, audit trail, every file; then open the sign-in page on it. Exit 0 when all"
        " of it is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            default=settings.BACKUP_DIR,
            metavar="FILE",
            help="a backup, or a folder of which the newest is taken",
        )
        parser.add_argument("--key-file", default=settings.BACKUP_KEY_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"]:
            raise CommandError("Name a backup: manage.py restore_check FILE.")
        try:
            path = newest(Path(options["file"]))
            named = options["key_file"]
            key = key_file_named(named) if named and path.suffix == ".gpg" else None
            outcome = check_backup(path, key)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        note_check(outcome, now=timezone.now())
        if outcome.problem:
            raise CommandError(f"{outcome.name}: {outcome.problem}")
        self.stdout.write(
            f"{outcome.name} is whole: {outcome.rows} rows and {outcome.files} files restored"
        )


def newest(path: Path) -> Path:
    """The file itself, or the newest backup of a folder; raises `BackupFailed`."""
    if not path.is_dir():
        return path
    found = backups_in(path)
    if not found:
        raise BackupFailed(f"{path} holds no backup.")
    return found[-1]
