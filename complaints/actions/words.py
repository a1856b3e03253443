"""The customer's word on an answer moves the ticket: content, or back to work (CP-22, CP-32)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F

from complaints import clocks, due, states
from complaints.actions.clocks import end_pauses, meet_clock, start_clocks, void_clocks
from complaints.actions.departments import resume_lead
from complaints.actions.knowing import alarm_by_words
from complaints.actions.telling import service_desk, tell, tell_department, tell_responsible
from complaints.actions.thread import enter, hold, open_case
from complaints.models import AnswerLink, CustomerWord, Entry, Ticket
from complaints.signals import ticket_reopens
from crm.customers.actions import note
from crm.people import roles
from crm.people.models import User
from crm.records.actions import transition
from crm.rulebook.queues import rules_for

AGAIN = (clocks.ACKNOWLEDGE, clocks.REPLY, clocks.SOLUTION, clocks.RESOLUTION)


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
    if by is None and ticket.state in (states.VISITED, states.CLOSED):
        # Said by their link of what is settled already: kept, and nothing moves.
        enter(ticket, Entry.Kind.CONTENT, by=by, now=now, words=words)
        return
    frm = states.COMPLAINT_MOVES["content"]
    transition(ticket, frm=frm, to=states.VISITED, version=version, misses=0)
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
    ticket_reopens.send(Ticket, ticket=ticket, by=by, now=now)
    transition(
        ticket,
        frm=states.COMPLAINT_MOVES["reopen"],
        to=states.REOPENED,
        version=version,
        reopened_at=now,
        reopenings=F("reopenings") + 1,
        misses=0,
    )
    enter(ticket, Entry.Kind.REOPENED, by=by, now=now, words=words, **_on(visit_no))
    AnswerLink.objects.filter(ticket=ticket, used_at__isnull=True).update(revoked_at=now)
    void_clocks(ticket, now=now)
    end_pauses(ticket, now=now)
    start_clocks(ticket, AGAIN, now=now)
    if not visit_no:  # what is said on a visit alarms with the problem found there
        alarm_by_words(ticket, words, by=by, now=now)
    if was_closed and ticket.responsible is not None:
        open_case(ticket, user=ticket.responsible)
    _lead_again(ticket, by=by, now=now)
    for desk in (service_desk(ticket), service_desk(ticket, roles.MANAGER)):
        tell(ticket, "complaint_reopened", desk, now=now)
    if by is None:
        tell(ticket, "complaint_reopened", ticket.responsible, now=now)
    else:
        tell_responsible(ticket, "complaint_reopened", by=by, now=now)
        note_line(ticket, "ticket_not_solved", by=by, now=now)


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


def note_line(ticket: Ticket, kind: str, *, by: User, now: dt.datetime) -> None:
    """A line on the card's timeline; none of a complaint about somebody (CP-15)."""
    if ticket.card is not None and ticket.about_id is None:
        note(ticket.card, kind, by=by, now=now, ticket_no=ticket.ticket_no)
