"""Complaints of the demo floor being answered: proposed, approved, replied, closed, put right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from complaints import actions
from complaints.models import Ticket
from crm.home.demo import words
from crm.home.demo.cards import Floor
from crm.orders.models import Order
from crm.people.models import User
from crm.people.roles import SERVICE_SUPERVISOR

HOUR = dt.timedelta(hours=1)
# How far each goes, beyond the complaints that are worked on (words.COMPLAINTS).
STAGES = ("propose", "approve", "reply", "hear", "close")


def reply_to_some(floor: Floor) -> None:
    """Answer some complaints by the real verbs, each a step further than the one before."""
    led = {lead.store: lead.user for lead in floor.staff.of(SERVICE_SUPERVISOR)}
    orders = [order for order in floor.rows.get(Order, []) if order.store in led]
    for number, (order, said) in enumerate(zip(orders, words.ANSWERED, strict=False), 1):
        by = floor.staff.agent_for(order.store, floor.rng).user
        _answer(floor, order, said, STAGES[:number], by=by, lead=led[order.store])


def _answer(
    floor: Floor,
    order: Order,
    said: tuple[str, str, str],
    stages: tuple[str, ...],
    *,
    by: User,
    lead: User,
) -> None:
    category, description, solution = said
    at = min(floor.at_work(floor.now - 60 * HOUR), floor.now)
    ticket = actions.lodge_complaint(
        order.card,
        by=by,
        kind="complaint",
        category=category,
        description=description,
        told=actions.Told(channel="wechat", calmed=True, confirmed=True),
        no_visit_because=words.NO_VISIT,
        now=at,
    )
    _tell_first(ticket, by=by, now=at)
    for stage in stages:
        at = min(at + 2 * HOUR, floor.now)
        _do(ticket, stage, solution, by=by, lead=lead, now=at)


def _tell_first(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    actions.contact_customer(
        ticket,
        by=by,
        version=ticket.version,
        way="call",
        words=words.TOLD_FIRST,
        has_plan=True,
        next_at=now + 72 * HOUR,
        named=True,
        now=now,
    )


def _do(ticket: Ticket, stage: str, words_: str, *, by: User, lead: User, now: dt.datetime) -> None:
    version = ticket.version
    if stage == "propose":
        solution = actions.Solution(
            cause=words.CAUSE,
            liability="service",
            words=words_,
            grant="service",
            amount=Decimal(300),
        )
        actions.propose_solution(ticket, solution, by=by, version=version, now=now)
    elif stage == "approve":
        actions.decide_proposal(ticket, by=lead, version=version, verdict="approve", now=now)
    elif stage == "reply":
        actions.reply_ticket(ticket, by=by, version=version, words=words_, way="letter", now=now)
    elif stage == "hear":
        actions.hear_customer(
            ticket, by=lead, version=version, content=True, words=words.CONTENT, now=now
        )
    else:
        day = timezone.localdate(now) + dt.timedelta(days=7)
        actions.give_correction(
            ticket, by=by, what=words.PUT_RIGHT, owner=lead, due_on=day, now=now
        )
        actions.close_ticket(ticket, by=lead, version=version, now=now)
