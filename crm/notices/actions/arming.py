"""Writing reminders, and telling somebody at once. The caller's transaction holds it all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from crm.notices import due, states
from crm.notices.models import About, Notice, Reminder
from crm.notices.queues import ArmingFacts, arming_facts, on_duty, store_hours
from crm.notices.roles import Desk
from crm.people import roles
from crm.people.models import User
from crm.records.bulk import write_rows
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import Book
from crm.workdays import Calendar

TEXT_AT_MOST = 500
BATCH = 500
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One thing that falls due and must be told about (RM-01, RM-05, RM-08).

    `occasion` names it, "contact:<public id>/v<version>": the same name again arms nothing
    twice. `to` is told ahead of `due_at` and again after it; `supervisor` and the manager of
    the team and store follow, the manager not without `to_manager`. `subject` is the thread,
    "card:<public id>". `data` carries what the line shows, as JSON without phone numbers; `link`
    is a URL name and a public id. `spared` is the id of whoever is not to hear of it, nor as
    somebody's deputy.
    """

    occasion: str
    kind: str
    about: About
    to: User
    due_at: dt.datetime
    store_id: int | None
    team_id: int | None = None
    untimed: bool = False
    leads: bool = True
    ladder: bool = True
    unapproved: bool = False
    critical: bool = False
    to_manager: bool = True
    supervisor: str = roles.SALES_SUPERVISOR
    spared: int | None = None
    subject: str = ""
    link: tuple[str, str] = ("", "")
    data: Mapping[str, Any] = field(default_factory=dict)

    def desk_of(self, step: str) -> str:
        """The role a step of the ladder is for: the person's supervisor, then the manager."""
        return {states.LATE_SUPERVISOR: self.supervisor, states.LATE_MANAGER: roles.MANAGER}.get(
            step, ""
        )


@dataclass(frozen=True, kw_only=True)
class Bell:
    """One single bell of its own occasion, for a person or a desk; fields as of an `Occasion`."""

    occasion: str
    step: str
    kind: str
    about: About
    to: User | Desk
    at: dt.datetime
    store_id: int | None
    subject: str = ""
    link: tuple[str, str] = ("", "")
    data: Mapping[str, Any] = field(default_factory=dict)
    due_at: dt.datetime | None = None
    critical: bool = False
    spared: int | None = None


def remind(occasion: Occasion, *, now: dt.datetime) -> int:
    """Write the bells of one occasion; returns how many. One already past is not written."""
    return remind_many([occasion], now=now)


def remind_many(
    occasions: Iterable[Occasion], *, now: dt.datetime, rules: Book | None = None
) -> int:
    """Write the bells of many occasions in bulk; a bell already written stays as it is.

    `rules` is the rulebook where the caller has just read it; then `to` may come with its
    `preference`, which is read here otherwise.
    """
    wanted = list(occasions)
    people = {occasion.to.pk: occasion.to for occasion in wanted}
    facts: dict[int | None, ArmingFacts] = {}
    rows: list[Reminder] = []
    for occasion in wanted:
        store_id = occasion.store_id
        if store_id not in facts:
            facts[store_id] = arming_facts(store_id, people.values(), rules)
        fact = facts[store_id]
        rows += _rows(occasion, fact.numbers_of(occasion.to.pk), fact.calendar, now=now)
    Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return len(rows)


def _rows(
    occasion: Occasion, numbers: Numbers, calendar: Calendar, *, now: dt.datetime
) -> list[Reminder]:
    rings: list[due.Ring] = []
    if occasion.leads:
        rings += due.lead_rings(
            occasion.due_at, untimed=occasion.untimed, numbers=numbers, calendar=calendar
        )
    ladder = due.ladder_rings(occasion.due_at, numbers=numbers) if occasion.ladder else []
    without = "" if occasion.to_manager else states.LATE_MANAGER
    rings += [ring for ring in ladder if ring.step != without]
    rings = due.rings_to_write(
        rings, due_at=occasion.due_at, calendar=calendar, critical=occasion.critical, now=now
    )
    shared = message_row(
        occasion.occasion,
        kind=occasion.kind,
        about=occasion.about,
        subject=occasion.subject,
        link=occasion.link,
        data=occasion.data,
    )
    return [
        Reminder(
            **shared,
            key=f"{occasion.occasion}/{ring.step}",
            step=ring.step,
            store_id=occasion.store_id,
            team_id=occasion.team_id,
            recipient=occasion.to,
            role=occasion.desk_of(ring.step),
            spared_id=occasion.spared,
            due_at=occasion.due_at,
            untimed=occasion.untimed,
            unapproved=occasion.unapproved,
            not_before=ring.at,
            created_at=now,
        )
        for ring in rings
    ]


def ring(
    *,
    occasion: str,
    step: str,
    kind: str,
    about: About,
    to: User | Desk,
    at: dt.datetime,
    now: dt.datetime,
    subject: str = "",
    link: tuple[str, str] = ("", ""),
    data: Mapping[str, Any] = NOTHING,
    due_at: dt.datetime | None = None,
    critical: bool = False,
    spared: int | None = None,
    store_id: int | None = None,
) -> bool:
    """Write one single bell, as for an approval's limit; False where `at` has passed.

    A desk is resolved to a person, or their deputy, when it rings: never to `spared`. `store_id`
    is where somebody is looked for in the place of a person who has left.
    """
    if at <= now:
        return False
    post = to.reach.main if isinstance(to, User) else None
    desk = (
        to if isinstance(to, Desk) else Desk("", *((post.store_id, post.team_id) if post else ()))
    )
    at = due.into_opening_hours(at, store_hours(desk.store_id), critical=critical)
    row = Reminder(
        **message_row(occasion, kind=kind, about=about, subject=subject, link=link, data=data),
        key=f"{occasion}/{step}",
        step=step,
        store_id=store_id or desk.store_id,
        team_id=desk.team_id if store_id is None else None,
        recipient=to if isinstance(to, User) else None,
        role=desk.role,
        spared_id=spared,
        due_at=due_at,
        not_before=at,
        created_at=now,
    )
    Reminder.objects.bulk_create([row], ignore_conflicts=True)
    return True


def ring_many(bells: Iterable[Bell], *, now: dt.datetime) -> int:
    """Write many single bells in bulk; one written before stays as it is. Returns how many.

    One whose moment has passed rings at once, in the store's opening hours unless it is critical:
    for what a sweep finds.
    """
    hours: dict[int | None, Calendar] = {}
    rows = []
    for bell in bells:
        if bell.store_id not in hours:
            hours[bell.store_id] = store_hours(bell.store_id)
        rows.append(_single(bell, hours[bell.store_id], now))
    write_rows(Reminder, rows, twice="key")
    return len(rows)


def _single(bell: Bell, hours: Calendar, now: dt.datetime) -> dict[str, Any]:
    """The columns of a single bell."""
    desk = bell.to if isinstance(bell.to, Desk) else Desk("", None)
    message = message_row(
        bell.occasion,
        kind=bell.kind,
        about=bell.about,
        subject=bell.subject,
        link=bell.link,
        data=bell.data,
    )
    at = due.into_opening_hours(max(bell.at, now), hours, critical=bell.critical)
    return {
        **message,
        "key": f"{bell.occasion}/{bell.step}",
        "step": bell.step,
        "store_id": bell.store_id,
        "team_id": desk.team_id,
        "recipient_id": bell.to.pk if isinstance(bell.to, User) else None,
        "role": desk.role,
        "spared_id": bell.spared,
        "due_at": bell.due_at,
        "not_before": at,
        "created_at": now,
    }


def tell(
    *,
    to: User | Desk,
    kind: str,
    occasion: str,
    about: About,
    now: dt.datetime,
    subject: str = "",
    link: tuple[str, str] = ("", ""),
    data: Mapping[str, Any] = NOTHING,
    due_at: dt.datetime | None = None,
    spared: int | None = None,
) -> Notice | None:
    """Put one line into a person's inbox at once, or their deputy's; never twice the same.

    Never into that of `spared`. None where nobody holds the desk.
    """
    desk = to if isinstance(to, Desk) else None
    people = [to.pk] if isinstance(to, User) else []
    asked = {desk.role, *states.NEXT_ROLE_UP.values()} if desk else set()
    duty = on_duty(timezone.localdate(now), roles=asked, people=people)
    person = duty.holder(desk, spared=spared) if desk else duty.stand_in(people[0], spared=spared)
    if person in (None, spared):
        return None
    line, _made = Notice.objects.get_or_create(
        key=f"{occasion}/told/{person}",
        defaults={
            **message_row(occasion, kind=kind, about=about, subject=subject, link=link, data=data),
            "recipient_id": person,
            "store_id": desk.store_id if desk else None,
            "due_at": due_at,
            "created_at": now,
        },
    )
    return line


def message_row(
    occasion: str,
    *,
    kind: str,
    about: About,
    subject: str,
    link: tuple[str, str],
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """What a reminder and its line have in common, ready for both."""
    return {
        "occasion": occasion,
        "kind": kind,
        "about_room": about.room,
        "about_model": about.model,
        "about_id": about.public_id,
        "subject": subject,
        "link_name": link[0],
        "link_id": link[1],
        "data": _clean(dict(data)),
    }


def _clean(value: Any) -> Any:
    """JSON both databases store alike: no NUL, no endless text."""
    if isinstance(value, Mapping):
        return {str(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("\x00", "")[:TEXT_AT_MOST]
    return value
