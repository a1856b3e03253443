"""Clocks begin, end, stand still and run on with what happens to a ticket (CP-31).

Everything here runs in the transaction of the verb that calls it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Max, Min, OuterRef, Subquery

from complaints import clocks
from complaints.models import Clock, Entry, Pause, Ticket
from complaints.spans import Stand
from crm.notices import actions as notices
from crm.notices.models import About
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import rules_for
from crm.workdays import Calendar

WRITTEN = (
    *("due_at", "warn_at", "manager_at", "warned_at", "breached_at", "escalated_at"),
    *("paused_at", "paused_s"),
)
LIMITED = (*WRITTEN, "limit_amount", "limit_unit", "started_at")
# What may change the severity of a ticket on its way.
JUDGED = (Entry.Kind.SEVERITY, Entry.Kind.ALARM)


def kinds_at_start(ticket: Ticket) -> tuple[str, ...]:
    """The clocks that begin as a ticket is written down; its return visit has one later."""
    if ticket.kind in (Ticket.Kind.SUGGESTION, Ticket.Kind.INQUIRY):
        return (clocks.REPLY,)
    if ticket.kind != Ticket.Kind.COMPLAINT:
        return ()
    onsite = (clocks.VISIT,) if ticket.needs_onsite else ()
    return (clocks.ACKNOWLEDGE, clocks.REPLY, *onsite, clocks.SOLUTION, clocks.RESOLUTION)


def start_clocks(
    ticket: Ticket, kinds: Iterable[str], *, now: dt.datetime, again: bool = False
) -> None:
    """Let clocks run from now, once for each time the ticket was reopened; `again` in between."""
    wanted = list(kinds)
    if not wanted:
        return
    numbers, calendar = rules_for(ticket.store_id)
    allowed = clocks.limits(ticket.severity, numbers)
    rounds = _last_rounds(ticket) if again or ticket.reopenings else {}
    begun = [_begun(ticket, kind, allowed[kind], numbers, calendar, now) for kind in wanted]
    for clock in begun:
        clock.round = max(ticket.reopenings, rounds.get(clock.kind, -1) + 1)
    Clock.objects.bulk_create(begun, ignore_conflicts=True)
    mark_next([ticket.pk])


def begin_anew(ticket: Ticket, kind: str, *, now: dt.datetime) -> None:
    """What met a clock was sent back: another one begins, with the whole limit.

    It stands still where the ticket waits for the customer.
    """
    start_clocks(ticket, (kind,), now=now, again=True)
    if ticket.pauses.filter(ended_at__isnull=True).exists():
        hold_clocks(ticket, now=now)


def run_on(ticket: Ticket, kind: str, *, now: dt.datetime) -> None:
    """What met the last clock of a kind was taken back: it runs on as if nothing had been done.

    How severe the ticket was judged meanwhile counts for it as for those that ran.
    """
    clock = Clock.objects.filter(ticket=ticket, kind=kind).order_by("-round").first()
    if clock is None or clock.met_at is None:
        return
    numbers, calendar = rules_for(ticket.store_id)
    judged, met_at = judged_of(ticket), clock.met_at
    clock.met_at = None
    stands = stands_of(ticket.pauses.filter(ended_at__isnull=False), now)
    work_out(clock, stands, numbers, calendar, now)
    if judged and judged[-1].at >= met_at:
        _limit_anew(clock, ticket.severity, judged, stands)
        work_out(clock, stands, numbers, calendar, now)
    Clock.objects.bulk_update([clock], ("met_at", *LIMITED))
    if ticket.pauses.filter(ended_at__isnull=True).exists():
        hold_clocks(ticket, now=now)
    mark_next([ticket.pk])


def judged_of(ticket: Ticket) -> list[clocks.Judged]:
    """How severe a ticket was judged on its way, in order of time."""
    rows = ticket.entries.filter(kind__in=JUDGED).order_by("at", "pk").values_list("at", "data")
    return [
        clocks.Judged(at, said.get("severity", clocks.CRITICAL), said.get("before", ""))
        for at, said in rows
    ]


def _limit_anew(
    clock: Clock, severity: str, judged: list[clocks.Judged], stands: list[Stand]
) -> None:
    """The limit that runs out first: each severity's from when it has been at least so severe.

    A clock that was shortened on the way begins where it began (`created_at`).
    """
    numbers, calendar = rules_for(clock.store_id)
    since = clocks.since_when(clock.created_at, judged)
    level = clocks.SEVERITIES.index(severity)
    found = [
        (since[one], clocks.limits(one, numbers)[clock.kind])
        for one in clocks.SEVERITIES[: level + 1]
        if one in since
    ]
    begun, limit = min(found, key=lambda one: clocks.due_at(one[0], one[1], calendar, stands))
    clock.limit_amount, clock.limit_unit, clock.started_at = limit.amount, limit.unit, begun


def meet_clock(ticket: Ticket, kind: str, *, now: dt.datetime) -> bool:
    """What a clock waited for was done; whether one was running.

    With the resolution the clock of the return visit begins (CP-24).
    """
    met = _end(ticket, (kind,), now=now, met_at=now, paused_at=None)
    if met and kind == clocks.RESOLUTION:
        start_clocks(ticket, (clocks.FOLLOW_UP,), now=now)
    return met


def shorten_clocks(ticket: Ticket, *, now: dt.datetime) -> int:
    """The ticket became more severe: its open clocks get the limits of that from now (CP-34).

    None is due later than before. Returns how many are due sooner; these warn and escalate anew.
    """
    numbers, calendar = rules_for(ticket.store_id)
    allowed, sooner = clocks.limits(ticket.severity, numbers), []
    for clock in Clock.objects.open().filter(ticket=ticket):
        limit = allowed[clock.kind]
        course = clocks.course(now, limit, calendar, numbers)
        if limit == clock.limit or course.due_at >= clock.due_at:
            continue
        clock.limit_amount, clock.limit_unit, clock.started_at = limit.amount, limit.unit, now
        clock.due_at, clock.warn_at = course.due_at, course.warn_at
        clock.manager_at = course.manager_at
        clock.warned_at = clock.breached_at = clock.escalated_at = None
        clock.paused_at = now if clock.paused_at else None
        sooner.append(clock)
    Clock.objects.bulk_update(sooner, LIMITED)
    _silence(sooner, now)
    mark_next([ticket.pk])
    return len(sooner)


def relax_clocks(ticket: Ticket, *, now: dt.datetime) -> int:
    """The ticket is less severe: its open clocks get the limits of that from when it was so.

    From their beginning where it was as severe then: that it was judged worse in between gives
    nobody more time.

    Returns how many are due later; what lies ahead again warns and escalates anew.
    """
    numbers, calendar = rules_for(ticket.store_id)
    allowed, later = clocks.limits(ticket.severity, numbers), []
    ended = stands_of(ticket.pauses.filter(ended_at__isnull=False), now)
    judged = judged_of(ticket)
    for clock in Clock.objects.open().filter(ticket=ticket):
        if allowed[clock.kind] == clock.limit:
            continue
        stands = [] if clock.kind in clocks.NEVER_PAUSED else ended
        _limit_anew(clock, ticket.severity, judged, stands)
        work_out(clock, stands, numbers, calendar, now)
        later.append(clock)
    Clock.objects.bulk_update(later, LIMITED)
    _silence(later, now)
    mark_next([ticket.pk])
    return len(later)


def void_clocks(ticket: Ticket, *, now: dt.datetime, kinds: Collection[str] = clocks.KINDS) -> bool:
    """Clocks that no longer matter: the ticket ended otherwise, or no visit makes sense."""
    return _end(ticket, kinds, now=now, void_at=now, paused_at=None)


def hold_clocks(ticket: Ticket, *, now: dt.datetime) -> None:
    """The open clocks stand still from now; their bells are void until they run again."""
    rows = Clock.objects.running().filter(ticket=ticket).exclude(kind__in=clocks.NEVER_PAUSED)
    _silence(rows, now)
    rows.update(paused_at=now)
    mark_next([ticket.pk])


def end_pauses(ticket: Ticket, *, now: dt.datetime) -> None:
    """Nobody waits for the customer of a ticket that is settled; no clock runs on."""
    ticket.pauses.filter(ended_at__isnull=True).update(ended_at=now)


def release_clocks(ticket: Ticket, *, now: dt.datetime) -> None:
    """What stood still runs on, by so much later as it stood."""
    numbers, calendar = rules_for(ticket.store_id)
    stands = stands_of(ticket.pauses.all(), now)
    rows = list(Clock.objects.open().filter(ticket=ticket, paused_at__isnull=False))
    for clock in rows:
        assert clock.paused_at is not None
        stood = clocks.worked(clock.paused_at, now, calendar)
        clock.paused_s += int(stood.total_seconds())
        clock.paused_at = None
        work_out(clock, stands, numbers, calendar, now)
    Clock.objects.bulk_update(rows, WRITTEN)
    mark_next([ticket.pk])


def stands_of(pauses: Iterable[Pause], now: dt.datetime) -> list[Stand]:
    """The stretches in which a ticket waited; one that has not ended runs until now."""
    return [Stand(pause.began_at, pause.ended_at or now) for pause in pauses]


def mark_next(tickets: Collection[int]) -> None:
    """Keep beside each ticket which clock runs out first: the order of the queue."""
    first = (
        Clock.objects.running()
        .filter(ticket=OuterRef("pk"))
        .order_by()
        .values("ticket")
        .annotate(first=Min("due_at"))
        .values("first")
    )
    Ticket.objects.filter(pk__in=tickets).update(next_due_at=Subquery(first))


def _begun(
    ticket: Ticket,
    kind: str,
    limit: clocks.Limit,
    numbers: Numbers,
    calendar: Calendar,
    now: dt.datetime,
) -> Clock:
    course = clocks.course(now, limit, calendar, numbers)
    return Clock(
        ticket=ticket,
        store_id=ticket.store_id,
        kind=kind,
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        started_at=now,
        due_at=course.due_at,
        warn_at=course.warn_at,
        manager_at=course.manager_at,
        created_at=now,
    )


def _last_rounds(ticket: Ticket) -> dict[str, int]:
    """The number of the last clock of each kind that has begun."""
    rows = Clock.objects.filter(ticket=ticket).order_by().values_list("kind")
    return dict(rows.annotate(last=Max("round")))


def work_out(
    clock: Clock,
    stands: list[Stand],
    numbers: Numbers,
    calendar: Calendar,
    now: dt.datetime,
) -> None:
    """Put the moments of a clock where they belong; what lies ahead has not been told of."""
    course = clocks.course(clock.started_at, clock.limit, calendar, numbers, stands)
    if course.due_at > now and course.due_at != clock.due_at:
        clock.breached_at = clock.escalated_at = None
        clock.warned_at = clock.warned_at if course.warn_at <= now else None
    clock.due_at, clock.warn_at = course.due_at, course.warn_at
    clock.manager_at = course.manager_at


def _end(
    ticket: Ticket, kinds: Collection[str], *, now: dt.datetime, **changes: dt.datetime | None
) -> bool:
    rows = Clock.objects.open().filter(ticket=ticket, kind__in=kinds)
    _silence(rows, now)
    ended = rows.update(**changes)
    if ended:
        mark_next([ticket.pk])
    return ended > 0


def _silence(rows: Iterable[Clock], now: dt.datetime) -> None:
    notices.cancel(about=[About.of(clock) for clock in rows], reason="clock ended", now=now)
