"""`manage.py upgrade`: a backup first, then the database is brought up to this release (D51)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration


class Command(BaseCommand):
    help = (
        "Bring the database up to this release: a backup first, then every migration, each of"
        " them whole or not at all. Stop the web server and the worker before. See"
        " docs/backup.md."
    )
    requires_system_checks: tuple[str, ...] = ()  # `handle` asks them all, once

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=settings.BACKUP_DIR, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        # What would not start afterwards changes nothing (D52).
        self.check(include_deployment_checks=settings.PRODUCTION)
        todo, is_new = pending()
        if not todo:
            self.stdout.write("The database is that of this release: nothing to do.")
            return
        if not is_new:
            if not options["folder"]:
                raise CommandError("Name a folder for the backup: manage.py upgrade DIR.")
            call_command("backup", options["folder"], stdout=self.stdout)
        self.migrate(todo, is_new=is_new)
        self.stdout.write(f"{len(todo)} migrations: the database is that of this release.")

    def migrate(self, todo: list[Migration], *, is_new: bool) -> None:
        """All of them in order; where one fails, say how far it got and what starts again."""
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except Exception as error:
            left, _new = pending()
            done = len(todo) - len(left)
            if is_new:
                way = "The database held nothing yet."
            elif done:
                way = "Restore the backup named above before the former release is started."
            else:
                way = "The database is as it was: the former release starts again as it is."
            raise CommandError(
                f"{left[0] if left else 'migrate'} failed and was taken back: {error}\n"
                f"{done} of {len(todo)} migrations were done before it. {way}"
            ) from error


def pending() -> tuple[list[Migration], bool]:
    """The migrations still to run, and whether the database is new; raises CommandError."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise CommandError(f"The database cannot be read: {error}") from error
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _back in plan], not executor.loader.applied_migrations
