"""Complaints on their way to an answer: proposed by Wu, decided by Xu or Shen, answered by Wu."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from complaints import actions
from complaints.models import Ticket
from complaints.queues.closing import owes_correction
from crm.people.models import User
from tests.complaints.complaints import first_told, make_complaint
from tests.people import NOW, Cast

HOUR = dt.timedelta(hours=1)


def solution(**fields: Any) -> actions.Solution:
    """Free charging for a month, two hundred yuan."""
    return actions.Solution(
        **{
            "cause": "桩侧网关固件过旧",
            "liability": "service",
            "words": "固件已升级，赠送充电卡",
            "grant": "service",
            "amount": Decimal(200),
            **fields,
        }
    )


def looked_at(cast: Cast, **fields: Any) -> Ticket:
    """A complaint whose customer was told, and with which no on-site visit is waited for."""
    return first_told(make_complaint(cast, no_visit_because="客户在外地，远程查看", **fields))


def proposed(
    cast: Cast, *, by: User | None = None, ticket: Ticket | None = None, **fields: Any
) -> Ticket:
    """One whose solution waits for whom the table names."""
    ticket = first_told(ticket or looked_at(cast, **fields.pop("ticket_fields", {})))
    actions.propose_solution(
        ticket, solution(**fields), by=by or cast.wu, version=ticket.version, now=NOW + HOUR
    )
    return ticket


def approved(cast: Cast, *, by: User | None = None, **fields: Any) -> Ticket:
    """One that Xu has approved."""
    ticket = proposed(cast, **fields)
    decide(ticket, by or cast.xu, "approve")
    return ticket


def decide(ticket: Ticket, by: User, verdict: str, **said: Any) -> None:
    actions.decide_proposal(
        ticket, by=by, version=ticket.version, verdict=verdict, now=NOW + 2 * HOUR, **said
    )


def reply(ticket: Ticket, by: User, **said: Any) -> None:
    actions.reply_ticket(
        ticket,
        by=by,
        version=ticket.version,
        **{"words": "固件已升级，赠送充电卡", "way": "letter", "now": NOW + 3 * HOUR, **said},
    )


def replied(cast: Cast, **fields: Any) -> Ticket:
    """One the customer has the answer to."""
    ticket = approved(cast, **fields)
    reply(ticket, cast.wu)
    if owes_correction(ticket):
        actions.waive_correction(
            ticket, by=cast.wu, version=ticket.version, reason="已当场补讲", now=NOW + 3 * HOUR
        )
    return ticket


def unreached(cast: Cast, **fields: Any) -> Ticket:
    """One whose customer Wu tried in vain on three days since the answer."""
    ticket = replied(cast, **fields)
    for days in (1, 2, 3):
        at = NOW + dt.timedelta(days=days, hours=3)
        actions.miss_customer(ticket, by=cast.wu, version=ticket.version, way="call", now=at)
    return ticket


def content(cast: Cast, **fields: Any) -> Ticket:
    """One the customer is content with: Xu entered the word."""
    ticket = replied(cast, **fields)
    actions.hear_customer(
        ticket, by=cast.xu, version=ticket.version, content=True, words="好", now=NOW + 4 * HOUR
    )
    return ticket


def closed(cast: Cast, **fields: Any) -> Ticket:
    """One that is closed and filed."""
    ticket = content(cast, **fields)
    actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 5 * HOUR)
    return ticket
