"""Two tickets about one matter become one (CP-32)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.clocks import void_clocks
from complaints.actions.telling import tell_responsible, thread
from complaints.actions.thread import close_case, enter, hold
from complaints.models import Entry, Ticket
from complaints.queues.similar import similar_to
from crm.notices import actions as notices
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition


def merge_ticket(
    ticket: Ticket,
    *,
    into: Ticket,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Go on with `into` alone: what was said here stands there, this one's clocks are void.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_work(by, ticket) or not Ticket.objects.visible_to(by).filter(pk=into.pk):
        raise PermissionDenied
    if not similar_to(by, ticket).filter(pk=into.pk).exists():
        raise ValidationError({"into": _("Choose another open ticket of this customer.")})
    with transaction.atomic():
        if not claim_request(by, "merge_ticket", request_id):
            return
        for one in sorted((ticket, into), key=lambda one: one.pk):
            hold(one)
        into.refresh_from_db(fields=["state", "version"])
        if into.state in states.SETTLED:
            raise ValidationError({"into": _("That ticket is settled meanwhile.")})
        transition(
            ticket,
            frm=states.STATUS_STATES[states.OPEN],
            to=states.MERGED,
            version=version,
            merged_into=into,
            closed_at=now,
            offered_to=None,
        )
        void_clocks(ticket, now=now)
        if ticket.responsible is not None:
            close_case(ticket, user=ticket.responsible, now=now)
        notices.cancel(subject=thread(ticket), reason="merged", now=now)
        enter(ticket, Entry.Kind.MERGED, by=by, now=now, words=into.ticket_no)
        said = f"{ticket.ticket_no}: {ticket.description}"[:4000]
        enter(into, Entry.Kind.MERGED, by=by, now=now, words=said)
        tell_responsible(into, "ticket_merged", by=by, now=now, number=ticket.ticket_no)
        after = {"into": into.ticket_no}
        audit.record("complaints.merge_ticket", by=by, obj=ticket, after=after, at=now)
