"""`manage.py demo`: fill an empty database with a believable sales floor."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.home.demo.build import NotEmpty, build_demo_floor
from crm.people.queues import demo_floor, demo_sign_ins


def positive(text: str) -> int:
    """A whole number of at least one."""
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 1,000,000")
    return int(text)


class Command(BaseCommand):
    help = "Fill an empty database with a believable sales floor; the same seed, the same floor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cards", type=positive, default=600)
        parser.add_argument("--staff", type=positive, default=25)
        parser.add_argument("--weeks", type=positive, default=12)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--if-empty", action="store_true", help="Leave a database that holds rows as it is."
        )
        parser.add_argument(
            "--migrate", action="store_true", help="Bring the database up to date first."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        try:
            counts = build_demo_floor(
                cards=options["cards"],
                staff=options["staff"],
                weeks=options["weeks"],
                seed=options["seed"],
                now=timezone.now(),
            )
        except NotEmpty as error:
            if not options["if_empty"]:
                raise CommandError("The database is not empty; nothing was changed.") from error
        else:
            made = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
            self.stdout.write(f"The demo floor is ready: {made}.")
        self.print_sign_ins()

    def print_sign_ins(self) -> None:
        """One demo sign-in per role; nothing in a real installation."""
        floor = demo_floor()
        if floor is None:
            return
        self.stdout.write(f"Demo sign-ins, all with the password {floor.password}")
        for person in demo_sign_ins():
            self.stdout.write(f"  {person.username:<24}{person.role}, {person.name}")
