"""The approved solution goes to the customer, and the customer says whether it will do (CP-12..24).

Nobody enters the customer's word on what they proposed or handled themselves (SoD 5).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, clocks, states, wording
from complaints.actions.clocks import end_pauses, meet_clock
from complaints.actions.mailing import check_way, write_reply
from complaints.actions.promising import give_promised
from complaints.actions.telling import service_desk, tell
from complaints.actions.thread import enter, needed
from complaints.actions.words import back_to_work, keep_word, note_line
from complaints.models import Entry, Proposal, Ticket
from complaints.queues.closing import is_too_late
from complaints.signals import ticket_answered
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for

LETTER, EMAIL, MESSAGE, CALL, IN_PERSON = WAYS = (
    *("letter", "email", "message"),
    *("call", "in_person"),
)
WRITTEN = (LETTER, EMAIL, MESSAGE)


def reply_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    way: str,
    now: dt.datetime,
    waived: str = "",
    send: bool = False,
    request_id: str = "",
) -> None:
    """Answer the customer with what was approved; in writing unless they waive it (CP-12, CP-20).

    The approved text stands in it as it is (SoD 4); of what it says besides its approver hears.
    With `send` the worker sends the e-mail or text message, with the customer's own link; without
    it somebody gave it on paper or by their own phone. Promised answers are given with it, the
    return visit is planned (CP-24). Raises `PermissionDenied`, `ValidationError` by field, `Stale`
    where nothing is approved.
    """
    if not access.can_reply(by, ticket):
        raise PermissionDenied
    words, waived = needed(words, "words"), waived.strip()[:300]
    _check(ticket, way, waived, send=send)
    adds = _adds(proposal := access.latest_proposal(ticket), words)
    with transaction.atomic():
        if not claim_request(by, "reply_ticket", request_id):
            return
        transition(
            ticket,
            frm=states.COMPLAINT_MOVES["reply"],
            to=states.REPLIED,
            version=version,
            told_at=now,
            resolved_at=now,
            solution=words,
            solved_by=proposal.author if proposal else by,
        )
        how = {"way": way, "waived": waived, "adds": adds}
        _enter(ticket, proposal, words, how, by=by, now=now)
        if send:
            write_reply(ticket, way, words, by=by, now=now)
        give_promised(ticket, words, by=by, granted=True, now=now)
        _meet_clocks(ticket, now=now)
        note_line(ticket, "ticket_told", by=by, now=now)
        said = {"way": way, "waived": bool(waived), "sent": send}
        audit.record("complaints.reply_ticket", by=by, obj=ticket, after=said, at=now)
        ticket_answered.send(Ticket, ticket=ticket, by=by, now=now)


def _meet_clocks(ticket: Ticket, *, now: dt.datetime) -> None:
    """What the answer met; without a card no return visit follows: service has somebody call."""
    for kind in (clocks.ACKNOWLEDGE, clocks.REPLY, clocks.RESOLUTION):
        meet_clock(ticket, kind, now=now)
    end_pauses(ticket, now=now)
    if ticket.card is None:
        tell(ticket, "complaint_to_call", service_desk(ticket), now=now)


def _enter(
    ticket: Ticket,
    proposal: Proposal | None,
    words: str,
    said: dict[str, Any],
    *,
    by: User,
    now: dt.datetime,
) -> None:
    """The line of the answer; whoever approved less is told of what it says besides."""
    enter(ticket, Entry.Kind.REPLIED, by=by, now=now, words=words, **said)
    if said["adds"] and proposal is not None and proposal.decided_by_id != by.pk:
        tell(ticket, "reply_adds", proposal.decided_by, now=now, by=by.name)


def _adds(proposal: Proposal | None, words: str) -> bool:
    """Whether the answer says more than what was approved; less or otherwise it may not."""
    if proposal is None or proposal.state != states.OFFER_APPROVED:
        return False  # the ticket is not approved either, and says so
    if not wording.says(words, proposal.words):
        wrong = _("What was approved has to stand in it word by word; else have it approved anew.")
        raise ValidationError({"words": wrong})
    return wording.says_more(words, proposal.words)


def _check(ticket: Ticket, way: str, waived: str, *, send: bool) -> None:
    """In writing unless waived, and sent from here only where it can be."""
    if way not in WAYS:
        raise ValidationError({"way": _("Choose how.")})
    if way not in WRITTEN and not waived:
        raise ValidationError({"waived": _("Why not in writing? The customer may waive it.")})
    if send:
        check_way(ticket, way)


def hear_customer(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    content: bool,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Enter what the customer said of the answer in a call; a no reopens the ticket (CP-22).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_hear(by, ticket):
        raise PermissionDenied
    if not content:
        words = needed(words, "words", most=2000)
    with transaction.atomic():
        if not claim_request(by, "hear_customer", request_id):
            return
        keep_word(ticket, by=by, content=content, words=words, now=now, version=version)
        said = {"content": content}
        audit.record("complaints.hear_customer", by=by, obj=ticket, after=said, at=now)


def reopen_complaint(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Not content after all, or new facts: work begins anew with new clocks, a level higher.

    Within so many days after it was closed; later it is another ticket (CP-32, N-35). Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_reopen(by, ticket):
        raise PermissionDenied
    words = needed(words, "words", most=2000)
    if is_too_late(ticket, now):
        days = rules_for(ticket.store_id)[0].complaint_reopen_days
        late = _("It was closed more than %(days)d days ago: register a new ticket from it.")
        raise ValidationError(late % {"days": days})
    with transaction.atomic():
        if not claim_request(by, "reopen_complaint", request_id):
            return
        back_to_work(ticket, words, by=by, now=now, version=version)
        said = {"reopenings": ticket.reopenings}
        audit.record("complaints.reopen_complaint", by=by, obj=ticket, after=said, at=now)
