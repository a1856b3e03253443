"""What waits in an inbox, who is on duty, and how the worker is doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, F, Min, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from crm.notices import due, states
from crm.notices.models import Heartbeat, Notice, Reminder
from crm.notices.roles import Duty, Holder
from crm.people.models import Delegation, Membership, User
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import opening_hours
from crm.workdays import Calendar

TICKER = "ticker"


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
    clock = Now() if now is None else Value(now)
    late = Reminder.objects.waiting().filter(not_before__lt=clock - due.LATE_AFTER).order_by()
    figures = late.annotate(one=Value(1)).values("one")
    pulse = (
        Heartbeat.objects.filter(name=TICKER)
        .annotate(
            clock=clock,
            late=Subquery(figures.annotate(n=Count("pk")).values("n")),
            oldest=Subquery(figures.annotate(n=Min("not_before")).values("n")),
        )
        .order_by("-beat_at")
        .values_list("beat_at", "clock", "late", "oldest")
        .first()
    )
    if pulse is None:
        return WorkerStatus("red", None, late.count(), None)
    beat_at, moment, count, oldest = pulse
    seen = max((moment - beat_at).total_seconds(), 0.0)
    oldest_s = None if oldest is None else int((moment - oldest).total_seconds())
    return WorkerStatus(due.level(seen), int(seen), count or 0, oldest_s)


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


def on_duty(day: dt.date, *, roles: Collection[str], people: Collection[int]) -> Duty:
    """Holders of `roles` on the local date `day`, and deputies and leavers among all concerned.

    Three statements, two where no role is asked for.
    """
    holders: tuple[Holder, ...] = ()
    if roles:
        found = (
            Membership.objects.valid_on(day)
            .filter(role__in=roles, user__is_active=True)
            .values_list("user_id", "role", "store_id", "team_id")
        )
        holders = tuple(Holder(*row) for row in found)
    concerned = {*people, *(holder.user_id for holder in holders)}
    away = Delegation.objects.valid_on(day).filter(user__in=concerned).order_by("-id")
    deputies = dict(away.values_list("user_id", "deputy_id"))
    concerned.update(deputies.values())
    left = User.objects.filter(pk__in=concerned, is_active=False).values_list("pk", flat=True)
    return Duty(holders, deputies, frozenset(left))


def store_hours(store_id: int | None) -> Calendar:
    """The store's zone and opening hours; one statement, none without a store."""
    hours = opening_hours(store_id, Numbers())
    return Calendar(zone=timezone.get_default_timezone(), hours=hours)
