"""Taking a ticket nobody of customer service has: of two who press, one has it (PR-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from complaints import access
from complaints.actions.handing import take_over
from complaints.models import Ticket
from complaints.queues.claiming import unclaimed
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request
from crm.records.states import Stale


def claim_ticket(
    ticket: Ticket, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Answer for a ticket from now on, and owe what its customer was promised.

    Raises `PermissionDenied`, and `Stale` where a colleague was first.
    """
    if not access.can_claim(by, ticket):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "claim_ticket", request_id):
            return
        if not unclaimed(by, now).filter(pk=ticket.pk).exists():
            raise Stale(ticket._meta.label, ticket.pk)
        take_over(ticket, by=by, version=version, now=now)
        audit.record("complaints.claim_ticket", by=by, obj=ticket, at=now)


def claim_tickets(
    chosen: Iterable[tuple[Ticket, int]], *, by: User, now: dt.datetime
) -> tuple[list[Ticket], list[Ticket]]:
    """Take each chosen ticket, with the version seen, that nobody of service has.

    Returns those taken and those left: the right is missing, or somebody was first. Each is a
    transaction of its own.
    """
    taken, left = [], []
    for ticket, version in chosen:
        try:
            claim_ticket(ticket, by=by, version=version, now=now)
        except (PermissionDenied, Stale):
            ticket.refresh_from_db(fields=["responsible"])
            left.append(ticket)
        else:
            taken.append(ticket)
    return taken, left
