"""The colleague a complaint was about is asked about the outcome too (CP-22)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.telling import service_desk, tell, tell_responsible
from complaints.actions.thread import enter, needed
from complaints.models import ColleagueWord, Entry, Ticket
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request

WORDS_AT_MOST = 2000


def hear_colleague(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    content: bool,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Write down whether whom it is about finds the outcome just; they see nothing of the ticket.

    A no needs their words; the service supervisor, the manager and whoever answers for it hear of
    it, to look at it once more. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    about = ticket.about
    if about is None or not access.can_hear_colleague(by, ticket):
        raise PermissionDenied
    words = words.strip() if content else needed(words, "words", most=WORDS_AT_MOST)
    with transaction.atomic():
        if not claim_request(by, "hear_colleague", request_id):
            return
        if ticket.state not in states.COMPLAINT_MOVES["ask_colleague"]:
            raise ValidationError(_("The customer has no answer yet."))
        change(ticket, version=version)
        ColleagueWord.objects.create(
            ticket=ticket,
            colleague=about,
            round=ticket.reopenings,
            content=content,
            words=words[:WORDS_AT_MOST],
            by=by,
            at=now,
            created_at=now,
            store_id=ticket.store_id,
        )
        enter(ticket, Entry.Kind.COLLEAGUE, by=by, now=now, words=words, content=content)
        if not content:
            for role in (roles.SERVICE_SUPERVISOR, roles.MANAGER):
                tell(ticket, "colleague_not_content", service_desk(ticket, role), now=now)
            tell_responsible(ticket, "colleague_not_content", by=by, now=now)
        said = {"content": content}
        audit.record("complaints.hear_colleague", by=by, obj=ticket, after=said, at=now)
