"""Waiting for the customer: the clocks stand still, for so many working days at most (CP-31)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, clocks, states
from complaints.actions.clocks import hold_clocks, release_clocks, stands_of
from complaints.actions.telling import tell
from complaints.actions.thread import enter, hold, needed
from complaints.models import Entry, Pause, Ticket
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.rulebook.queues import rules_for

REASON_AT_MOST = 300


def pause_clocks(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The customer owes an answer: every clock but that of taking note stands still.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_work(by, ticket):
        raise PermissionDenied
    reason = needed(reason, "reason", most=REASON_AT_MOST)
    with transaction.atomic():
        if not claim_request(by, "pause_clocks", request_id):
            return
        change(ticket, version=version)
        pauses = list(ticket.pauses.all())
        until = _limit(ticket, pauses, now)
        Pause.objects.create(
            ticket=ticket,
            store_id=ticket.store_id,
            reason=reason,
            by=by,
            began_at=now,
            until=until,
            created_at=now,
        )
        hold_clocks(ticket, now=now)
        enter(ticket, Entry.Kind.PAUSED, by=by, now=now, words=reason, until=until.isoformat())
        said = {"until": until.isoformat()}
        audit.record("complaints.pause_clocks", by=by, obj=ticket, after=said, at=now)


def resume_clocks(
    ticket: Ticket, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """The customer answered: the clocks run on. Raises `PermissionDenied`, `Stale`."""
    if not access.can_work(by, ticket):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "resume_clocks", request_id):
            return
        change(ticket, version=version)
        for pause in ticket.pauses.filter(ended_at__isnull=True).select_related("ticket"):
            end_pause(pause, by=by, now=now)
        audit.record("complaints.resume_clocks", by=by, obj=ticket, at=now)


def end_pause(pause: Pause, *, by: User | None, now: dt.datetime) -> bool:
    """End a pause, by a person or because its limit has passed; whether this call ended it.

    One that lasted too long ends when its limit passed, and whoever answers for it is told.
    """
    ticket = pause.ticket
    ended = now if by is not None else min(now, pause.until)
    with transaction.atomic():
        hold(ticket)
        rows = Pause.objects.filter(pk=pause.pk, ended_at__isnull=True)
        if not rows.update(ended_at=ended):
            return False
        release_clocks(ticket, now=ended)
        enter(ticket, Entry.Kind.RESUMED, by=by, now=now)
        if by is None:
            occasion = f"clocks_resumed/{pause.public_id}"
            tell(ticket, "clocks_resumed", ticket.responsible, now=now, occasion=occasion)
    return True


def _limit(ticket: Ticket, pauses: list[Pause], now: dt.datetime) -> dt.datetime:
    if ticket.state in states.SETTLED:
        raise ValidationError(_("This ticket is settled: no clock runs."))
    if any(pause.ended_at is None for pause in pauses):
        raise ValidationError(_("The clocks stand still already."))
    numbers, calendar = rules_for(ticket.store_id)
    until = clocks.pause_limit(now, stands_of(pauses, now), numbers=numbers, calendar=calendar)
    if until is None:
        raise ValidationError(
            _("This ticket has waited for the customer for %(days)d working days already.")
            % {"days": numbers.complaint_pause_working_days}
        )
    return until
