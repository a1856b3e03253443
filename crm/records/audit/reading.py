"""What an auditor asks of the trail: filters read from the address, one page by keyset."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.records.audit.grants import head_leaves
from crm.records.audit.hashing import written
from crm.records.audit.words import ACTIONS, FAULTS, ROOMS, WATCHED
from crm.records.audit.writing import record
from crm.records.models import AuditEvent, AuditQuerySet, AuditSeal

PAGE = 50
LONGEST = 60
USUAL = dt.timedelta(days=30)
PEOPLE_AT_MOST = 50
READ = "records.read_trail"
READINGS_LISTED, READINGS_WITHIN = 20, dt.timedelta(minutes=10)
CURSOR = re.compile(r"(\d{1,16})-(\d{1,18})", re.ASCII)
PUBLIC_ID = re.compile(r"[23456789a-z]{14,22}", re.ASCII)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
# What stands on paper for a row, by which an auditor looks it up.
NUMBERS = {
    "people.User": "username",
    "people.Store": "code",
    "customers.Card": "card_no",
    "followups.Plan": "plan_no",
    "followups.PlannedContact": "planned_no",
    "followups.Contact": "contact_no",
    "reception.ReceptionEntry": "entry_no",
    "orders.Order": "order_no",
    "visits.Visit": "visit_no",
    "complaints.Ticket": "ticket_no",
    "exchange.ExportJob": "number",
}


@dataclass(frozen=True)
class Chosen:
    """The filters in force; what an address says beyond them is ignored."""

    who: str = ""
    about: str = ""
    room: str = ""
    action: str = ""
    show: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], now: dt.datetime) -> Chosen:
        """As the address asks; without dates, the last 30 days."""

        def one_of(name: str, known: Mapping[str, object]) -> str:
            value = query.get(name, "")
            return value if value in known else ""

        usual = timezone.localdate(now - USUAL)
        return cls(
            who=_line(query.get("who", "")),
            about=_line(query.get("about", "")),
            room=one_of("room", ROOMS),
            action=one_of("action", ACTIONS),
            show=one_of("show", WATCHED),
            first=_day(query["from"]) if "from" in query else usual,
            last=_day(query.get("to", "")),
        )

    def query(self, **other: str) -> str:
        """These filters as an address, some of them changed."""
        values = {
            "who": self.who,
            "about": self.about,
            "room": self.room,
            "action": self.action,
            "show": self.show,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        } | other
        kept = {name: value for name, value in values.items() if value or name == "from"}
        return f"?{urlencode(kept)}"

    def facts(self) -> dict[str, str]:
        """What was looked for, as the trail keeps it; dates stay where they are the usual ones."""
        words = {"who": self.who, "about": self.about, "room": self.room, "action": self.action}
        return {name: value for name, value in {**words, "show": self.show}.items() if value}


@dataclass(frozen=True)
class Watch:
    """A question auditors ask often, one tap away."""

    label: str
    href: str
    is_on: bool


def watched(chosen: Chosen) -> list[Watch]:
    """Everything, then each question; the other filters stay."""
    choices = [("", str(_("All"))), *((key, str(label)) for key, (label, _of) in WATCHED.items())]
    return [Watch(label, chosen.query(show=key), chosen.show == key) for key, label in choices]


@dataclass(frozen=True)
class TrailPage:
    """Fifty events, the newest first, and the ways on; empty where there is no further page."""

    events: list[AuditEvent]
    newer: str
    older: str


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "")[:LONGEST].split())


def _day(text: str) -> dt.date | None:
    """A date between 2000 and 2100; None for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def trail(user: User, chosen: Chosen) -> AuditQuerySet:
    """The events this person may read, under these filters."""
    rows = AuditEvent.objects.visible_to(user)
    if chosen.first:
        rows = rows.filter(at__gte=_midnight(chosen.first))
    if chosen.last:
        rows = rows.filter(at__lt=_midnight(chosen.last + dt.timedelta(days=1)))
    if chosen.show:
        rows = rows.filter(action__in=WATCHED[chosen.show][1])
    if chosen.action:
        rows = rows.filter(action=chosen.action)
    if chosen.room:
        rows = rows.filter(action__startswith=f"{chosen.room}.")
    if chosen.who:
        rows = rows.filter(actor__in=people_named(user, chosen.who))
    if chosen.about:
        rows = rows.filter(subject_id__in=objects_named(chosen.about))
    return rows.select_related("actor", "on_behalf_of", "seal", "apart")


def _midnight(day: dt.date) -> dt.datetime:
    """When this local day begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def people_named(user: User, words: str) -> list[int]:
    """Ids of the people whose name or username holds these words."""
    found = User.objects.visible_to(user).matching(words).order_by("id")
    return list(found.values_list("pk", flat=True)[:PEOPLE_AT_MOST])


def objects_named(text: str) -> list[str]:
    """Public ids of the rows an auditor means: by number, by id, or by a page's address."""
    parts = [part for part in re.split(r"[/?#\s]", text) if part]
    found = [part for part in parts if PUBLIC_ID.fullmatch(part)]
    arms: list[QuerySet[Any, Any]] = []
    for label, field in NUMBERS.items():
        rows = apps.get_model(label)._default_manager.filter(**{field: text}).order_by()
        arms.append(rows.values_list("public_id"))
    return found + [row[0] for row in arms[0].union(*arms[1:], all=True)]


def page_of(rows: AuditQuerySet, query: Mapping[str, str], size: int = 0) -> TrailPage:
    """The page after or before an event; nothing is counted, so that no page is dearer."""
    size = size or PAGE
    before, after = _cursor(query.get("before", "")), _cursor(query.get("after", ""))
    if after and not before:
        at, pk = after
        rows = rows.filter(Q(at__gt=at) | Q(at=at, id__gt=pk), at__gte=at).order_by("at", "id")
        found = list(rows[: size + 1])
        has_newer, has_older = len(found) > size, True
        events = found[:size][::-1]
    else:
        if before:
            at, pk = before
            rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=pk), at__lte=at)
        found = list(rows.order_by("-at", "-id")[: size + 1])
        has_newer, has_older = bool(before), len(found) > size
        events = found[:size]
    return TrailPage(
        events,
        newer=_place(events[0]) if events and has_newer else "",
        older=_place(events[-1]) if events and has_older else "",
    )


def _place(event: AuditEvent) -> str:
    """Where an event stands in the order of the page, as the address says it."""
    return f"{(event.at - EPOCH) // MICROSECOND}-{event.pk}"


def _cursor(text: str) -> tuple[dt.datetime, int] | None:
    found = CURSOR.fullmatch(text)
    return (EPOCH + int(found[1]) * MICROSECOND, int(found[2])) if found else None


@dataclass(frozen=True)
class SealState:
    """How far the trail is sealed and when it was last verified, for a page."""

    last: AuditSeal | None
    waiting_since: dt.datetime | None
    verified: AuditEvent | None
    is_late: bool

    @property
    def head(self) -> str:
        """The end of the chain as it may be noted elsewhere; empty before the first seal."""
        return written(self.last.number, self.last.hash) if self.last else ""

    @property
    def stays_here(self) -> bool:
        """Whether, in production, no place elsewhere gets the head: a warning on the page."""
        return bool(settings.PRODUCTION and not head_leaves())

    @property
    def is_broken(self) -> bool:
        return self.verified is not None and not self.verified.after.get("unbroken")

    @property
    def fault(self) -> str:
        """What the last verification found, in words."""
        found = self.verified.after.get("fault", "") if self.verified else ""
        return str(FAULTS.get(found, ""))


LATE_AFTER = dt.timedelta(minutes=5)


def seal_state(now: dt.datetime) -> SealState:
    """Three statements, however long the trail is."""
    last = AuditSeal.objects.order_by("-number").first()
    behind = AuditEvent.objects.filter(id__gt=last.event_id if last else 0).order_by("id")
    since = behind.values_list("at", flat=True).first()
    checks = AuditEvent.objects.filter(action="records.verify_audit").order_by("-at")
    is_late = since is not None and now - since > LATE_AFTER
    return SealState(last, since, checks.first(), is_late)


def note_reading(user: User, chosen: Chosen, *, now: dt.datetime) -> None:
    """Reading the trail is on the trail: each search once in ten minutes (matrix row 21)."""
    lately = AuditEvent.objects.filter(actor=user, action=READ, at__gt=now - READINGS_WITHIN)
    known = list(lately.order_by("-at").values_list("after", flat=True)[:READINGS_LISTED])
    after = {"filters": chosen.facts()} if chosen.facts() else {}
    if after not in known and len(known) < READINGS_LISTED:
        with suppress(OperationalError):  # the page goes before the note about it
            record(READ, by=user, after=after, at=now)
