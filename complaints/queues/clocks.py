"""Clocks as screens show them: how each stands, in words, with its limit and its bar (CP-31)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import clocks, states
from complaints.models import Clock, Ticket
from crm.ui import moments
from crm.ui.statements import rows_of
from crm.ui.words import per_language

TONES = {
    clocks.MET: "done",
    clocks.MET_LATE: "late",
    clocks.PAUSED: "hold",
    clocks.LATE: "late",
    clocks.SOON: "soon",
    clocks.RUNNING: "ok",
    clocks.VOID: "hold",
}
RANK = {clocks.LATE: 0, clocks.SOON: 1, clocks.RUNNING: 1, clocks.PAUSED: 2}
CUSTOMER, DEPARTMENT = "customer", "department"
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class ClockLine:
    """One clock as it is drawn; `share` is how much of its time has passed, in percent.

    `words` say how long it took, what is left or by how much it is late. A clock that has not
    begun has neither moment nor share, an `untimed` one is due at the end of a day.
    """

    kind: str
    name: str
    status: str
    tone: str
    words: str
    limit: str
    share: int | None
    due_at: dt.datetime | None = None
    met_at: dt.datetime | None = None
    told: bool = False
    untimed: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it ran out and nothing was done yet."""
        return self.status == clocks.LATE


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What a row of the queue asks of a clock: its columns, without a model around them."""

    ticket: int
    kind: str
    round: int
    limit_amount: int
    limit_unit: str
    started_at: dt.datetime
    due_at: dt.datetime
    warn_at: dt.datetime
    met_at: dt.datetime | None
    void_at: dt.datetime | None
    paused_at: dt.datetime | None
    breached_at: dt.datetime | None

    @property
    def limit(self) -> clocks.Limit:
        """What it allows."""
        return clocks.Limit(self.limit_amount, self.limit_unit)

    def status(self, now: dt.datetime) -> str:
        """How it stands, by the names in `complaints.clocks`."""
        return clocks.status(
            now,
            due=self.due_at,
            warn=self.warn_at,
            met=self.met_at,
            paused=self.paused_at is not None,
            void=self.void_at is not None,
        )


OneT = TypeVar("OneT", Clock, ClockFacts)


@dataclass(frozen=True)
class TicketLine:
    """One row of the queue: the ticket, whose it is, its first response, its next clock."""

    ticket: Ticket
    name: str
    first: ClockLine | None
    next: ClockLine | None
    heard_at: dt.datetime
    assisting: Sequence[str]
    reads_words: bool
    at_department: bool = False

    @property
    def waits(self) -> str:
        """For whom it waits: first the customer, then a department; empty where for nobody."""
        if self.ticket.state in states.SETTLED:
            return ""
        if self.next is not None and self.next.status == clocks.PAUSED:
            return CUSTOMER
        return DEPARTMENT if self.at_department else ""


def clock_lines(ticket: Ticket, now: dt.datetime) -> list[ClockLine]:
    """All clocks of a ticket's last round, void ones left out, in the order of the work.

    The return visit of a complaint stands there before its clock begins.
    """
    last = _last_round(ticket.clocks.all())
    lines = [line_of(last[kind], now) for kind in clocks.KINDS if _matters(last, kind)]
    if lines and ticket.kind == Ticket.Kind.COMPLAINT and clocks.FOLLOW_UP not in last:
        name = _name(clocks.FOLLOW_UP)
        lines.append(ClockLine(clocks.FOLLOW_UP, name, "", "hold", "", "", None))
    return lines


def clocks_of(tickets: Sequence[Ticket]) -> dict[int, list[ClockFacts]]:
    """The clocks of the tickets of a page, by ticket; one kept statement."""
    found: dict[int, list[ClockFacts]] = {ticket.pk: [] for ticket in tickets}
    for row in rows_of(("tickets", "clocks"), _drawn, tickets=tuple(found)):
        one = ClockFacts(*row)
        found[one.ticket].append(one)
    return found


def _drawn(tickets: Sequence[int]) -> QuerySet[Clock, tuple[Any, ...]]:
    rows = Clock.objects.filter(ticket__in=tickets).order_by()
    return rows.values_list(*(one.name for one in fields(ClockFacts)))


def row_clocks(
    rows: Sequence[ClockFacts], now: dt.datetime
) -> tuple[ClockLine | None, ClockLine | None]:
    """What a row of the queue shows: the first response, and the next of all other clocks.

    Where none runs any more, the last that was met.
    """
    last = _last_round(rows)
    others = [
        last[kind] for kind in clocks.KINDS if kind != clocks.ACKNOWLEDGE and _matters(last, kind)
    ]
    open_ = [clock for clock in others if clock.met_at is None]
    first = last[clocks.ACKNOWLEDGE] if _matters(last, clocks.ACKNOWLEDGE) else None
    following = min(
        open_,
        key=lambda clock: (RANK[clock.status(now)], clock.due_at),
        default=others[-1] if others else None,
    )
    return (
        line_of(first, now) if first else None,
        line_of(following, now) if following else None,
    )


def _last_round(rows: Iterable[OneT]) -> dict[str, OneT]:
    """The clock of each kind that counts: that of the last round."""
    return {clock.kind: clock for clock in sorted(rows, key=lambda one: one.round)}


def _matters(last: Mapping[str, Clock | ClockFacts], kind: str) -> bool:
    return kind in last and last[kind].void_at is None


def line_of(clock: Clock | ClockFacts, now: dt.datetime) -> ClockLine:
    """One clock at a moment."""
    status = clock.status(now)
    until = clock.met_at or clock.paused_at or now
    whole = (clock.due_at - clock.started_at) or MINUTE
    share = round(100 * min(max((until - clock.started_at) / whole, 0), 1))
    return ClockLine(
        kind=clock.kind,
        name=_name(clock.kind),
        status=status,
        tone=TONES[status],
        words=_words(clock, status, now),
        limit=limit_words(clock.limit),
        share=share,
        due_at=clock.due_at,
        met_at=clock.met_at,
        told=clock.breached_at is not None,
        untimed=moments.is_untimed(clock.due_at),
    )


@per_language
def _name(kind: str) -> str:
    return str(Clock.Kind(kind).label)


@per_language
def limit_words(limit: clocks.Limit) -> str:
    """A limit: 2 hours, 2 working days."""
    if limit.unit != clocks.DAYS:
        return moments.span(limit.amount * MINUTE)
    count = limit.amount
    return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}


def _words(clock: Clock | ClockFacts, status: str, now: dt.datetime) -> str:
    if clock.met_at is not None:
        if status == clocks.MET_LATE:
            return _("%(span)s late") % {"span": moments.span(clock.met_at - clock.due_at)}
        return moments.span(clock.met_at - clock.started_at)
    if clock.paused_at is not None:
        return _("stands still for %(span)s") % {"span": moments.span(now - clock.paused_at)}
    return moments.limit(clock.due_at, now)
