"""A channel whose receiver lies in this process, and deliveries about to leave the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm.notices.channels import Message
from crm.notices.models import Delivery, Preference
from crm.people.models import User
from tests.notices.rows import make_notice, make_reminder
from tests.people import NOW


@dataclass
class Receiver:
    """Takes what it is sent; `answer` may raise for a message."""

    name: str = "email"
    timeout_s: float = 20.0
    honours_key: bool = False
    is_group: bool = False
    taken: list[Message] = field(default_factory=list)
    answer: Callable[[Message], None] = lambda _message: None

    def send(self, message: Message) -> None:
        self.answer(message)
        self.taken.append(message)

    @property
    def channels(self) -> dict[str, Any]:
        return {self.name: self}


def prefers(user: User, *channels: str, **fields: Any) -> Preference:
    """What somebody chose under My settings."""
    return Preference.objects.create(
        user=user, channels=list(channels), topic=f"topic-of-{user.username}", **fields
    )


def make_delivery(to: User, name: str, *, at: dt.datetime = NOW, **fields: Any) -> Delivery:
    """One message about 张伟 to leave at `at`; its line lies in the inbox."""
    reminder = make_reminder(to, name, at=at, state="fired", fired_at=at, **scope_of(to))
    about = {"about_room": "followups", "about_model": "plannedcontact", "about_id": name[:22]}
    line = make_notice(to, name, at=at, **about)
    return Delivery.objects.create(
        **{
            "key": f"{name}/before/email/{to.public_id}",
            "reminder": reminder,
            "notice": line,
            "recipient": to,
            "store": reminder.store,
            "channel": "email",
            "wanted_at": at,
            "not_before": at,
            "created_at": at,
            **fields,
        }
    )


def scope_of(user: User) -> dict[str, Any]:
    post = user.memberships.first()
    return {"store": post.store, "team": post.team} if post else {}
