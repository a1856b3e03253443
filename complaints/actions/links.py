"""The customer says by a single-use link whether the answer will do (CP-18, D43, matrix 14b)."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.thread import hold, needed
from complaints.actions.words import keep_word
from complaints.models import AnswerLink, Ticket
from complaints.queues.answers import hash_of
from complaints.queues.closing import is_too_late
from complaints.signals import ticket_reopens
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.rulebook.queues import rules_for

TOKEN_BYTES = 32
WORDS_AT_MOST = 2000
LAST_SECOND = dt.time(23, 59, 59)


class LinkClosed(Exception):
    """The link was used, taken back or ran out since it was looked up."""


def make_answer_link(
    ticket: Ticket, *, by: User, now: dt.datetime, request_id: str = ""
) -> tuple[AnswerLink, str] | None:
    """A link by which the customer confirms the answer, and its token: shown now or never.

    Earlier links of the ticket end with it. Good for the days of the rulebook, until the end of the
    store's day, and of a closed one not longer than it may be reopened (N-35). None for a form sent
    twice. Raises `PermissionDenied`, `ValidationError`.
    """
    if not access.can_reply(by, ticket):
        raise PermissionDenied
    if ticket.state not in states.COMPLAINT_MOVES["reopen"] or is_too_late(ticket, now):
        raise ValidationError(_("First the customer has to have the answer."))
    with transaction.atomic():
        if not claim_request(by, "make_answer_link", request_id):
            return None
        return new_answer_link(ticket, by=by, now=now)


def new_answer_link(ticket: Ticket, *, by: User, now: dt.datetime) -> tuple[AnswerLink, str]:
    """As `make_answer_link`, for whoever was allowed before: the worker makes those it mails."""
    numbers, calendar = rules_for(ticket.store_id)
    last = calendar.local_day(now) + dt.timedelta(days=numbers.complaint_link_days)
    expires_at = dt.datetime.combine(last, LAST_SECOND, tzinfo=calendar.zone)
    if ticket.state == states.CLOSED and ticket.closed_at is not None:
        again = ticket.closed_at + dt.timedelta(days=numbers.complaint_reopen_days)
        expires_at = min(expires_at, again)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        AnswerLink.objects.live(now).filter(ticket=ticket).update(revoked_at=now)
        link = AnswerLink.objects.create(
            ticket=ticket,
            token_hash=hash_of(token),
            made_by=by,
            expires_at=expires_at,
            created_at=now,
            store_id=ticket.store_id,
        )
        said = {"until": last.isoformat()}
        audit.record("complaints.make_answer_link", by=by, obj=ticket, after=said, at=now)
    return link, token


def revoke_answer_link(
    link: AnswerLink, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take a link back: whoever opens it finds nothing. Raises `PermissionDenied`, `Stale`."""
    if not access.can_revoke_answer(by, link):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "revoke_answer_link", request_id):
            return
        change(link, version=version, revoked_at=now)
        audit.record("complaints.revoke_answer_link", by=by, obj=link.ticket, at=now)


def answer_by_link(link: AnswerLink, *, content: bool, words: str, now: dt.datetime) -> None:
    """The customer's own word, once: a no reopens it, also within days after it was closed (N-35).

    Raises `LinkClosed`, `ValidationError` by field.
    """
    if not content:
        words = needed(words, "words", most=WORDS_AT_MOST)
    with transaction.atomic():
        if not content:
            ticket_reopens.send(Ticket, ticket=link.ticket, by=None, now=now)
        hold(link.ticket)
        own = AnswerLink.objects.live(now).filter(pk=link.pk)
        if not own.update(used_at=now, version=F("version") + 1):
            raise LinkClosed
        ticket = Ticket.objects.select_related("responsible", "about", "card", "store").get(
            pk=link.ticket_id
        )
        if not content and is_too_late(ticket, now):
            raise LinkClosed
        keep_word(ticket, by=None, content=content, words=words[:WORDS_AT_MOST], now=now)
        said = {"content": content}
        audit.record("complaints.answer_by_link", by=None, obj=ticket, after=said, at=now)
