"""What waits in an inbox or failed on its way, and how worker and channels are doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Min,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Now
from django_q.models import Schedule

from crm.notices import due, states
from crm.notices.channels.names import LABELS, set_up
from crm.notices.models import Channel, Heartbeat, Notice, Preference, Reminder
from crm.people.models import User
from crm.records.queues import counting

TICKER = "ticker"
COUNT = "count_"


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How late reminders may be: the banner's level and the figures behind it.

    `level` is "ok", "amber" or "red"; `seen_s` the age in seconds of the freshest heartbeat of
    any host (None: never seen); `late` how many reminders wait longer than a minute, the oldest
    for `oldest_s` seconds.
    """

    level: str
    seen_s: int | None
    late: int
    oldest_s: int | None


def worker_status(now: dt.datetime | None = None) -> WorkerStatus:
    """The worker's state by the database's clock, or as of `now`; one statement (RM-13)."""
    return worker_status_and({}, now=now)[0]


def worker_status_and(
    counts: Mapping[str, QuerySet[Any]], *, now: dt.datetime | None = None
) -> tuple[WorkerStatus, dict[str, int]]:
    """The worker's state, and how many rows each queryset has; all in one statement.

    Two where no worker has ever been seen.
    """
    rows = list(pulse_and(counts, now=now))
    return read_pulse(rows[0]) if rows else never_seen(counts)


def pulse_and(
    counts: Mapping[str, QuerySet[Any]], *, now: dt.datetime | None = None
) -> QuerySet[Heartbeat, dict[str, Any]]:
    """The statement of `worker_status_and`: the freshest heartbeat with every count beside it."""
    clock = Now() if now is None else Value(now)
    late = _late(clock).annotate(one=Value(1)).values("one")
    pulse: QuerySet[Heartbeat, dict[str, Any]] = (
        Heartbeat.objects.filter(name=TICKER)
        .annotate(
            clock=clock,
            late=Subquery(late.annotate(n=Count("pk")).values("n")),
            oldest=Subquery(late.annotate(n=Min("not_before")).values("n")),
            **{f"{COUNT}{name}": number_of(rows) for name, rows in counts.items()},
        )
        .order_by("-beat_at")
        .values("beat_at", "clock", "late", "oldest", *(f"{COUNT}{name}" for name in counts))
    )
    return pulse[:1]


def read_pulse(row: Mapping[str, Any]) -> tuple[WorkerStatus, dict[str, int]]:
    """What the one row of `pulse_and` says."""
    found = {name[len(COUNT) :]: n or 0 for name, n in row.items() if name.startswith(COUNT)}
    seen = max((row["clock"] - row["beat_at"]).total_seconds(), 0.0)
    oldest = row["oldest"]
    oldest_s = None if oldest is None else int((row["clock"] - oldest).total_seconds())
    return WorkerStatus(due.level(seen), int(seen), row["late"] or 0, oldest_s), found


def never_seen(counts: Mapping[str, QuerySet[Any]]) -> tuple[WorkerStatus, dict[str, int]]:
    """The same without any heartbeat."""
    status, found = read_unseen(unseen_and(counts))
    return status, {**dict.fromkeys(counts, 0), **found}


def unseen_and(counts: Mapping[str, QuerySet[Any]]) -> QuerySet[Any, tuple[str, int]]:
    """The statement of `never_seen`: the name of each queryset that has rows, and how many."""
    return counting({**counts, "": _late(Now())})


def read_unseen(rows: Iterable[Any]) -> tuple[WorkerStatus, dict[str, int]]:
    """What the rows of `unseen_and` say; a queryset without rows is not among the counts."""
    found: dict[str, int] = dict(rows)
    return WorkerStatus("red", None, found.pop("", 0), None), found


def _late(clock: Now | Value) -> QuerySet[Reminder]:
    """Reminders that wait longer than a minute."""
    return Reminder.objects.waiting().filter(not_before__lt=clock - due.LATE_AFTER).order_by()


def number_of(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are, to stand in another statement; None for none."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(one.annotate(n=Count("pk", distinct=True)).values("n"))


def unread_count(user: User, *, now: dt.datetime) -> int:
    """How many lines the badge shows; one statement."""
    return Notice.objects.visible_to(user).unread(now).count()


def inbox(user: User, *, now: dt.datetime) -> QuerySet[Notice]:
    """The inbox of `user`: unread first, then newest first; a digest carries its `size`."""
    return _in_order(Notice.objects.visible_to(user).shown(now), now)


def lines_of_digest(user: User, digest: Notice, *, now: dt.datetime) -> QuerySet[Notice]:
    """The lines folded into one digest of `user`, those still open first."""
    return _in_order(Notice.objects.visible_to(user).filter(folded_into=digest), now)


def _in_order(rows: QuerySet[Notice], now: dt.datetime) -> QuerySet[Notice]:
    unread = Q(state=states.NEW) | Q(state=states.SNOOZED, snoozed_until__lte=now)
    return rows.annotate(
        unread=Case(When(unread, then=True), default=False, output_field=BooleanField()),
        size=Count("folded", filter=~Q(folded__state=states.CLOSED)),
    ).order_by(F("unread").desc(), "-created_at", "-id")


def preference_of(user: User) -> Preference | None:
    """What this person chose; None where nothing was chosen yet."""
    return Preference.objects.filter(user=user).first()


def paused_channels(now: dt.datetime) -> list[Channel]:
    """Channels at rest after ten failures in a row."""
    return list(Channel.objects.filter(paused_until__gt=now))


@dataclass(frozen=True)
class ChannelLine:
    """One channel as its page shows it; `row` is None until it was first used."""

    name: str
    label: Any
    is_set_up: bool
    row: Channel | None
    # How it does: resting, silent, limit or sending.
    standing: str
    sent_today: int

    @property
    def is_paused(self) -> bool:
        return self.standing == states.RESTING


def channel_lines(now: dt.datetime) -> list[ChannelLine]:
    """Every channel the product knows, whether it is set up and how it does; one statement."""
    rows = {row.name: row for row in Channel.objects.all()}
    ready = set_up()
    return [
        ChannelLine(
            name,
            label,
            name in ready,
            (row := rows.get(name)),
            row.standing(now) if row is not None else states.SENDING,
            row.sent_on(now) if row is not None else 0,
        )
        for name, label in LABELS.items()
    ]


def standing_still(now: dt.datetime) -> list[str]:
    """Scheduled work that should have begun minutes ago: one that cannot be read stops all."""
    overdue = Schedule.objects.filter(next_run__lt=now - due.SCHEDULE_LATE_AFTER)
    return list(overdue.exclude(repeats=0).order_by("name").values_list("name", flat=True))
