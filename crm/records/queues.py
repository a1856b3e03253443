"""Reading the trail: what happened last to a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, QuerySet, Sum, Value
from django.utils.crypto import salted_hmac

from crm.people.browsers import network_of
from crm.people.models import User
from crm.records.models import (
    ORIGINAL,
    REMOVE,
    Attachment,
    AuditEvent,
    Draft,
    RequestToken,
    WrongLink,
)

HOUR = dt.timedelta(hours=1)


def last_change_of(row: models.Model) -> AuditEvent | None:
    """The latest event about `row`, with whoever caused it; None where the trail has none."""
    subject_id = getattr(row, "public_id", "") or str(row.pk)
    events = AuditEvent.objects.filter(subject=row._meta.label, subject_id=subject_id)
    return events.select_related("actor").order_by("-id").first()


def last_changes_of(rows: Sequence[models.Model]) -> list[AuditEvent]:
    """The latest event about each of these rows of one model; one statement."""
    ids = [getattr(row, "public_id", "") or str(row.pk) for row in rows]
    label = rows[0]._meta.label if rows else ""
    events = AuditEvent.objects.filter(subject=label, subject_id__in=ids)
    found = events.select_related("actor").order_by("id")
    return list({event.subject_id: event for event in found}.values())


def draft_of(user: User, form: str, subject_id: str) -> Draft | None:
    """What this person has typed into this form and not saved yet."""
    return Draft.objects.filter(user=user, form=form, subject_id=subject_id).first()


def request_key(request_id: str) -> str:
    """A request id as it is kept, whatever was sent as one."""
    return request_id.replace("\x00", "")[:36]


def sent_before(user: User, form: str, request_id: str) -> bool:
    """Whether this person's form with this id was saved already (D33)."""
    key = request_key(request_id)
    rows = RequestToken.objects.filter(user=user, form=form, request_id=key)
    return bool(key) and rows.exists()


def earlier_result(user: User, form: str, request_id: str) -> str:
    """What this form made the first time it was sent, as `keep_result` kept it."""
    rows = RequestToken.objects.filter(user=user, form=form, request_id=request_key(request_id))
    return rows.values_list("result", flat=True).first() or ""


def counted(parts: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each queryset has, all in one statement."""
    if not parts:
        return {}
    return {**dict.fromkeys(parts, 0), **dict(counting(parts))}


def counting(parts: Mapping[str, QuerySet[Any]]) -> QuerySet[Any, tuple[str, int]]:
    """The statement of `counted`: the name of each queryset that has rows, and how many."""
    first, *others = [
        part.order_by()
        .annotate(part=Value(name))
        .values("part")
        .annotate(n=Count("pk", distinct=True))
        .values_list("part", "n")
        for name, part in parts.items()
    ]
    found: QuerySet[Any, tuple[str, int]] = first.union(*others, all=True) if others else first
    return found


def network_key(address: str, token: str = "") -> str:
    """What is kept of an address that guesses at links: enough to count, not to know it by.

    With a token: of this address at this one link.
    """
    named = f"{network_of(address)} {token}" if token else network_of(address)
    return salted_hmac("records.wrong_links", named, algorithm="sha256").hexdigest()[:32]


def is_guessing(address: str, now: dt.datetime) -> bool:
    """Whether this address opened so many wrong links in this minute that it has to wait (D43).

    To be asked before a link is looked up: then a guess is refused unread, a right one too.
    """
    minute = now.replace(second=0, microsecond=0)
    rows = WrongLink.objects.filter(minute=minute, network=network_key(address))
    return (rows.aggregate(n=Sum("times"))["n"] or 0) >= settings.WRONG_LINKS_A_MINUTE


def has_to_wait(address: str, token: str, now: dt.datetime) -> bool:
    """Whether this address guesses, or sends more than one phone by this link, or by all good
    links more than a floor full of phones."""
    minute = now.replace(second=0, microsecond=0)
    whole, one = network_key(address), network_key(address, token)
    rows = WrongLink.objects.filter(minute=minute, network__in=(whole, one))
    counted = {network: (times, sent) for network, times, sent in
               rows.values_list("network", "times", "sent")}  # fmt: skip
    times, sent = counted.get(whole, (0, 0))
    by_link = counted.get(one, (0, 0))[1]
    return (
        times >= settings.WRONG_LINKS_A_MINUTE
        or sent >= settings.LINKS_SENT_A_MINUTE
        or by_link >= settings.ONE_LINK_SENT_A_MINUTE
    )


def wrong_links_lately(now: dt.datetime) -> int:
    """How many wrong links were opened within the last hour, by everybody together."""
    rows = WrongLink.objects.filter(minute__gt=now - HOUR)
    return rows.aggregate(n=Sum("times"))["n"] or 0


def was_recorded_lately(action: str, now: dt.datetime) -> bool:
    """Whether the trail has an event of this kind from the last hour."""
    return AuditEvent.objects.filter(action=action, at__gt=now - HOUR).exists()


@dataclass
class FileLine:
    """One file as a page lists it, what this reader may do with it, and what it replaced."""

    file: Attachment
    takes: bool
    removes: bool
    older: list[Attachment] = field(default_factory=list)


def files_of(user: User, parents: Sequence[models.Model]) -> dict[str, list[FileLine]]:
    """The files of these rows this person may see, by the row's public id, the newest first.

    A new version stands for those before it. Two statements however many there are; a file that
    was removed is named and cannot be opened.
    """
    rows = Attachment.objects.visible_to(user).of(*parents)
    may = {
        f"may_{right}": models.Exists(
            Attachment.objects.visible_to(user, right).filter(pk=models.OuterRef("pk"))
        )
        for right in (ORIGINAL, REMOVE)
    }
    found = list(rows.annotate(**may).select_related("made_by", "gone_by"))
    by_pk: dict[int | None, Attachment] = {row.pk: row for row in found}
    lines: dict[str, list[FileLine]] = {}
    replaced = {row.replaces_id for row in found}
    for row in found:
        if row.pk in replaced:
            continue
        line = FileLine(row, row.may_original, row.may_remove)  # type: ignore[attr-defined]
        older = by_pk.get(row.replaces_id)
        while older is not None:
            line.older.append(older)
            older = by_pk.get(older.replaces_id)
        lines.setdefault(row.parent_id, []).append(line)
    return lines
