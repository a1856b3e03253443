"""Text messages: one interface for any provider; the one shipped prints to the console."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from crm.notices import states
from crm.notices.channels.interface import Message, Refused
from crm.notices.channels.reasons import NO_ADDRESS, reason


class Provider(Protocol):
    """Sends one text to one number (E.164); `key` may be passed on to drop a repeat.

    Raises `Refused` for what is wrong for good, `Failed` for what may be tried again.
    """

    honours_key: bool

    def send(self, number: str, text: str, *, key: str) -> None: ...


class Console:
    """For trying it out: prints the text, with the number masked."""

    honours_key = False

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout

    def send(self, number: str, text: str, *, key: str) -> None:  # noqa: ARG002
        """Print one line."""
        self.out.write(f"SMS to {number[:-8]}****{number[-4:]}: {text}\n")
        self.out.flush()


class Sms:
    """A person's own number; the customer's name is shortened, since providers read along."""

    name = states.SMS
    timeout_s = 10.0
    is_group = False

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.honours_key = provider.honours_key

    def send(self, message: Message) -> None:
        """Send the sentence and the link as one text."""
        if not message.phone:
            raise Refused(reason(NO_ADDRESS))
        self.provider.send(message.phone, message.body, key=message.key)
