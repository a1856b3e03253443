"""Verbs of tickets; the only place that changes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access
from complaints.models import Ticket
from crm.customers.actions import note
from crm.customers.models import Card, CaseAccess
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import Department, User
from crm.records import audit
from crm.records.actions import claim_request, free_number, keep_result
from crm.records.queues import earlier_result

DESCRIPTION_AT_MOST = 4000


def register_ticket(
    card: Card,
    *,
    by: User,
    kind: str,
    category: str,
    description: str,
    now: dt.datetime,
    deadline: dt.datetime | None = None,
    lead_department: Department | None = None,
    about: User | None = None,
    request_id: str = "",
) -> Ticket:
    """Write down a complaint, a problem found on a visit or a request for help (CP-03, RV-33).

    Whoever registers it answers for it until another has accepted it (PR-21). A form sent twice
    makes one ticket and returns it. Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_register(by):
        raise PermissionDenied
    description = description.strip()
    _check(kind, category, description, deadline, now)
    with transaction.atomic():
        if not claim_request(by, "register_ticket", request_id):
            return Ticket.objects.get(public_id=earlier_result(by, "register_ticket", request_id))
        ticket = Ticket.objects.create(
            **_place(card, by, now),
            card=card,
            kind=kind,
            category=category,
            reported_at=now,
            created_at=now,
            about=about,
            lead_department=lead_department,
            description=description,
            deadline=deadline,
        )
        _open_cases(ticket, card, by, now=now)
        if about is None:  # nobody reads of a complaint about themselves (CP-15)
            note(card, "ticket_registered", by=by, now=now, ticket_no=ticket.ticket_no)
        said = {"kind": kind, "category": category}
        audit.record("complaints.register_ticket", by=by, obj=ticket, after=said, at=now)
        keep_result(by, "register_ticket", request_id, ticket.public_id)
    return ticket


def _place(card: Card, by: User, now: dt.datetime) -> dict[str, Any]:
    """The next number, and whose work it is where."""
    year, post = timezone.localtime(now).year, by.reach.main
    return {
        "ticket_no": free_number(Ticket, "ticket_no", kind="ticket", prefix="TS", year=year),
        "reporter": by,
        "responsible": by,
        "team_id": post.team_id if post else None,
        "store_id": (post.store_id if post else None) or card.store_id,
    }


def _open_cases(ticket: Ticket, card: Card, by: User, *, now: dt.datetime) -> None:
    """Whoever works on it sees the card while the ticket is open; the lead's head is told."""
    CaseAccess.objects.create(card=card, user=by)
    if ticket.lead_department is not None:
        CaseAccess.objects.create(card=card, department=ticket.lead_department)
        _tell_head(ticket, ticket.lead_department, now=now)


def _check(
    kind: str, category: str, description: str, deadline: dt.datetime | None, now: dt.datetime
) -> None:
    wrong = {}
    if kind not in Ticket.Kind.values:
        wrong["kind"] = _("Choose a kind.")
    if category not in Ticket.Category.values:
        wrong["category"] = _("Choose a class.")
    if not description:
        wrong["description"] = _("Write down what the customer said.")
    elif len(description) > DESCRIPTION_AT_MOST:
        wrong["description"] = _("At most %(count)d characters.") % {"count": DESCRIPTION_AT_MOST}
    if deadline is not None and deadline <= now:
        wrong["deadline"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)


def _tell_head(ticket: Ticket, department: Department, *, now: dt.datetime) -> None:
    if department.head is None:
        return
    notices.tell(
        to=department.head,
        kind="ticket_routed",
        occasion=f"ticket:{ticket.public_id}/routed",
        about=About.of(ticket),
        subject=f"ticket:{ticket.public_id}",
        link=("complaints:ticket", ticket.public_id),
        data={"ticket_no": ticket.ticket_no, "category": ticket.category},
        due_at=ticket.deadline,
        now=now,
    )
