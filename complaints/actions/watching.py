"""Saying that one has a ticket open, so that two people do not answer it side by side (PR-21)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied

from complaints.models import Presence, Ticket
from complaints.queues.presence import Around, around, lasts
from crm.people.models import User
from crm.rulebook.queues import numbers_for


def watch_ticket(ticket: Ticket, *, by: User, is_writing: bool, now: dt.datetime) -> Around:
    """Note that somebody is before a ticket they see, and say who else is.

    Written only where it tells others more than they know. No change of the ticket, so neither
    version nor trail. Raises `PermissionDenied` where it is about this person.
    """
    if by.pk in ticket.subjects:
        raise PermissionDenied
    numbers = numbers_for(ticket.store_id)
    _note(ticket, by, is_writing=is_writing, now=now, lasting=lasts(numbers))
    return around(by, ticket, now, numbers)


def forget_presences(*, now: dt.datetime) -> int:
    """Remove who had tickets open and no longer has: who read what is not kept. How many."""
    old = Presence.objects.filter(seen_at__lte=now - lasts(numbers_for(None)))
    removed, _by_model = old.delete()
    return removed


def _note(
    ticket: Ticket, by: User, *, is_writing: bool, now: dt.datetime, lasting: dt.timedelta
) -> None:
    own = Presence.objects.filter(ticket=ticket, user=by)
    known = own.first()
    if known is None:
        row = Presence(ticket=ticket, user=by, seen_at=now, is_writing=is_writing)
        Presence.objects.bulk_create([row], ignore_conflicts=True)
        return
    fresh = known.seen_at > now - lasting / 2
    if not fresh or known.is_writing != is_writing:
        own.update(seen_at=now, is_writing=is_writing)
