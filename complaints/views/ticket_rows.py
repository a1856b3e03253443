"""The rows of the queue in words: fifty of them say the same few things in a few moulds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import clocks, states
from complaints.models import Ticket
from complaints.models.tickets import TicketState
from complaints.queues import ClockLine, TicketLine
from crm.ui import moments
from crm.ui.addresses import address_for
from crm.ui.moulds import draw, draw_kept
from crm.ui.templatetags import floor
from crm.ui.words import per_language

TITLE_LETTERS = 40
# A state as a sign: somebody has to answer, to decide, to call again; it is over.
ICONS = {
    **dict.fromkeys(states.STATUS_STATES[states.OPEN], "message-circle"),
    **dict.fromkeys((states.APPROVING, states.APPROVED), "checks"),
    **dict.fromkeys(states.STATUS_STATES["resolved"], "phone-call"),
    **dict.fromkeys(states.ENDED, "circle-check"),
}


class Drawing:
    """What all rows of one page share: the moment, the filters, what may be ticked and taken."""

    def __init__(
        self,
        now: dt.datetime,
        claimable: Collection[int],
        tickable: Collection[int],
        query: str = "",
    ) -> None:
        self.now = now
        self.clock = moments.local(now)
        self.minute = now.replace(second=0, microsecond=0)
        self.claimable = claimable
        self.tickable = tickable
        self.query = query
        self.known: dict[tuple[Any, str], str] = {}

    def said(self, choices: Any, value: str) -> str:
        """The words of a choice, looked for once a page."""
        if (choices, value) not in self.known:
            self.known[choices, value] = said(choices, value)
        return self.known[choices, value]

    def rows(self, lines: Iterable[TicketLine]) -> list[tuple[SafeString, SafeString]]:
        """Each row as the table has it, and as the list on a phone."""
        return [self.row(line) for line in lines]

    def row(self, line: TicketLine) -> tuple[SafeString, SafeString]:
        """One row twice. Its face is kept: all it says but what is the ticket's own."""
        ticket, own = line.ticket, self._own(line)
        face = (
            *("a ticket", self.clock.date(), line.first, line.next, line.waits, ticket.misses),
            *(ticket.kind, ticket.category, ticket.severity, ticket.state),
            *(ticket.pk in self.tickable, ticket.pk in self.claimable),
            None if line.next else (ticket.deadline, ticket.resolved_at, self.minute),
        )

        def table(places: Mapping[str, str]) -> str:
            shape = self._shape(line)
            return draw("complaints/_row.html", shape, **self._face(line), **places)

        def phone(places: Mapping[str, str]) -> str:
            waits = line.first is not None and line.first.met_at is None
            clock = self._cell(line.first, first=True) if waits else self._next(line)
            said = {name: self._face(line)[name] for name in ("kind", "state")}
            return draw("complaints/_row_phone.html", {}, clock=clock, **said, **places)

        shown = {name: own[name] for name in ("url", "title", "name", "model", "lead")}
        return draw_kept(face, table, **own), draw_kept(("on a phone", *face), phone, **shown)

    def _own(self, line: TicketLine) -> dict[str, str]:
        """What a row says of nothing but its ticket."""
        ticket = line.ticket
        responsible = ticket.responsible.name if ticket.responsible else ""
        return {
            "url": f"{address_for('complaints:ticket', ticket.public_id)}{self.query}",
            "title": _title(line, self.said(Ticket.Category, ticket.category)),
            "name": line.name,
            "model": (ticket.card.model_name if ticket.card else "") or "",
            "lead": ticket.lead_department.name if ticket.lead_department else "",
            "tick": f"{ticket.public_id}:{ticket.version}",
            "ticket_no": ticket.ticket_no,
            "assists": ", ".join(line.assisting),
            "responsible": responsible,
            "initial": floor.initial(responsible) if responsible else "",
            "heard": floor.time_tag(line.heard_at, self.clock, "ago"),
        }

    def _shape(self, line: TicketLine) -> dict[str, Hashable]:
        """What the row decides on."""
        ticket = line.ticket
        return {
            "severity": ticket.severity if ticket.kind == "complaint" else "",
            "ticks": ticket.pk in self.tickable,
            "takes": ticket.pk in self.claimable,
            "waits": line.waits,
            "state_icon": ICONS.get(ticket.state, "user-check"),
        }

    def _face(self, line: TicketLine) -> dict[str, str]:
        """What a row says in the same words as others."""
        ticket = line.ticket
        return {
            "kind": self.said(Ticket.Kind, ticket.kind),
            "state": self.said(TicketState, ticket.state),
            "category": self.said(Ticket.Category, ticket.category),
            "severity_words": self.said(Ticket.Severity, ticket.severity),
            "missed": missed_words(ticket.misses) if ticket.misses else "",
            "first": self._cell(line.first, first=True),
            "next": self._next(line),
        }

    def _next(self, line: TicketLine) -> SafeString:
        """The next clock; where none ever ran, what the customer was promised."""
        if line.next:
            return self._cell(line.next)
        shown = {"ticket": line.ticket, "now": self.now}
        return render_to_string("complaints/_clock.html", shown)

    def _cell(self, one: ClockLine | None, *, first: bool = False) -> SafeString:
        """One clock: how it stands, its bar, its limit or its moment."""
        if one is None:
            return _no_clock()
        bar = "" if one.met_at else _bar(one.share, one.tone)
        below = _limit(one.limit) if first else self._below(one)
        name = "" if first else one.name
        return draw("complaints/_row_clock.html", pill=_pill(one), bar=bar, name=name, below=below)

    def _below(self, one: ClockLine) -> SafeString | str:
        if one.status == clocks.PAUSED:
            return one.words
        at, untimed = one.met_at or one.due_at, one.untimed and one.met_at is None
        return floor.time_tag(at, self.clock, "plan", untimed=untimed)


@per_language
def said(choices: Any, value: str) -> str:
    """The words of one of a model's choices."""
    return str(choices(value).label) if value in choices.values else value


@per_language
def missed_words(count: int) -> str:
    """How often the customer was tried in vain since they were last spoken to."""
    words = ngettext("not reached once", "not reached %(n)s times", count)
    return words % {"n": count}


@per_language
def _bar(share: int | None, tone: str) -> SafeString:
    return floor.bar(share, tone)


@per_language
def _limit(limit: str) -> str:
    return _("limit %(limit)s") % {"limit": limit}


@per_language
def _no_clock() -> SafeString:
    return SafeString('<span class="ink-2">—</span>')  # nosec B703


def _pill(one: ClockLine) -> SafeString:
    words = one.words
    if one.status == clocks.MET:
        words = _("done in %(span)s") % {"span": words}
    elif one.status == clocks.PAUSED:
        words = _("waits for the customer")
    tones = {clocks.MET: "done", clocks.MET_LATE: "late", clocks.PAUSED: "hold"}
    return floor.state(tones.get(one.status, one.tone), words)


def _title(line: TicketLine, category: str) -> str:
    if not line.reads_words:
        return category
    return Truncator(line.ticket.description or category).chars(TITLE_LETTERS)
