"""What may have kept a promise: a contact, a visit, a ticket's answer (HP-01). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

KEY_PARTS = 3


@dataclass(frozen=True, slots=True)
class Deed:
    """One time the customer heard from us: the row it stands on, when (UTC), and how it reads."""

    room: str
    model: str
    public_id: str
    at: dt.datetime
    words: str
    link: str

    @property
    def key(self) -> str:
        """The row's name in a form."""
        return f"{self.room}.{self.model}.{self.public_id}"


def newest(deeds: Iterable[Deed], most: int) -> list[Deed]:
    """At most so many, the newest first."""
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)[:most]
