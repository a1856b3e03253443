"""A complaint became more severe: who decides on its solution is judged anew (CP-13, CP-16).

Everything here runs in the transaction of the verb that made it more severe.
"""

from __future__ import annotations

import datetime as dt

from complaints import access, authority, states
from complaints.actions.approving import put_before
from complaints.actions.thread import enter
from complaints.models import Entry, Proposal, Ticket
from complaints.queues.approvers import able_to_decide, asked_to_decide
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import transition
from crm.rulebook.queues import rules_for

# What is kept of a solution that is decided anew.
KEPT = (
    *("ticket", "author", "cause", "liability", "words", "grant", "amount"),
    *("submitted_at", "ticket_total", "customer_total", "store_id"),
)
BEFORE_THE_ANSWER = (states.APPROVING, states.APPROVED)


def decide_higher(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """Put the solution before the role it needs by now, where a lower one was asked or approved.

    What was approved is void while the customer has not heard it, its words wait as they are; what
    waits goes on before the higher role. A milder judgement lowers nothing. Where nobody is left
    to decide it waits all the same: nothing that alarms is held up by that.
    """
    ticket.refresh_from_db(fields=["state", "version"])
    proposal = access.latest_proposal(ticket)
    if proposal is None or ticket.state not in BEFORE_THE_ANSWER:
        return
    role, major = _needed(proposal)
    if (role, major) == (proposal.role, proposal.is_major):
        return
    if proposal.state == states.OFFER_WAITING:
        frm = (states.OFFER_WAITING,)
        transition(proposal, frm=frm, to=states.OFFER_WAITING, role=role, is_major=major)
        notices.cancel(about=About.of(proposal), reason="decided higher", now=now)
    elif proposal.state == states.OFFER_APPROVED and not _suffices(proposal, role, major, now):
        proposal = _again(proposal, role, major, now=now)
    else:
        return
    if asked_to_decide(proposal, now):
        put_before(proposal, now=now)
    enter(ticket, Entry.Kind.SUBMITTED, by=by, now=now, role=role)
    said = {"role": role, "major": major}
    audit.record("complaints.submit_proposal", by=by, obj=ticket, after=said, at=now)


def _needed(proposal: Proposal) -> tuple[str, bool]:
    """The role and the meeting it needs by now, never less than it was put before."""
    numbers, _calendar = rules_for(proposal.store_id)
    ticket = proposal.ticket
    asked = authority.Asked(
        category=ticket.category,
        severity=ticket.severity,
        ticket_total=proposal.ticket_total,
        customer_total=proposal.customer_total,
        reopenings=ticket.reopenings,
    )
    level = authority.level_for(asked, numbers)
    role = max(level, proposal.role, key=authority.LEVELS.index)
    return role, proposal.is_major or authority.is_major(asked, numbers)


def _suffices(proposal: Proposal, role: str, major: bool, now: dt.datetime) -> bool:  # noqa: FBT001
    """Whether who approved it might do so today, with the minutes it needs."""
    able = proposal.decided_by_id in able_to_decide(proposal, now, role)
    return able and (bool(proposal.minutes) or not major)


def _again(proposal: Proposal, role: str, major: bool, *, now: dt.datetime) -> Proposal:  # noqa: FBT001
    """The same solution waits for a decision again; what was decided is never edited."""
    ticket = proposal.ticket
    transition(proposal, frm=(states.OFFER_APPROVED,), to=states.OFFER_VOID)
    transition(ticket, frm=(states.APPROVED,), to=states.APPROVING)
    kept = {name: getattr(proposal, name) for name in KEPT}
    return Proposal.objects.create(
        **kept, state=states.OFFER_WAITING, role=role, is_major=major, created_at=now
    )
