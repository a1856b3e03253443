"""Moving, voiding and handing over reminders, inside the caller's transaction (RM-09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from crm.notices import due, states
from crm.notices.actions.arming import Occasion, remind
from crm.notices.channels.names import set_up
from crm.notices.models import About, Delivery, Notice, Reminder
from crm.notices.queues import store_hours
from crm.people.models import User
from crm.records.actions import change_and_read


def move(
    occasion: Occasion, *, replaces: About | str, now: dt.datetime, reason: str = "rescheduled"
) -> int:
    """Void the bells of an old date and arm those of the new one; returns how many (RM-09)."""
    if isinstance(replaces, About):
        cancel(about=replaces, reason=reason, now=now)
    else:
        cancel(occasion=replaces, reason=reason, now=now)
    return remind(occasion, now=now)


def shift(about: About, moments: Mapping[tuple[str, str], dt.datetime]) -> int:
    """Move bells not yet rung to other moments, given by kind and step; returns how many moved.

    Into the opening hours of their store; one whose moment has passed rings next.
    """
    moved: dict[dt.datetime, list[int]] = {}
    with transaction.atomic(savepoint=False):
        held = Reminder.objects.filter(_match(about, "", "")).still_to_ring().order_by("pk")
        for row in held.select_for_update(no_key=True):
            wanted = moments.get((row.kind, row.step))
            if wanted is None:
                continue
            at = due.into_opening_hours(wanted, store_hours(row.store_id), critical=False)
            if at != row.not_before:
                moved.setdefault(at, []).append(row.pk)
        for at, pks in moved.items():
            _change(pks, not_before=at)
    return sum(len(pks) for pks in moved.values())


def cancel(
    *,
    reason: str,
    now: dt.datetime,
    about: About | Collection[About] | None = None,
    occasion: str = "",
    subject: str = "",
) -> int:
    """Void every bell not yet rung and close the inbox lines it left (RM-02, RM-09).

    Claimed ones too: a dispatcher that holds one either committed before the caller's
    transaction took the row's lock, or finds it cancelled. Returns how many bells were voided.
    """
    match = _match(about, occasion, subject)
    with transaction.atomic(savepoint=False):
        voided = _void(match, reason)
        close_lines(Notice.objects.filter(match).still_open(), reason=reason, now=now)
    return voided


def spare(
    person: User,
    *,
    reason: str,
    now: dt.datetime,
    subject: str = "",
    about: About | Collection[About] | None = None,
) -> int:
    """Void what would still ring for one person in a thread or about some things, close its lines.

    Others go on hearing of it; what is for them reaches that person as nobody's deputy.
    """
    all_of_it = _match(about, "", subject)
    match = all_of_it & Q(recipient=person)
    with transaction.atomic(savepoint=False):
        voided = _void(match, reason)
        rest = Reminder.objects.filter(all_of_it)
        _change(_locked(rest.still_to_ring()), spared=person)
        rest.exclude(state__in=states.OPEN).update(spared=person)
        close_lines(Notice.objects.filter(match).still_open(), reason=reason, now=now)
    return voided


def silence(about: About, *, reason: str) -> int:
    """Void the bells of one thing alone; whoever calls it looks for its lines afterwards.

    `lines_of` says whether there are any, `close` ends them. Returns how many were voided.
    """
    with transaction.atomic(savepoint=False):
        return _void(_match(about, "", ""), reason)


def lines_of(about: About) -> Exists:
    """Whether an inbox line about this is still open: true only after `silence`."""
    return Exists(Notice.objects.filter(_match(about, "", "")).still_open())


def close(about: About, *, reason: str, now: dt.datetime) -> None:
    """Close the inbox lines about one thing whose bells are void."""
    close_lines(Notice.objects.filter(_match(about, "", "")).still_open(), reason=reason, now=now)


def _void(match: Q, reason: str) -> int:
    """Void what is still to ring; the rows are locked in the order in which all writers do."""
    rows = Reminder.objects.filter(match).still_to_ring()
    locked = rows.order_by("pk").select_for_update(no_key=True).values("pk")
    return Reminder.objects.filter(pk__in=locked).update(
        state=states.CANCELLED, lease_until=None, ended_because=reason[:40]
    )


def mark_approved(about: Collection[About]) -> None:
    """Take the mark "not approved" off what is armed and what lies in the inbox (FP-12)."""
    match = _match(about, "", "")
    with transaction.atomic():
        marked = Reminder.objects.filter(match, unapproved=True).still_to_ring()
        _change(_locked(marked), unapproved=False)
    Notice.objects.filter(match, unapproved=True).still_open().update(unapproved=False)


def hand_over(
    *, subject: str, to: User, store_id: int | None, team_id: int | None, now: dt.datetime
) -> int:
    """Let the bells of a thread follow its new owner; the old owner's lines close (OW-07)."""
    with transaction.atomic():
        rows = Reminder.objects.filter(subject=subject, recipient__isnull=False)
        moved = _locked(rows.still_to_ring())
        _change(moved, recipient=to, store_id=store_id, team_id=team_id)
        lines = Notice.objects.filter(subject=subject).exclude(recipient=to)
        close_lines(lines.still_open(), reason="handed over", now=now)
    return len(moved)


def _match(about: About | Collection[About] | None, occasion: str, subject: str) -> Q:
    """One of the three ways to name rows; naming none must not mean all of them."""
    if isinstance(about, About):
        about = [about]
    if about is not None:
        match = Q(about_id__in=[one.public_id for one in about])
        for room, model in {(one.room, one.model) for one in about}:
            match &= Q(about_room=room, about_model=model)
        return match if about else Q(pk__in=[])
    if occasion:
        return Q(occasion=occasion)
    if subject:
        return Q(subject=subject)
    raise ValueError("Name what to void: about, occasion or subject.")


def _locked(rows: QuerySet[Reminder]) -> list[int]:
    """The ids, locked in the one order in which every writer takes several reminders."""
    locked = rows.order_by("pk").select_for_update(no_key=True)
    return list(locked.values_list("pk", flat=True))


def _change(pks: list[int], **changes: Any) -> None:
    """Change reminders still to ring; a dispatcher that holds one loses its claim to it."""
    if pks:
        free = {"state": states.PENDING, "lease_until": None, "fence": F("fence") + 1}
        Reminder.objects.filter(pk__in=pks).update(**free, **changes)


def close_lines(rows: QuerySet[Notice], *, reason: str, now: dt.datetime) -> None:
    """Close lines, and digests in which nothing is open any more."""
    closed = {"state": states.CLOSED, "closed_at": now, "snoozed_until": None}
    locked = rows.order_by("pk").select_for_update(no_key=True).values("pk")
    leaving = Delivery.objects.can_be_stopped()
    read: list[str | Exists] = ["id", "folded_into_id"]
    if set_up():
        read.append(Exists(leaving.filter(notice=OuterRef("pk"))))
    found = change_and_read(
        Notice.objects.filter(pk__in=locked), read, **closed, ended_because=reason[:40]
    )
    told = [key for key, _digest, *leaves in found if any(leaves)]
    if told:  # what is still to leave the house of these lines stays; the rest is on its way
        leaving.filter(notice__in=told).update(
            state=states.CANCELLED, lease_until=None, ended_because=reason[:40]
        )
    digests = {row[1] for row in found if row[1] is not None}
    if digests:
        left = Notice.objects.filter(folded_into=OuterRef("pk")).still_open()
        empty = Notice.objects.filter(~Exists(left), pk__in=digests).still_open()
        empty.update(**closed, ended_because=reason[:40])
