"""`manage.py try_sign_in`: the system checks, then the sign-in page opened once (D50)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import reverse


class Command(BaseCommand):
    help = (
        "Check the system and open the sign-in page as a browser would, without a web server."
        " Exit 0 when it is shown; `restore_check` runs it on the database it restored."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        page = reverse("people:sign_in")
        try:
            answer = Client(SERVER_NAME=own_host()).get(page, secure=True)
        except Exception as error:
            lines = str(error).splitlines() or [type(error).__name__]
            raise CommandError(f"The sign-in page {page} breaks: {lines[0]}") from error
        if answer.status_code != 200:
            raise CommandError(f"The sign-in page {page} answers {answer.status_code}.")
        self.stdout.write("The sign-in page opens.")


def own_host() -> str:
    """A name this installation is reached by: the first of ALLOWED_HOSTS."""
    return next((host.lstrip(".*") for host in settings.ALLOWED_HOSTS), "") or "localhost"
