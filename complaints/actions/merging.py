"""Two tickets about one matter become one (CP-32)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, clocks, states
from complaints.actions.answering import end_work
from complaints.actions.clocks import shorten_clocks, void_clocks
from complaints.actions.intake import tell_of_critical
from complaints.actions.rejudging import decide_higher
from complaints.actions.telling import tell_responsible
from complaints.actions.thread import enter, hold
from complaints.models import Entry, Ticket
from complaints.queues.similar import similar_to
from crm.people.models import User
from crm.promises.actions import hand_over_answers
from crm.records import audit
from crm.records.actions import change, claim_request, transition


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

    What its departments had to do ends; what was promised over it is owed by whoever answers for
    `into`, which is as severe as the worse of the two. A complaint goes on in a complaint alone:
    that it is none the supervisor says. Both are about the same colleague or about none: nobody
    reads of themselves (CP-15).
    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_work(by, ticket) or not Ticket.objects.visible_to(by).filter(pk=into.pk):
        raise PermissionDenied
    _check_choice(ticket, into, by)
    with transaction.atomic():
        if not claim_request(by, "merge_ticket", request_id):
            return
        for one in sorted((ticket, into), key=lambda one: one.pk):
            hold(one)
        into.refresh_from_db(fields=["state", "version", "about", "also_about", "severity"])
        ticket.refresh_from_db(fields=["about", "also_about", "severity"])
        _check(ticket, into)
        transition(
            ticket,
            frm=states.MERGED_FROM,
            to=states.MERGED,
            version=version,
            merged_into=into,
            closed_at=now,
            offered_to=None,
        )
        void_clocks(ticket, now=now)
        end_work(ticket, by=by, now=now)
        if into.responsible is not None:
            hand_over_answers(ticket, to=into.responsible, by=by, now=now)
        enter(ticket, Entry.Kind.MERGED, by=by, now=now, words=into.ticket_no)
        said = f"{ticket.ticket_no}: {ticket.description}"[:4000]
        enter(into, Entry.Kind.MERGED, by=by, now=now, words=said)
        _keep_severity(ticket, into, by=by, now=now)
        tell_responsible(into, "ticket_merged", by=by, now=now, number=ticket.ticket_no)
        after = {"into": into.ticket_no}
        audit.record("complaints.merge_ticket", by=by, obj=ticket, after=after, at=now)


def _check_choice(ticket: Ticket, into: Ticket, by: User) -> None:
    """Nothing is proposed for this one yet, and the other may be about the same matter."""
    if ticket.state not in (*states.MERGED_FROM, *states.CANCELLED):
        message = _("A solution is proposed here already: merge the other ticket into this one.")
        raise ValidationError({"into": message})
    if not similar_to(by, ticket).filter(pk=into.pk).exists():
        raise ValidationError({"into": _("Choose another open ticket of this customer.")})


def _check(ticket: Ticket, into: Ticket) -> None:
    """The other goes on, and whom it is about reads of neither."""
    if into.state in states.SETTLED:
        raise ValidationError({"into": _("That ticket is settled meanwhile.")})
    if ticket.subjects != into.subjects:
        raise ValidationError({"into": _("First say on both tickets which colleague it is about.")})


def _keep_severity(ticket: Ticket, into: Ticket, *, by: User, now: dt.datetime) -> None:
    """What is critical stays so in the one that goes on, and the manager hears of that (CP-34)."""
    levels = clocks.SEVERITIES
    worse = levels.index(ticket.severity) > levels.index(into.severity)
    if not (worse and access.goes_its_way(ticket)):
        return
    number, before = ticket.ticket_no, into.severity
    change(into, severity=ticket.severity)
    shorten_clocks(into, now=now)
    said: dict[str, Any] = {"severity": ticket.severity, "before": before}
    enter(into, Entry.Kind.SEVERITY, by=by, now=now, words=number, **said)
    decide_higher(into, by=by, now=now)
    tell_of_critical(into, now=now)
