"""Complaints as their tests need them: Wang Fang's charging pile, written down by Wu."""

from __future__ import annotations

from typing import Any

from complaints import actions
from complaints.models import Clock, Ticket
from crm.people.models import User
from tests.people import NOW, Cast, make_card


def make_complaint(cast: Cast, *, by: User | None = None, **fields: Any) -> Ticket:
    """A complaint Wu took by phone this morning."""
    card = fields.pop("card") if "card" in fields else make_card(cast.lin, "王芳")
    told = actions.Told(**{"channel": "phone", "name": "王芳", **fields.pop("told", {})})
    return actions.lodge_complaint(
        card,
        **{
            "by": by or cast.wu,
            "kind": "complaint",
            "category": "technical",
            "description": "装桩后夜间充电停在 80%",
            "told": told,
            "now": NOW,
            **fields,
        },
    )


def first_told(ticket: Ticket) -> Ticket:
    """The customer knows who looks after it and when they hear again, as far as its clock says."""
    actions.meet_clock(ticket, "acknowledge", now=ticket.reported_at)
    return ticket


def clock_of(ticket: Ticket, kind: str) -> Clock:
    return ticket.clocks.get(kind=kind)
