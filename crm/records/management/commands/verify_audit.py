"""`manage.py verify_audit`: is the trail still what was sealed? Names the first bad row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.records.audit import Head, check


class Command(BaseCommand):
    help = (
        "Walk the audit trail's chain of hashes. Exit 0 while it is unbroken, else 1 with the"
        " first bad row. Keep the head it prints somewhere else and hand it in the next time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="NUMBER:HASH",
            help="a head noted earlier, which must still be on the chain; may be given again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = check(noted_heads(options["head"]))
        if verdict.head.number:
            self.stdout.write(f"sealed up to {verdict.head}")
        else:
            self.stdout.write("nothing is sealed yet")
        if verdict.waiting:
            since = f"{verdict.waiting_since:%Y-%m-%d %H:%M:%S %Z}"
            self.stdout.write(f"{verdict.waiting} events wait to be sealed, the first of {since}")
        if verdict.problem:
            raise CommandError(f"The audit trail is broken: {verdict.problem}.")
        self.stdout.write("The audit trail is unbroken.")


def noted_heads(texts: list[str]) -> list[Head]:
    """Heads as this command printed them."""
    try:
        return [Head.of(text) for text in texts]
    except ValueError as error:
        raise CommandError(
            f"--head={error} cannot be understood: NUMBER:HASH can, as this command prints it."
        ) from error
