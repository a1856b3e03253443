"""A message that reaches a person's inbox at once, and by mail with what belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from crm.notices import due, states
from crm.notices.actions.arming import message_row
from crm.notices.channels.names import set_up
from crm.notices.dispatch.quiet import house_quiet, quiet_of
from crm.notices.models import About, Delivery, Notice, Preference, Reminder
from crm.people.models import User


@dataclass(frozen=True, kw_only=True)
class Post:
    """One thing told to several people; fields as of an `Occasion`. `enclosures.py` names what
    goes along by mail."""

    occasion: str
    kind: str
    about: About
    store_id: int | None
    link: tuple[str, str] = ("", "")
    data: Mapping[str, Any] = field(default_factory=dict)


def post(what: Post, *, to: Iterable[User], by_mail: Iterable[User], now: dt.datetime) -> int:
    """Put a line into each inbox and the mail for those who want it into the outbox.

    Never twice the same; returns how many lines were written. The caller's transaction holds it.
    """
    people = list(to)
    shared = {
        **message_row(
            what.occasion,
            kind=what.kind,
            about=what.about,
            subject="",
            link=what.link,
            data=what.data,
        ),
        "store_id": what.store_id,
        "created_at": now,
    }
    keys = {person.pk: f"{what.occasion}/posted/{person.public_id}" for person in people}
    known = set(Reminder.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    fresh = [person for person in people if keys[person.pk] not in known]
    fired = {"state": states.FIRED, "not_before": now, "fired_at": now}
    bells = Reminder.objects.bulk_create(
        Reminder(**shared, **fired, key=keys[one.pk], recipient=one) for one in fresh
    )
    lines = Notice.objects.bulk_create(
        Notice(**shared, key=f"{keys[one.pk]}/app", recipient=one) for one in fresh
    )
    mailed = {person.pk for person in by_mail if person.email}
    if states.EMAIL in set_up():
        pairs = zip(bells, lines, strict=True)
        _queue([pair for pair in pairs if pair[1].recipient_id in mailed], what.store_id, now)
    return len(fresh)


def _queue(pairs: list[tuple[Reminder, Notice]], store_id: int | None, now: dt.datetime) -> None:
    """Their mails, after the quiet hours of each."""
    people = [line.recipient_id for _bell, line in pairs]
    chosen = {one.user_id: one for one in Preference.objects.filter(user__in=people)}
    house, zone = house_quiet({store_id})[store_id], timezone.get_default_timezone()
    rows = []
    for bell, line in pairs:
        quiet = quiet_of(chosen.get(line.recipient_id), house)
        wanted = due.after_quiet(now, quiet, zone)
        rows.append(
            Delivery(
                key=f"{bell.key}/{states.EMAIL}",
                reminder=bell,
                notice=line,
                recipient_id=line.recipient_id,
                store_id=store_id,
                channel=states.EMAIL,
                state=states.PENDING,
                wanted_at=wanted,
                not_before=wanted,
                created_at=now,
            )
        )
    Delivery.objects.bulk_create(rows)
