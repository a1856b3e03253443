"""Handing a ticket to somebody else: answered for by the first until the other says yes (PR-21)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.telling import answers_thread, tell, tell_responsible
from complaints.actions.thread import close_case, enter, needed, open_case
from complaints.models import Entry, Ticket
from complaints.queues.people import service_of
from crm.notices import actions as notices
from crm.people.models import User
from crm.promises.actions import hand_over_answers
from crm.records import audit
from crm.records.actions import change, claim_request

REASON_AT_MOST = 300


def offer_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    to: User,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Ask somebody of the store's service to answer for it; until they accept nothing moves.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_offer(by, ticket):
        raise PermissionDenied
    reason = needed(reason, "reason", most=REASON_AT_MOST)
    if not service_of(ticket, now).filter(pk=to.pk).exists():
        raise ValidationError({"to": _("Choose somebody of this store's customer service.")})
    if ticket.state in states.ENDED:
        raise ValidationError(_("This ticket is closed."))
    with transaction.atomic():
        if not claim_request(by, "offer_ticket", request_id):
            return
        change(ticket, version=version, offered_to=to)
        enter(ticket, Entry.Kind.OFFERED, by=by, now=now, words=reason, to=to.name)
        tell(ticket, "ticket_offered", to, now=now, by=by.name)
        audit.record("complaints.offer_ticket", by=by, obj=ticket, after={"to": to.name}, at=now)


def take_ticket(
    ticket: Ticket, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Say yes: from now on this person answers for it, and owes what the customer was promised.

    Raises `PermissionDenied`, `Stale`.
    """
    if not access.can_take(by, ticket):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "take_ticket", request_id):
            return
        take_over(ticket, by=by, version=version, now=now)
        audit.record("complaints.take_ticket", by=by, obj=ticket, at=now)


def take_over(ticket: Ticket, *, by: User, version: int, now: dt.datetime) -> None:
    """Let somebody answer for it, in the caller's transaction: its promises go along.

    It stays in its store, and comes to their team there. Raises `Stale`.
    """
    before, posts = ticket.responsible, by.reach.posts
    store = ticket.store_id or (posts[0].store_id if posts else None)
    change(
        ticket,
        version=version,
        responsible=by,
        offered_to=None,
        team_id=next((post.team_id for post in posts if post.store_id == store), None),
        store_id=store,
    )
    if before is not None:
        close_case(ticket, user=before, now=now)
        tell(ticket, "ticket_taken", before, now=now, by=by.name)
    open_case(ticket, user=by)
    hand_over_answers(ticket, to=by, by=by, now=now)
    places = {"store_id": ticket.store_id, "team_id": None}
    notices.hand_over(subject=answers_thread(ticket), to=by, now=now, **places)
    enter(ticket, Entry.Kind.TAKEN, by=by, now=now)


def decline_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say no, with the reason: the first goes on answering for it.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_take(by, ticket):
        raise PermissionDenied
    reason = needed(reason, "reason", most=REASON_AT_MOST)
    with transaction.atomic():
        if not claim_request(by, "decline_ticket", request_id):
            return
        change(ticket, version=version, offered_to=None)
        enter(ticket, Entry.Kind.DECLINED, by=by, now=now, words=reason)
        tell_responsible(ticket, "ticket_declined", by=by, now=now, who=by.name)
        audit.record("complaints.decline_ticket", by=by, obj=ticket, at=now)
