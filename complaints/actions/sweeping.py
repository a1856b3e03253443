"""The sweep over all clocks: a warning ahead, the department's head and the manager after (CP-31).

Each row is claimed and its bell written in one transaction, so that a sweep that dies or runs
twice tells nobody twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from complaints import clocks
from complaints.actions.calendars import follow_calendars
from complaints.actions.pausing import end_pause
from complaints.actions.telling import service_desk, thread
from complaints.models import Clock, Entry, Pause
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records.bulk import write_rows

BATCH = 500
WARN, HEAD, MANAGER, ANSWERS = "warn", "head", "manager", "answers"
To = User | notices.Desk
# All that a bell says and needs to find whoever hears it.
TOLD = ("ticket__responsible", "ticket__about", "ticket__lead_department__head")
READ = (
    *("public_id", "kind", "due_at", "ticket__public_id", "ticket__ticket_no", "ticket__severity"),
    *("ticket__store", "ticket__responsible__id", "ticket__about__id", "ticket__also_about"),
    *("ticket__card", "ticket__solved_by"),
    *("ticket__lead_department__head__id",),
)


@dataclass(frozen=True)
class Swept:
    """What one sweep did."""

    moved: int = 0
    resumed: int = 0
    warned: int = 0
    breached: int = 0
    escalated: int = 0


def sweep_clocks(*, now: dt.datetime) -> Swept:
    """Follow the calendar, end pauses that lasted long enough, tell who has to hear of a clock.

    May run twice, late, or beside another sweep.
    """
    moved = follow_calendars(now=now)
    resumed = _end_pauses(now)
    running = Clock.objects.running()
    unbreached = running.filter(breached_at__isnull=True)
    late = unbreached.filter(due_at__lt=now)
    to_warn = unbreached.filter(warned_at__isnull=True, warn_at__lte=now, due_at__gte=now)
    to_escalate = running.filter(
        breached_at__isnull=False, escalated_at__isnull=True, manager_at__lte=now
    )
    return Swept(
        moved=moved,
        resumed=resumed,
        warned=_tell(to_warn, "warned_at", WARN, _whoever_answers, now),
        breached=_tell(late, "breached_at", HEAD, _head, now),
        escalated=_tell(to_escalate, "escalated_at", MANAGER, _manager, now),
    )


def _end_pauses(now: dt.datetime) -> int:
    """Whoever waits for the customer longer than allowed waits no longer."""
    rows = Pause.objects.filter(ended_at__isnull=True, until__lt=now).select_related("ticket")
    return sum(end_pause(pause, by=None, now=now) for pause in rows)


def _tell(
    rows: QuerySet[Clock],
    column: str,
    step: str,
    whom: Callable[[Clock], To],
    now: dt.datetime,
) -> int:
    return sum(_batch(part, column, step, whom, now) for part in _parts(rows))


def _parts(rows: QuerySet[Clock]) -> Iterator[QuerySet[Clock]]:
    """What is to be told, some at a time; each part's condition holds when it is claimed."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), BATCH):
        yield rows.filter(pk__in=ids[at : at + BATCH])


@transaction.atomic
def _batch(
    rows: QuerySet[Clock],
    column: str,
    step: str,
    whom: Callable[[Clock], To],
    now: dt.datetime,
) -> int:
    locked = (
        rows.select_related(*TOLD)
        .only(*READ)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )
    claimed = list(locked)
    Clock.objects.filter(pk__in=[clock.pk for clock in claimed]).update(**{column: now})
    bells = [_bell(clock, step, whom(clock), now) for clock in claimed]
    if step == HEAD:
        bells += _told_as_well(claimed, now)
    notices.ring_many(bells, now=now)
    if step != WARN:
        write_rows(Entry, [_line(clock, step, now) for clock in claimed])
    return len(claimed)


def _told_as_well(late: list[Clock], now: dt.datetime) -> list[notices.Bell]:
    """Whoever answers hears that it ran out, also where nothing warned them before (CP-31)."""
    found = ((clock, _whoever_answers(clock)) for clock in late)
    return [
        _bell(clock, ANSWERS, to, now)
        for clock, to in found
        if isinstance(to, User) and to != _head(clock)
    ]


def _bell(clock: Clock, step: str, to: To, now: dt.datetime) -> notices.Bell:
    ticket = clock.ticket
    return notices.Bell(
        occasion=f"clock:{clock.public_id}/{clock.due_at:%Y%m%dT%H%M%S}",
        step=step,
        kind="clock_soon" if step == WARN else "clock_late",
        about=About.of(clock),
        to=to,
        at=now,
        store_id=ticket.store_id,
        subject=thread(ticket),
        link=("complaints:ticket", ticket.public_id),
        data={"ticket_no": ticket.ticket_no, "clock": clock.kind},
        due_at=clock.due_at,
        critical=ticket.severity == clocks.CRITICAL,
        spared=ticket.about_id,
    )


def _line(clock: Clock, step: str, now: dt.datetime) -> dict[str, Any]:
    data = {"clock": clock.kind, "step": step}
    return {"ticket_id": clock.ticket_id, "kind": Entry.Kind.LATE, "at": now, "data": data}


def _whoever_answers(clock: Clock) -> To:
    """Who answers for it; where nobody does, the service supervisor.

    Who proposed an answer does not call to ask about it: where no return visit does, the
    supervisor finds somebody else.
    """
    ticket, person = clock.ticket, clock.ticket.responsible
    if person is None or person.pk in ticket.subjects:
        return service_desk(ticket)
    asks = clock.kind == clocks.FOLLOW_UP and ticket.card_id is None
    return service_desk(ticket) if asks and ticket.solved_by_id == person.pk else person


def _head(clock: Clock) -> To:
    """The head of the lead department; without one, the service supervisor."""
    ticket = clock.ticket
    head = ticket.lead_department.head if ticket.lead_department is not None else None
    return head if head is not None and head.pk not in ticket.subjects else service_desk(ticket)


def _manager(clock: Clock) -> To:
    """The store's manager; one higher where it is about them."""
    return service_desk(clock.ticket, roles.MANAGER)
