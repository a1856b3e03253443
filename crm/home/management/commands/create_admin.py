"""`manage.py create_admin`: the first administrator, through a one-time link on the console."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.home.actions.accounts import AdministratorExists, create_admin
from crm.home.actions.mails import address_of_link


class Command(BaseCommand):
    help = "Make the first administrator and print their one-time link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="admin")
        parser.add_argument("--name", default="Administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        try:
            token = create_admin(options["username"], options["name"], now=now, today=today)
        except AdministratorExists as error:
            raise CommandError(
                "There is an administrator already. They invite everybody else."
            ) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write("Open this address once within 24 hours and choose a password:")
        self.stdout.write(address_of_link(token))
