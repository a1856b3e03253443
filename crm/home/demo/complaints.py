"""Complaints and opinions of the demo floor's customers, their clocks at all stages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from complaints import actions
from complaints.models import Ticket
from crm.home.demo import words
from crm.home.demo.cards import Floor
from crm.orders.models import Order
from crm.people.models import User

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def complain(floor: Floor) -> None:
    """Let customers who bought complain, and customer service go about it, by the real verbs."""
    orders = floor.rows.get(Order, [])
    for order, (category, severity, said, hours, done) in zip(
        orders, words.COMPLAINTS, strict=False
    ):
        by, at = floor.staff.agent_for(order.store, floor.rng).user, _ago(floor, hours)
        told = actions.Told(channel="phone", emotion="upset", calmed=True, confirmed=True)
        ticket = actions.lodge_complaint(
            order.card,
            by=by,
            kind="complaint",
            category=category,
            severity=severity,
            description=said,
            told=told,
            now=at,
        )
        for number, step in enumerate(done, 1):
            step_at = min(at + number * 25 * MINUTE, floor.now)
            _do(ticket, step, by=by, now=step_at, again=floor.now + 20 * HOUR)
    for order, (kind, category, said, hours) in zip(orders[-3:], words.OPINIONS, strict=False):
        by = floor.staff.agent_for(order.store, floor.rng).user
        actions.lodge_complaint(
            order.card,
            by=by,
            kind=kind,
            category=category,
            description=said,
            told=actions.Told(channel="wechat"),
            now=_ago(floor, hours),
        )
    actions.sweep_clocks(now=floor.now)


def _ago(floor: Floor, hours: float) -> dt.datetime:
    """So many hours ago; what would lie outside opening hours moves into them."""
    at = floor.now - hours * HOUR
    return at if hours < 2 else min(floor.at_work(at), floor.now)


def _do(ticket: Ticket, step: str, *, by: User, now: dt.datetime, again: dt.datetime) -> None:
    common: dict[str, Any] = {"by": by, "version": ticket.version, "now": now}
    if step == "visit":
        actions.visit_site(ticket, at=now, words=words.FOUND, **common)
    elif step == "pause":
        actions.pause_clocks(ticket, reason=words.WAITING, **common)
    else:
        told: dict[str, Any] = {"words": words.TOLD_PLAN, "has_plan": True}
        if step != "plan":
            told = {"words": words.TOLD_FIRST, "has_plan": False, "named": True, "next_at": again}
        actions.contact_customer(ticket, way="call", **told, **common)
