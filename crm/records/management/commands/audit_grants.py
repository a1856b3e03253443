"""`manage.py audit_grants ROLE`: a database role that runs the product and only appends (D44)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction

from crm.records.audit.grants import statements


class Command(BaseCommand):
    help = (
        "Print what lets a PostgreSQL role run the product without the right to change or remove"
        " what is on the audit trail; --apply says it to the database. Run it as the role that"
        " owns the tables and migrates, and let web and worker connect as ROLE."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that web and worker connect as")
        parser.add_argument("--apply", action="store_true", help="grant and revoke at once")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        if connection.vendor != "postgresql":
            raise CommandError("SQLite knows no roles: whoever may write the file may change it.")
        if role == connection.settings_dict["USER"]:
            raise CommandError(f"{role} is who is connected: the owner keeps every right.")
        said = list(statements(role))
        if options["apply"]:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    for one in said:
                        cursor.execute(one)
            except DatabaseError as error:
                raise CommandError(f"Nothing was changed: {error}") from error
        for one in said:
            self.stdout.write(f"{one};")
