"""When a customer hears from us again: a promise on the card, else a bell of the ticket (CP-18)."""

from __future__ import annotations

import datetime as dt

from complaints.actions.telling import answers_thread, service_desk
from complaints.models import Entry, Ticket
from complaints.queues.related import merged_here
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.promises.access import can_promise
from crm.promises.actions import give_answers, make_promise, move_answers
from crm.promises.models import OF_TICKETS, Promise
from crm.records.actions import change

WHAT_AT_MOST = 300
ANSWER_AT_MOST = 500


def promise_answer(ticket: Ticket, *, by: User, due_at: dt.datetime, now: dt.datetime) -> None:
    """Owe the customer an answer by a moment, in the caller's transaction (CP-18, CP-20).

    What is owed already is moved to it, so that one date stands; what is promised is an answer to
    the customer's own words and nothing else. The first moment promised stays the ticket's
    `deadline` (kpi.md). Where there is no card, or `by` promises nothing on it, whoever answers for
    the ticket is reminded instead, their supervisor after it.
    """
    keep_first_promise(ticket, due_at)
    owed, card = promises_of(ticket), ticket.card
    if owed:
        move_answers(owed, by=by, due_at=due_at, now=now)
        return
    if card is not None and can_promise(by, card):
        what = ticket.description[:WHAT_AT_MOST]
        make_promise(card, by=by, what=what, due_at=due_at, source=ticket, now=now)
        return
    notices.cancel(subject=answers_thread(ticket), reason="rescheduled", now=now)
    remind_of_try(ticket, by=by, at=due_at, now=now)


def keep_first_promise(ticket: Ticket, due_at: dt.datetime) -> None:
    """Whether it was resolved as promised is measured by what was promised first (kpi.md)."""
    if ticket.deadline is None:
        change(ticket, deadline=due_at)


def remind_of_try(ticket: Ticket, *, by: User, at: dt.datetime, now: dt.datetime) -> None:
    """Whoever answers for the ticket is reminded to reach the customer, their supervisor after it.

    In the caller's transaction; nothing is promised by it.
    """
    notices.remind(
        notices.Occasion(
            occasion=f"{answers_thread(ticket)}/v{ticket.version}",
            kind="answer_due",
            about=About.of(ticket),
            to=ticket.responsible or by,
            due_at=at,
            store_id=ticket.store_id,
            supervisor=service_desk(ticket).role,
            spared=ticket.about_id,
            subject=answers_thread(ticket),
            link=("complaints:ticket", ticket.public_id),
            data={"ticket_no": ticket.ticket_no},
        ),
        now=now,
    )


def ring_again(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """It is about somebody now: what rings where there is no promise rings for others (CP-15).

    In the caller's transaction.
    """
    said = ticket.entries.filter(kind=Entry.Kind.CONTACT).first()
    again = said.data.get("next_at") if said is not None else None
    due_at = dt.datetime.fromisoformat(again) if again else ticket.deadline if not said else None
    if due_at is not None and due_at > now and not promises_of(ticket):
        promise_answer(ticket, by=by, due_at=due_at, now=now)


def promises_of(ticket: Ticket) -> list[Promise]:
    """What the customer is still to be answered over this ticket and what was merged into it."""
    numbers = [one.public_id for one in (ticket, *merged_here(ticket))]
    rows = Promise.objects.waiting().filter(
        source_room=OF_TICKETS, source_model="ticket", source_id__in=numbers
    )
    return list(rows.select_related("card__customer", "responsible"))


def give_promised(ticket: Ticket, words: str, *, by: User, granted: bool, now: dt.datetime) -> None:
    """What was promised over the ticket is answered with these words, in the caller's transaction.

    All of it, whoever promised it: no older date rings on behind the answer. A "no" is an answer
    too (K-16); `granted` is False for it.
    """
    give_answers(
        promises_of(ticket),
        by=by,
        answer=words[:ANSWER_AT_MOST],
        granted=granted,
        through=About.of(ticket),
        now=now,
    )
    notices.cancel(subject=answers_thread(ticket), reason="answered", now=now)
