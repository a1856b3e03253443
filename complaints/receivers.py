"""What rooms below ask: whom a ticket is about sees nothing promised over it (CP-15)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse

from complaints import states
from complaints.models import Ticket, is_about
from complaints.queues.related import goes_on_in
from crm.people.models import User
from crm.promises.deeds import Deed
from crm.promises.models import OF_TICKETS, Promise
from crm.promises.signals import deeds_of, kept_from, undecided, whom_it_concerns


@receiver(kept_from, dispatch_uid="complaints.kept_from")
def of_tickets_about(user: User, **_rest: Any) -> Q:
    """What was promised over tickets about this person."""
    about = Ticket.objects.filter(is_about(user.pk)).values("public_id")
    return Q(source_room=OF_TICKETS, source_model="ticket", source_id__in=about)


@receiver(whom_it_concerns, dispatch_uid="complaints.whom_it_concerns")
def about_of(promise: Promise, **_rest: Any) -> User | None:
    """Whom the ticket is about over which it was promised."""
    if promise.source_room != OF_TICKETS:
        return None
    ticket = Ticket.objects.filter(public_id=promise.source_id).select_related("about").first()
    return ticket.about if ticket is not None else None


@receiver(undecided, dispatch_uid="complaints.undecided")
def waits_for_decision(promise: Promise, **_rest: Any) -> bool:
    """Promised over a complaint whose answer nobody has approved yet, merged or not (CP-20)."""
    if promise.source_room != OF_TICKETS:
        return False
    found = Ticket.objects.filter(public_id=promise.source_id).first()
    if found is None:
        return False
    ticket = goes_on_in(found)
    return ticket.kind == states.COMPLAINT and ticket.state in states.NOT_DECIDED


@receiver(deeds_of, dispatch_uid="complaints.deeds_of")
def answers_of(promise: Promise, user: User, **_rest: Any) -> list[Deed]:
    """The ticket whose answer kept it; nobody chooses one, its verbs do."""
    if promise.kept_room != OF_TICKETS or promise.answered_at is None:
        return []
    rows = Ticket.objects.visible_to(user).filter(public_id=promise.kept_id)
    at = promise.answered_at
    return [
        Deed(
            room=OF_TICKETS,
            model="ticket",
            public_id=ticket.public_id,
            at=at,
            words=ticket.ticket_no,
            link=reverse("complaints:ticket", args=[ticket.public_id]),
        )
        for ticket in rows
    ]
