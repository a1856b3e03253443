"""`manage.py backup`: database and attachments in one file, while people work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.home.actions.backups import Outcome, note_backup
from crm.home.management.backup.database import BackupFailed
from crm.home.management.backup.encryption import key_file_named
from crm.home.management.backup.making import Refused, make, name_for
from crm.home.management.backup.register import bring_up_to_date


class Command(BaseCommand):
    help = (
        "Write database and attachments into one file showfloor-<UTC>.tar.gz of a folder, while"
        " people work. Exit 0 when it is whole. See docs/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=settings.BACKUP_DIR, metavar="DIR")
        parser.add_argument(
            "--key-file",
            default=settings.BACKUP_KEY_FILE,
            help="encrypt with the phrase in the first line of this file (needs gpg)",
        )
        parser.add_argument(
            "--keep", type=int, default=settings.BACKUP_KEEP, help="how many stay in the folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["folder"]:
            raise CommandError("Name a folder: manage.py backup DIR, or BACKUP_DIR.")
        if options["keep"] < 1:
            raise CommandError("--keep is a number of at least 1.")
        outcome = self.attempt(Path(options["folder"]), options)
        bring_up_to_date(Path(options["folder"]))
        note_backup(outcome, now=timezone.now())
        if outcome.problem:
            raise CommandError(outcome.problem)
        self.stdout.write(
            f"{outcome.name} {outcome.size} bytes, {outcome.rows} rows, {outcome.files} files"
        )
        self.stdout.write(f"sha256 {outcome.sha256}")

    def attempt(self, folder: Path, options: dict[str, Any]) -> Outcome:
        """The backup, or a note of why there is none."""
        now, named = timezone.now(), options["key_file"]
        try:
            key = key_file_named(named) if named else None
            return make(folder, key, keep=options["keep"], now=now)
        except Refused as error:
            raise CommandError(str(error)) from error
        except BackupFailed as error:
            name = name_for(now, encrypted=bool(named))
            return Outcome(name, now, is_encrypted=bool(named), problem=str(error))
