"""`manage.py replay_erasures`: after a restore, erase again whom the backup brought back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.customers.models import Customer
from crm.home.actions.erasures import repeat_erasure
from crm.home.management.backup.register import read, register_path


class Command(BaseCommand):
    help = (
        "Erase again every customer of the register who is still named here. Run it after a"
        " restore, before anybody signs in. See docs/personal-data.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "register", nargs="?", help="the file erasures.jsonl; beside the backups unless said"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["register"]) if options["register"] else register_path()
        if not path.exists() and not options["register"]:
            self.stdout.write("Nobody was erased: there is no register.")
            return
        try:
            named = [public_id for public_id, _at in read(path)]
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        again = 0
        for public_id in named:
            rows = Customer.objects.filter(public_id=public_id, anonymised_at=None)
            for customer in rows:
                repeat_erasure(customer, now=timezone.now())
                again += 1
        self.stdout.write(f"{len(named)} in the register, {again} erased again.")
