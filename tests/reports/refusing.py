"""A mail server that takes nothing today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Answers 451 to every message."""

    def send_messages(self, email_messages: Sequence[Any]) -> NoReturn:
        raise ConnectionRefusedError(f"{len(email_messages)} not taken")
