"""The approved solution goes to the customer, and the customer says whether it will do (CP-12..24).

Nobody enters the customer's word on what they proposed or handled themselves (SoD 5).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from complaints import access, clocks, due, states
from complaints.actions.answering import promises_of
from complaints.actions.clocks import meet_clock, start_clocks, void_clocks
from complaints.actions.departments import resume_lead
from complaints.actions.telling import (
    service_desk,
    tell,
    tell_department,
    tell_responsible,
)
from complaints.actions.thread import enter, hold, needed, open_case
from complaints.models import AnswerLink, CustomerWord, Entry, Ticket
from complaints.signals import ticket_answered
from crm.customers.actions import note
from crm.people import roles
from crm.people.models import User
from crm.promises.access import can_answer
from crm.promises.actions import answer_promise
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for

LETTER, EMAIL, MESSAGE, CALL, IN_PERSON = WAYS = (
    *("letter", "email", "message"),
    *("call", "in_person"),
)
WRITTEN = (LETTER, EMAIL, MESSAGE)
ANSWER_AT_MOST = 500
AGAIN = (clocks.ACKNOWLEDGE, clocks.REPLY, clocks.SOLUTION, clocks.RESOLUTION)


def reply_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    way: str,
    now: dt.datetime,
    waived: str = "",
    request_id: str = "",
) -> None:
    """Answer the customer with what was approved; in writing unless they waive it (CP-12, CP-20).

    Promised answers are given with it, the return visit is planned (CP-24). Raises
    `PermissionDenied`, `ValidationError` by field, `Stale` where nothing is approved.
    """
    if not access.can_reply(by, ticket):
        raise PermissionDenied
    words, waived = needed(words, "words"), waived.strip()[:300]
    if way not in WAYS:
        raise ValidationError({"way": _("Choose how.")})
    if way not in WRITTEN and not waived:
        raise ValidationError({"waived": _("Why not in writing? The customer may waive it.")})
    proposal = access.latest_proposal(ticket)
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
        enter(ticket, Entry.Kind.REPLIED, by=by, now=now, words=words, way=way, waived=waived)
        _give_promised(ticket, words, by=by, now=now)
        for kind in (clocks.ACKNOWLEDGE, clocks.REPLY, clocks.RESOLUTION):
            meet_clock(ticket, kind, now=now)
        _timeline(ticket, "ticket_told", by=by, now=now)
        said = {"way": way, "waived": bool(waived)}
        audit.record("complaints.reply_ticket", by=by, obj=ticket, after=said, at=now)
        ticket_answered.send(Ticket, ticket=ticket, by=by, now=now)


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
        late = _("It was closed more than %(days)d days ago: write down a new ticket.")
        raise ValidationError(late % {"days": days})
    with transaction.atomic():
        if not claim_request(by, "reopen_complaint", request_id):
            return
        back_to_work(ticket, words, by=by, now=now, version=version)
        said = {"reopenings": ticket.reopenings}
        audit.record("complaints.reopen_complaint", by=by, obj=ticket, after=said, at=now)


def is_too_late(ticket: Ticket, now: dt.datetime) -> bool:
    """Whether it was closed so long ago that it is not reopened any more (N-35)."""
    numbers, _calendar = rules_for(ticket.store_id)
    days = dt.timedelta(days=numbers.complaint_reopen_days)
    return ticket.closed_at is not None and now > ticket.closed_at + days


def keep_word(
    ticket: Ticket,
    *,
    by: User | None,
    content: bool,
    words: str,
    now: dt.datetime,
    version: int | None = None,
    visit_no: str = "",
) -> None:
    """Keep the customer's word in the caller's transaction and move the ticket by it.

    `visit_no` names the return visit on which it was said.
    """
    CustomerWord.objects.create(
        ticket=ticket,
        round=ticket.reopenings,
        content=content,
        words=words,
        by=by,
        at=now,
        created_at=now,
        store_id=ticket.store_id,
    )
    if not content:
        back_to_work(ticket, words, by=by, now=now, version=version, visit_no=visit_no)
        return
    frm = states.COMPLAINT_MOVES["content"]
    transition(ticket, frm=frm, to=states.VISITED, version=version)
    meet_clock(ticket, clocks.FOLLOW_UP, now=now)
    enter(ticket, Entry.Kind.CONTENT, by=by, now=now, words=words, **_on(visit_no))
    tell(ticket, "complaint_content", service_desk(ticket), now=now)
    if by is None:
        tell(ticket, "complaint_content", ticket.responsible, now=now)


def back_to_work(
    ticket: Ticket,
    words: str,
    *,
    by: User | None,
    now: dt.datetime,
    version: int | None = None,
    visit_no: str = "",
) -> None:
    """Reopen in the caller's transaction: counted, with new clocks, its lead at work again."""
    was_closed = ticket.state == states.CLOSED
    transition(
        ticket,
        frm=states.COMPLAINT_MOVES["reopen"],
        to=states.REOPENED,
        version=version,
        reopened_at=now,
        reopenings=F("reopenings") + 1,
    )
    enter(ticket, Entry.Kind.REOPENED, by=by, now=now, words=words, **_on(visit_no))
    AnswerLink.objects.filter(ticket=ticket, used_at__isnull=True).update(revoked_at=now)
    void_clocks(ticket, now=now)
    start_clocks(ticket, AGAIN, now=now)
    if was_closed and ticket.responsible is not None:
        open_case(ticket, user=ticket.responsible)
    _lead_again(ticket, by=by, now=now)
    for desk in (service_desk(ticket), service_desk(ticket, roles.MANAGER)):
        tell(ticket, "complaint_reopened", desk, now=now)
    if by is None:
        tell(ticket, "complaint_reopened", ticket.responsible, now=now)
    else:
        tell_responsible(ticket, "complaint_reopened", by=by, now=now)
        _timeline(ticket, "ticket_not_solved", by=by, now=now)


def _on(visit_no: str) -> dict[str, Any]:
    return {"visit_no": visit_no} if visit_no else {}


def _lead_again(ticket: Ticket, *, by: User | None, now: dt.datetime) -> None:
    if by is None:
        return  # nobody asked the department: service judges first what the customer wrote
    numbers, calendar = rules_for(ticket.store_id)
    due_at = due.usual_due(now, None, numbers=numbers, calendar=calendar)
    hold(ticket)
    lead = resume_lead(ticket, by=by, now=now, due_at=due_at)
    if lead is not None:
        tell_department(lead, kind="ticket_not_solved", now=now)


def _give_promised(ticket: Ticket, words: str, *, by: User, now: dt.datetime) -> None:
    for promise in promises_of(ticket):
        if can_answer(by, promise):
            answer_promise(
                promise,
                by=by,
                version=promise.version,
                answer=words[:ANSWER_AT_MOST],
                granted=True,
                now=now,
            )


def _timeline(ticket: Ticket, kind: str, *, by: User, now: dt.datetime) -> None:
    if ticket.card is not None and ticket.about_id is None:
        note(ticket.card, kind, by=by, now=now, ticket_no=ticket.ticket_no)
