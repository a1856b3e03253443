"""Days or opening hours of a store changed: clocks, pauses and bells follow (CP-31, HP-06)."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.db.models import QuerySet

from complaints import clocks
from complaints.actions.clocks import WRITTEN, mark_next, stands_of, work_out
from complaints.actions.telling import move_bells
from complaints.models import Clock, DepartmentTask, Pause, Ruling, Ticket
from crm.notices import actions as notices
from crm.notices.models import About
from crm.records.bulk import change_rows
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import book, rules_for
from crm.workdays import Calendar

MOVED = ("id", *WRITTEN)
BATCH = 500


def follow_calendars(*, now: dt.datetime) -> int:
    """Work out anew what is open in a store whose days or hours are no longer the same.

    Its clocks, until when it may wait for the customer, and the bells behind its departments'
    tasks; returns how many clocks moved.
    """
    rules, moved = book(), 0
    marks = dict(Ruling.objects.values_list("store", "mark"))
    for store_id in _stores():
        mark = _fingerprint(rules.calendar(store_id, rules.numbers(store_id)))
        if marks.get(store_id) == mark:
            continue
        if store_id in marks:  # what is new in a store was worked out a moment ago
            moved += work_out_anew(store_id, now=now)
            _move_pauses(store_id, now=now)
            for task in _open_tasks().filter(ticket__store=store_id):
                move_bells(task)
        Ruling.objects.update_or_create(store_id=store_id, defaults={"mark": mark, "at": now})
    return moved


def work_out_anew(store_id: int, *, now: dt.datetime) -> int:
    """Days or opening hours of a store changed: its open clocks follow; returns how many moved.

    One whose new due moment lies ahead warns and escalates anew.
    """
    numbers, calendar = rules_for(store_id)
    rows = Clock.objects.open().filter(store=store_id).order_by("ticket")
    ids = list(rows.values_list("ticket", flat=True).distinct())
    parts = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
    return sum(_move(part, numbers, calendar, now) for part in parts)


def _stores() -> list[int]:
    """The stores in which something waits by their calendar."""
    of_clocks = Clock.objects.open().order_by().values_list("store", flat=True)
    of_tasks = DepartmentTask.objects.waiting().order_by().values_list("ticket__store", flat=True)
    return sorted(store for store in of_clocks.union(of_tasks) if store is not None)


def _open_tasks() -> QuerySet[DepartmentTask]:
    return DepartmentTask.objects.waiting().select_related("ticket").order_by("pk")


@transaction.atomic
def _move(tickets: list[int], numbers: Numbers, calendar: Calendar, now: dt.datetime) -> int:
    """Tickets are locked before their clocks, as every verb does."""
    held = Ticket.objects.filter(pk__in=tickets).order_by("pk").select_for_update(no_key=True)
    rows = Clock.objects.open().filter(ticket__in=list(held.values_list("pk", flat=True)))
    waited: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(ticket__in=tickets):
        waited.setdefault(pause.ticket_id, []).append(pause)
    changed = []
    for clock in rows:
        before = (clock.due_at, clock.warn_at, clock.manager_at)
        pauses = [] if clock.kind in clocks.NEVER_PAUSED else waited.get(clock.ticket_id, [])
        ended = [pause for pause in pauses if pause.ended_at]
        work_out(clock, stands_of(ended, now), numbers, calendar, now)
        if (clock.due_at, clock.warn_at, clock.manager_at) != before:
            changed.append(clock)
    change_rows(Clock, [{name: getattr(clock, name) for name in MOVED} for clock in changed])
    notices.cancel(about=[About.of(clock) for clock in changed], reason="recomputed", now=now)
    mark_next({clock.ticket_id for clock in changed})
    return len(changed)


@transaction.atomic
def _move_pauses(store_id: int, *, now: dt.datetime) -> None:
    """Until when each ticket may wait; tickets are locked first, as every verb does.

    Where all days of waiting are spent by the new calendar, it ends now.
    """
    numbers, calendar = rules_for(store_id)
    waiting = Pause.objects.filter(store=store_id, ended_at__isnull=True).values("ticket")
    held = Ticket.objects.filter(pk__in=waiting).order_by("pk").select_for_update(no_key=True)
    earlier: dict[int, list[Pause]] = {}
    open_: list[Pause] = []
    for pause in Pause.objects.filter(ticket__in=list(held.values_list("pk", flat=True))):
        if pause.ended_at is None:
            open_.append(pause)
        else:
            earlier.setdefault(pause.ticket_id, []).append(pause)
    for pause in open_:
        stands = stands_of(earlier.get(pause.ticket_id, []), now)
        until = clocks.pause_limit(pause.began_at, stands, numbers=numbers, calendar=calendar)
        pause.until = until or now
    Pause.objects.bulk_update(open_, ["until"])


def _fingerprint(calendar: Calendar) -> str:
    """What working time depends on, in a steady order."""
    parts = (
        str(calendar.zone),
        sorted(calendar.holidays),
        sorted(calendar.make_up_days),
        calendar.hours.week,
        sorted(calendar.hours.closed),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
