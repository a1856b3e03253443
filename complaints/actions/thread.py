"""A ticket's thread, and who sees the customer's card because of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import access
from complaints.models import Entry, Intake, Ticket
from complaints.queues.approvers import numbers_of
from crm.customers.models import CaseAccess, Customer
from crm.people.models import Department, User
from crm.records import audit
from crm.records.actions import claim_request

WORDS_AT_MOST = 4000


def enter(
    ticket: Ticket,
    kind: Entry.Kind,
    *,
    by: User | None,
    now: dt.datetime,
    words: str = "",
    department: Department | None = None,
    **data: Any,
) -> Entry:
    """Put a line on the ticket's thread in the caller's transaction."""
    return Entry.objects.create(
        ticket=ticket, kind=kind, by=by, at=now, words=words, department=department, data=data
    )


def hold(ticket: Ticket) -> None:
    """Lock the ticket before its tasks, as every verb of a ticket does: no two wait in a circle.

    In the caller's transaction.
    """
    rows = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket.pk)
    rows.values_list("pk", flat=True).first()


def hold_complainant(ticket: Ticket) -> None:
    """Wait until nobody else decides what the same customer or number is granted (SoD 6).

    Locked are the rows by which its tickets are found together, always in one order. In the
    caller's transaction.
    """
    numbers = numbers_of(ticket)
    same = Q(phone__in=numbers) | Q(phone2__in=numbers)
    if ticket.card is not None:
        same |= Q(pk=ticket.card.customer_id)
    for rows in (Customer.objects.filter(same), Intake.objects.filter(phone__in=numbers)):
        held = rows.select_for_update(no_key=True).order_by("pk")
        list(held.values_list("pk", flat=True))


def note_ticket(
    ticket: Ticket, *, by: User, words: str, now: dt.datetime, request_id: str = ""
) -> None:
    """Keep an internal note; a form sent twice keeps it once.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_note(by, ticket):
        raise PermissionDenied
    words = needed(words, "words")
    with transaction.atomic():
        if not claim_request(by, "note_ticket", request_id):
            return
        enter(ticket, Entry.Kind.NOTE, by=by, now=now, words=words)
        audit.record("complaints.note_ticket", by=by, obj=ticket, at=now)


def needed(text: str, field: str, *, most: int = WORDS_AT_MOST) -> str:
    """The text, without which there is nothing to say; raises `ValidationError` for `field`."""
    text = text.strip()
    if not text:
        raise ValidationError({field: _("Say it in a few words.")})
    if len(text) > most:
        raise ValidationError({field: _("At most %(count)d characters.") % {"count": most}})
    return text


def open_case(
    ticket: Ticket, *, user: User | None = None, department: Department | None = None
) -> None:
    """Whoever works on a ticket sees the customer's card while they do (security.md 1.1)."""
    if ticket.card_id is not None:
        CaseAccess.objects.create(card_id=ticket.card_id, user=user, department=department)


def close_case(
    ticket: Ticket,
    *,
    now: dt.datetime,
    user: User | None = None,
    department: Department | None = None,
) -> None:
    """End one right to see the card that came with a ticket; others of the same card stay."""
    rights = CaseAccess.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now),
        card=ticket.card_id,
        user=user,
        department=department,
    )
    first = rights.order_by("pk").values_list("pk", flat=True)[:1]
    CaseAccess.objects.filter(pk__in=list(first)).update(until=now)
