"""Bring an exchange workbook in from the command line (docs/workbook.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.exchange.actions.imports import Outcome, import_workbook
from crm.exchange.actions.reports import write_report
from crm.exchange.sheets.problems import Unreadable
from crm.records.states import Stale


class Command(BaseCommand):
    help = "Import an exchange workbook: .xlsx, or a folder or zip of .csv files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only, save nothing")
        parser.add_argument(
            "--skip-invalid", action="store_true", help="save the good rows, list the others"
        )
        parser.add_argument("--report", type=Path, metavar="OUT.xlsx", help="write the result here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status: 0 all saved, 1 something was refused, 2 the file cannot be read."""
        try:
            outcome = import_workbook(
                options["file"],
                by=None,
                now=timezone.now(),
                dry_run=options["dry_run"],
                skip_invalid=options["skip_invalid"],
            )
        except (Unreadable, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        except Stale as error:
            message = _("Nothing was saved: somebody changed a row of %(sheet)s meanwhile.")
            message %= {"sheet": error.model_label}
            raise CommandError(message, returncode=1) from error
        except DatabaseError as error:
            message = _("Nothing was saved: the database refused a row (%(error)s).")
            raise CommandError(message % {"error": error}, returncode=1) from error
        self.tell(outcome)
        if options["report"]:
            self.report(options["report"], outcome)
        self.conclude(outcome, dry_run=options["dry_run"])

    def tell(self, outcome: Outcome) -> None:
        """Every finding as a line, then the counts."""
        found = outcome.findings
        for problem in found.refused:
            self.stderr.write(str(problem))
        for problem in found.warnings:
            self.stdout.write(_("Warning: %(problem)s") % {"problem": problem})
        for sentence in found.unknown:
            self.stdout.write(sentence)
        for sheet, encoding in found.encodings.items():
            if encoding != "UTF-8":
                facts = {"sheet": sheet, "encoding": encoding}
                self.stdout.write(_("%(sheet)s was read as %(encoding)s.") % facts)
        line = _("%(sheet)s: %(created)d new, %(updated)d changed, %(unchanged)d unchanged")
        for sheet, counts in outcome.counts.items():
            self.stdout.write(line % {"sheet": sheet, **vars(counts)})

    def report(self, path: Path, outcome: Outcome) -> None:
        """Write the report beside whatever was saved."""
        try:
            write_report(path, outcome)
        except OSError as error:
            message = _("The report could not be written: %(error)s") % {"error": error}
            raise CommandError(message, returncode=2) from error

    def conclude(self, outcome: Outcome, *, dry_run: bool) -> None:
        """The last line, and the exit status."""
        refused = len(outcome.findings.refused)
        if refused:
            count = ngettext("%(count)d refusal.", "%(count)d refusals.", refused)
            what = _("The good rows were saved.") if outcome.saved else _("Nothing was saved.")
            words = f"{count % {'count': refused}} {what}"
            raise CommandError(words, returncode=outcome.exit_status)
        if dry_run:
            self.stdout.write(_("Nothing is wrong with this file. Nothing was saved."))
        else:
            self.stdout.write(_("Everything was saved."))
