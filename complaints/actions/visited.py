"""What a customer says on the return visit after the answer is their word on it (RV-13, CP-24)."""

from __future__ import annotations

import datetime as dt

from complaints import access, clocks, states
from complaints.actions.clocks import meet_clock
from complaints.actions.telling import service_desk, tell
from complaints.actions.thread import hold
from complaints.actions.words import keep_word
from complaints.models import Ticket
from complaints.queues.closing import is_too_late
from crm.people.models import User
from crm.records import audit

WORDS_AT_MOST = 2000
UNSAID = "complaint_visited"


def hear_on_visit(
    ticket: Ticket,
    *,
    by: User | None,
    content: bool | None,
    words: str,
    visit_no: str,
    now: dt.datetime,
) -> Ticket | None:
    """Take what was said on a visit as the customer's word, in the caller's transaction (CP-22).

    Content confirms the answer, not content reopens the ticket. Where it is neither (`content` is
    None), or the visitor proposed or handled the answer (SoD 5), or it is too late to reopen, the
    service supervisor is told to enter it. `by` is nobody where the customer answered by a link.
    Returns the ticket where it is back at work.
    """
    hold(ticket)
    ticket = Ticket.objects.select_related("responsible", "about", "card", "store").get(
        pk=ticket.pk
    )
    meet_clock(ticket, clocks.FOLLOW_UP, now=now)
    if not _waits_for(ticket, content=content):
        return None
    if content is None or not _may_say(by, ticket) or (not content and is_too_late(ticket, now)):
        tell(ticket, UNSAID, service_desk(ticket), occasion=f"{UNSAID}/{visit_no}", now=now)
        return None
    words = words[:WORDS_AT_MOST]
    keep_word(ticket, by=by, content=content, words=words, now=now, visit_no=visit_no)
    said = {"content": content, "visit": visit_no}
    audit.record("complaints.hear_on_visit", by=by, obj=ticket, after=said, at=now)
    return None if content else ticket


def _waits_for(ticket: Ticket, *, content: bool | None) -> bool:
    """Whether the customer's word would change anything: a yes that is known need not be said."""
    if ticket.kind != states.COMPLAINT:
        return False
    moves = states.COMPLAINT_MOVES["content" if content is not False else "reopen"]
    return ticket.state in moves


def _may_say(by: User | None, ticket: Ticket) -> bool:
    return by is None or access.can_hear(by, ticket)
