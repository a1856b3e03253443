"""Who else has a ticket open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from complaints.models import Presence, Ticket
from crm.people.models import User
from crm.rulebook.numbers import Numbers

# A page asks so many times before it is taken for closed.
ASKS = 3
SOONEST = 5


@dataclass(frozen=True)
class Around:
    """The others before a ticket, and after how many seconds a page asks again."""

    people: list[Presence]
    every: int

    @property
    def mark(self) -> str:
        """What a page holds that shows these people, so that it is sent nothing it knows."""
        return ",".join(f"{one.user.public_id}{'+' * one.is_writing}" for one in self.people)


def around(user: User, ticket: Ticket, now: dt.datetime, numbers: Numbers) -> Around:
    """Who else looks at a ticket or writes about it; `ticket` is one this person may see."""
    rows = Presence.objects.filter(ticket=ticket, user__is_active=True).exclude(user=user)
    found = rows.since(now - lasts(numbers)).select_related("user").order_by("user__name", "pk")
    return Around(list(found), max(numbers.ticket_presence_seconds // ASKS, SOONEST))


def lasts(numbers: Numbers) -> dt.timedelta:
    """How long after their page last asked somebody counts as being there."""
    return dt.timedelta(seconds=numbers.ticket_presence_seconds)
