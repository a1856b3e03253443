"""What rooms below ask: whom a ticket is about sees nothing promised over it (CP-15)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from complaints.models import Ticket
from crm.people.models import User
from crm.promises.models import OF_TICKETS, Promise
from crm.promises.signals import kept_from, whom_it_concerns


@receiver(kept_from, dispatch_uid="complaints.kept_from")
def of_tickets_about(user: User, **_rest: Any) -> Q:
    """What was promised over tickets about this person."""
    about = Ticket.objects.filter(about=user.pk).values("public_id")
    return Q(source_room=OF_TICKETS, source_model="ticket", source_id__in=about)


@receiver(whom_it_concerns, dispatch_uid="complaints.whom_it_concerns")
def about_of(promise: Promise, **_rest: Any) -> User | None:
    """Whom the ticket is about over which it was promised."""
    if promise.source_room != OF_TICKETS:
        return None
    ticket = Ticket.objects.filter(public_id=promise.source_id).select_related("about").first()
    return ticket.about if ticket is not None else None
