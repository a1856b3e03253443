"""Take an exchange workbook out on the command line (docs/workbook.md)."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.exchange.actions.exports import export_workbook
from crm.exchange.queues.window import Window
from crm.people.models import Store


class Command(BaseCommand):
    help = "Export an exchange workbook: FILE.xlsx, or FILE.zip of .csv files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, metavar="D")
        parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, metavar="D")
        parser.add_argument("--store", default="", metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status: 0 written, 2 the request makes no sense or the file cannot be written."""
        path: Path = options["file"]
        window = Window(options["first"], options["last"], options["store"])
        if path.suffix.lower() not in {".xlsx", ".zip"}:
            raise CommandError(_("The file is named .xlsx or .zip."), returncode=2)
        if window.first and window.last and window.last < window.first:
            raise CommandError(_("The last day lies before the first."), returncode=2)
        if window.store and not Store.objects.filter(code=window.store).exists():
            message = _("There is no store %(code)s.") % {"code": window.store}
            raise CommandError(message, returncode=2)
        try:
            counts = export_workbook(path, window, by=None, now=timezone.now())
        except OSError as error:
            message = _("The file could not be written: %(error)s") % {"error": error}
            raise CommandError(message, returncode=2) from error
        for sheet, count in counts.items():
            self.stdout.write(f"{sheet}: {count}")
