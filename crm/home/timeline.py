"""One line of a card's history, from whichever room it comes. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# What a reader may ask for: everything people did, showroom visits only, or system changes too.
CONTACTS = "contacts"
VISITS = "visits"
SYSTEM = "system"
SHOWN = (CONTACTS, VISITS, SYSTEM)
# System lines that always stand on the timeline: they are milestones of the customer.
MILESTONES = frozenset({"card_opened", "order_signed", "order_delivered", "order_cancelled"})
PAGE = 30
# What tells of an order or a plan is for those who may see orders and plans.
OF_ORDERS = frozenset({"order_signed", "order_delivered", "order_cancelled"})
OF_PLANS = frozenset(
    {
        *("plan_submitted", "plan_taken_back", "plan_approved", "approval_undone"),
        *("plan_returned", "plan_completed", "plan_cancelled"),
        *("contact_rescheduled", "contact_cancelled"),
    }
)


@dataclass(frozen=True)
class Line:
    """A row of the timeline: a step to come, a contact made, or a change; `at` is UTC."""

    at: dt.datetime
    step: Any = None
    contact: Any = None
    entry: Any = None

    @property
    def is_visit(self) -> bool:
        """Whether customer and salesperson met, or mean to."""
        return getattr(self.contact or self.step, "method", "") in ("in_person", "onsite")


def kept_back(*, sees_orders: bool, sees_plans: bool) -> frozenset[str]:
    """Kinds of changes a reader is not shown, by the rooms that are closed to them (D6)."""
    orders = frozenset() if sees_orders else OF_ORDERS
    return orders if sees_plans else orders | OF_PLANS


def merge(
    steps: Iterable[Any], contacts: Iterable[Any], entries: Iterable[Any], *, show: str
) -> list[Line]:
    """All lines a reader asked for, newest first; steps still to come stand on top (CC-40)."""
    lines = [Line(step.due_at, step=step) for step in steps]
    lines += [Line(contact.occurred_at, contact=contact) for contact in contacts]
    lines += [
        Line(entry.at, entry=entry)
        for entry in entries
        if show == SYSTEM or entry.kind in MILESTONES
    ]
    if show == VISITS:
        lines = [line for line in lines if line.is_visit]
    return sorted(lines, key=lambda line: (line.step is not None, line.at), reverse=True)
