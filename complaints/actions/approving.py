"""A solution is proposed, decided by whom the authority table names, never by its author (CP-10).

Until it is approved the customer can be given a date and nothing else (CP-20).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access, alarms, authority, clocks, states
from complaints.actions.clocks import begin_anew, meet_clock, run_on
from complaints.actions.telling import tell, tell_responsible, thread
from complaints.actions.thread import enter, hold_complainant, needed
from complaints.models import Entry, Proposal, Ticket, Verification
from complaints.queues.approvers import able_to_decide, asked_of, asked_to_decide
from complaints.queues.closing import lacks_first_word
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, keep_result, transition
from crm.records.queues import earlier_result
from crm.rulebook.queues import rules_for

APPROVE, RETURN, REFUSE = VERDICTS = ("approve", "return", "refuse")
TO = {
    APPROVE: (states.OFFER_APPROVED, states.APPROVED, Entry.Kind.APPROVED),
    RETURN: (states.OFFER_RETURNED, states.INVESTIGATING, Entry.Kind.RETURNED),
    REFUSE: (states.OFFER_REFUSED, states.INVESTIGATING, Entry.Kind.OFFER_REFUSED),
}
# Whose fault it is only a verification can say.
PROVEN = (Proposal.Liability.QUALITY, Proposal.Liability.MISUSE, Proposal.Liability.SHARED)
CAUSE_AT_MOST = 2000
COMMENT_AT_MOST = 500
MOST = Decimal(99_999_999)


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What is proposed: why it happened, whose fault, what the customer hears and is granted."""

    cause: str
    liability: str
    words: str
    grant: str
    amount: Decimal = Decimal(0)


def propose_solution(
    ticket: Ticket,
    solution: Solution,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    submit: bool = True,
    request_id: str = "",
) -> Proposal:
    """Write the solution down, over an own draft where there is one, and send it for approval.

    The class must be judged: by it goes who decides. The customer must know who looks after it
    (CP-18), the on-site visit be made or waived (CP-07), a fault proven (CP-14). A form sent twice
    makes one proposal and returns it. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not access.can_propose(by, ticket):
        raise PermissionDenied
    solution = _checked(solution)
    if access.waits_for_class(ticket):
        raise ValidationError(_("First judge its class: the customer wrote it by a link."))
    if lacks_first_word(ticket):
        raise ValidationError(
            _("First tell the customer who looks after it and until when they hear again.")
        )
    if ticket.needs_onsite and ticket.onsite_at is None:
        raise ValidationError(_("First the on-site visit: write it down, or say why not."))
    if _unproven(ticket, solution):
        raise ValidationError(
            {"liability": _("A fault or misuse has to be proven: first write the verification.")}
        )
    with transaction.atomic():
        if not claim_request(by, "propose_solution", request_id):
            done = earlier_result(by, "propose_solution", request_id)
            return Proposal.objects.get(public_id=done)
        to = states.APPROVING if submit else states.PROPOSED
        transition(ticket, frm=states.COMPLAINT_MOVES["propose"], to=to, version=version)
        proposal = _write(ticket, solution, by=by, now=now)
        enter(ticket, Entry.Kind.PROPOSED, by=by, now=now, words=solution.words)
        said = {"grant": solution.grant, "amount": str(solution.amount)}
        audit.record("complaints.propose_solution", by=by, obj=ticket, after=said, at=now)
        if submit:
            _submit(proposal, by=by, now=now)
        keep_result(by, "propose_solution", request_id, proposal.public_id)
    return proposal


def take_back_proposal(
    ticket: Ticket, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Its author takes it back to change it; who was asked need decide no more.

    The clock of the solution runs on as if it had not been sent.

    Raises `PermissionDenied`, `Stale`.
    """
    proposal = access.latest_proposal(ticket)
    if proposal is None or not access.can_take_back(by, proposal):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "take_back_proposal", request_id):
            return
        frm = states.COMPLAINT_MOVES["take_back"]
        transition(ticket, frm=frm, to=states.PROPOSED, version=version)
        transition(proposal, frm=states.PROPOSAL_MOVES["take_back"], to=states.OFFER_DRAFT)
        notices.cancel(about=About.of(proposal), reason="taken back", now=now)
        run_on(ticket, clocks.SOLUTION, now=now)
        enter(ticket, Entry.Kind.TAKEN_BACK, by=by, now=now)
        audit.record("complaints.take_back_proposal", by=by, obj=ticket, at=now)


def decide_proposal(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    verdict: str,
    now: dt.datetime,
    comment: str = "",
    minutes: str = "",
    met_on: dt.date | None = None,
    request_id: str = "",
) -> None:
    """Approve what was proposed, return it to be changed, or refuse it; the last two with a reason.

    A major one is approved with the minutes of the meeting and its day (CP-16). The sums are judged
    anew: where they have come to need a higher role, that one decides. Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    proposal = access.latest_proposal(ticket)
    if proposal is None or not access.can_decide_proposal(by, proposal, now):
        raise PermissionDenied
    said = _verdict(proposal, verdict, comment, minutes, met_on, now)
    with transaction.atomic():
        if not claim_request(by, "decide_proposal", request_id):
            return
        of_proposal, of_ticket, kind = TO[verdict]
        moves = states.COMPLAINT_MOVES["decide"]
        transition(ticket, frm=moves, to=of_ticket, version=version)
        if verdict == APPROVE:
            _judge_anew(proposal, by=by, now=now)
        else:
            begin_anew(ticket, clocks.SOLUTION, now=now)
        frm = states.PROPOSAL_MOVES["decide"]
        transition(proposal, frm=frm, to=of_proposal, decided_by=by, decided_at=now, **said)
        notices.cancel(about=About.of(proposal), reason="decided", now=now)
        enter(ticket, kind, by=by, now=now, words=said["comment"])
        _tell_verdict(proposal, f"proposal_{kind}", by=by, now=now)
        after = {"verdict": verdict, "amount": str(proposal.amount), "role": proposal.role}
        audit.record("complaints.decide_proposal", by=by, obj=ticket, after=after, at=now)


def void_proposal(ticket: Ticket, *, now: dt.datetime) -> None:
    """The ticket ended otherwise: what was proposed is decided by nobody any more."""
    proposal = access.latest_proposal(ticket)
    if proposal is not None and proposal.state in states.PROPOSAL_OPEN:
        transition(proposal, frm=states.PROPOSAL_MOVES["void"], to=states.OFFER_VOID)
        notices.cancel(about=About.of(proposal), reason="void", now=now)


def _unproven(ticket: Ticket, solution: Solution) -> bool:
    """Whether a quality complaint names a fault or misuse that nobody verified (CP-07, CP-14).

    A verification by whom it is about proves nothing (CP-15).
    """
    if ticket.category not in alarms.QUALITY_CLASSES or solution.liability not in PROVEN:
        return False
    return (
        not Verification.objects.filter(ticket=ticket)
        .exclude(checked_by__in=ticket.subjects)
        .exists()
    )


def _write(ticket: Ticket, solution: Solution, *, by: User, now: dt.datetime) -> Proposal:
    """The draft as it is now; who wrote last is its author, who wrote on it never decides."""
    draft = access.latest_proposal(ticket)
    if draft is None or draft.state != states.OFFER_DRAFT:
        return Proposal.objects.create(
            ticket=ticket,
            author=by,
            created_at=now,
            store_id=ticket.store_id,
            **asdict(solution),
        )
    frm = states.PROPOSAL_MOVES["edit"]
    transition(draft, frm=frm, to=states.OFFER_DRAFT, author=by, **asdict(solution))
    return draft


def _submit(proposal: Proposal, *, by: User, now: dt.datetime) -> None:
    """Put it before whom the table names; their bells ring until they decide (N-15)."""
    numbers, _calendar = rules_for(proposal.store_id)
    asked = asked_of(proposal, numbers=numbers, now=now)
    transition(
        proposal,
        frm=states.PROPOSAL_MOVES["submit"],
        to=states.OFFER_WAITING,
        submitted_at=now,
        role=authority.level_for(asked, numbers),
        ticket_total=asked.ticket_total,
        customer_total=asked.customer_total,
        is_major=authority.is_major(asked, numbers),
    )
    ticket = proposal.ticket
    put_before(proposal, now=now)
    enter(ticket, Entry.Kind.SUBMITTED, by=by, now=now, role=proposal.role)
    meet_clock(ticket, clocks.SOLUTION, now=now)
    audit.record("complaints.submit_proposal", by=by, obj=ticket, after=_level(proposal), at=now)


def put_before(proposal: Proposal, *, now: dt.datetime) -> None:
    """Tell whoever may decide; who was told of this version is not told again.

    Raises `ValidationError` where nobody is left.
    """
    numbers, calendar = rules_for(proposal.store_id)
    ticket, people = proposal.ticket, asked_to_decide(proposal, now)
    if not people:
        raise ValidationError(_("Nobody is left who may decide on this. Tell your manager."))
    days = numbers.approval_limit_working_days
    limit = calendar.nth_working_day_end(now, days)
    occasion = f"proposal_waiting/{proposal.public_id}/v{proposal.version}"
    for person in people:
        tell(ticket, "proposal_waiting", person, now=now, occasion=occasion)
        notices.ring(
            occasion=f"ticket:{ticket.public_id}/{occasion}/{person.public_id}",
            step="limit",
            kind="proposal_waiting",
            about=About.of(proposal),
            to=person,
            at=limit,
            now=now,
            subject=thread(ticket),
            link=("complaints:ticket", ticket.public_id),
            data={"ticket_no": ticket.ticket_no},
            spared=ticket.about_id,
        )


def _judge_anew(proposal: Proposal, *, by: User, now: dt.datetime) -> None:
    """What the customer was granted meanwhile counts; two approvals at once wait for each other."""
    hold_complainant(proposal.ticket)
    numbers, _calendar = rules_for(proposal.store_id)
    asked = asked_of(proposal, numbers=numbers, now=now)
    role = authority.level_for(asked, numbers)
    if not by.reach.own_ids & able_to_decide(proposal, now, role):
        raise ValidationError(
            _("With what this customer was granted meanwhile a higher role has to decide.")
        )
    if authority.is_major(asked, numbers) and not proposal.is_major:
        raise ValidationError(_("It is a major case by now: take it back and send it anew."))


def _verdict(
    proposal: Proposal,
    verdict: str,
    comment: str,
    minutes: str,
    met_on: dt.date | None,
    now: dt.datetime,
) -> dict[str, Any]:
    comment, minutes = comment.strip(), minutes.strip()
    wrong = {}
    if verdict not in VERDICTS:
        wrong["verdict"] = _("Choose a decision.")
    if verdict in (RETURN, REFUSE) and not comment:
        wrong["comment"] = _("Say why.")
    if len(comment) > COMMENT_AT_MOST:
        wrong["comment"] = _("At most %(count)d characters.") % {"count": COMMENT_AT_MOST}
    if verdict == APPROVE and proposal.is_major and not minutes:
        wrong["minutes"] = _("A major case is decided in a meeting: write down its minutes.")
    if verdict == APPROVE and proposal.is_major and met_on is None:
        wrong["met_on"] = _("Which day did the meeting take place?")
    if met_on is not None and met_on > timezone.localdate(now):
        wrong["met_on"] = _("This day is still to come.")
    if wrong:
        raise ValidationError(wrong)
    return {"comment": comment, "minutes": minutes, "met_on": met_on}


def _checked(solution: Solution) -> Solution:
    wrong = {}
    if solution.liability not in Proposal.Liability.values:
        wrong["liability"] = _("Choose whose fault it is.")
    if solution.grant not in Proposal.Grant.values:
        wrong["grant"] = _("Choose what is granted.")
    if solution.amount < 0 or solution.amount > MOST:
        wrong["amount"] = _("From 0 to %(most)s yuan.") % {"most": f"{MOST:,}"}
    elif solution.grant == Proposal.Grant.NOTHING and solution.amount:
        wrong["amount"] = _("An explanation alone costs nothing.")
    if wrong:
        raise ValidationError(wrong)
    return Solution(
        **{
            **asdict(solution),
            "cause": needed(solution.cause, "cause", most=CAUSE_AT_MOST),
            "words": needed(solution.words, "words"),
        }
    )


def _tell_verdict(proposal: Proposal, kind: str, *, by: User, now: dt.datetime) -> None:
    """Author and whoever answers for the ticket hear of it."""
    ticket = proposal.ticket
    tell(ticket, kind, proposal.author, now=now)
    if ticket.responsible_id != proposal.author_id:
        tell_responsible(ticket, kind, by=by, now=now)


def _level(proposal: Proposal) -> dict[str, Any]:
    return {
        "role": proposal.role,
        "amount": str(proposal.amount),
        "customer_total": str(proposal.customer_total),
        "major": proposal.is_major,
    }
