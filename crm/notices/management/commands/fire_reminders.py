"""`manage.py fire_reminders`: one sweep without any worker, also the emergency mode."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crm.notices.channels.loading import all_channels
from crm.notices.dispatch import drain, send_outside


class Command(BaseCommand):
    help = "Fire everything that is due, once, and print what was done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", metavar="ISO", help="pretend it is this moment (not in production)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment(options["now"])
        tally = drain(now=now)
        tally.delivered += send_outside(all_channels(), now=now)
        self.stdout.write(str(tally))


def moment(text: str | None) -> dt.datetime | None:
    """The moment given, in the store's zone where it names none."""
    if text is None:
        return None
    if settings.PRODUCTION:
        raise CommandError("--now is not allowed with PRODUCTION=1.")
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise CommandError(f"--now={text!r} cannot be understood: 2026-11-21T08:30 can.")
    return timezone.make_aware(found) if timezone.is_naive(found) else found
