"""What the sender knows of a channel, and the two ways in which a send can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """The other side will never take this message: sending it again is of no use."""


class Failed(Exception):
    """It was not sent this time and may be tried again."""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along; one that `shows` stands in the HTML under that name."""

    name: str
    content: bytes
    kind: str
    shows: str = ""


@dataclass(frozen=True)
class Enclosed:
    """What a mail carries beside its text: the same as a page, and files."""

    html: str = ""
    files: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message ready to leave: for whom, the words in their language, where to answer it.

    `key` names it for good: a receiver that honours it takes it once. `subject` is one
    sentence, `body` the whole text with its link.
    """

    key: str
    name: str
    subject: str
    body: str
    email: str = ""
    phone: str = ""
    topic: str = ""
    store_code: str = ""
    enclosed: Enclosed | None = None


class Channel(Protocol):
    """One way out. `send` returns when the message was taken, else raises `Refused` or `Failed`.

    `timeout_s` bounds one send. `honours_key` says that the receiver drops a key it has seen,
    so that what may have been sent can be sent again. A `is_group` channel is read by several
    people.
    """

    name: str
    timeout_s: float
    honours_key: bool
    is_group: bool

    def send(self, message: Message) -> None: ...


def mask_name(name: str) -> str:
    """A customer's name for eyes outside the scope: 张** (security.md 1.3)."""
    return f"{name.strip()[:1]}**" if name.strip() else ""
