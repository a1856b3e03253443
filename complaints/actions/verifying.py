"""A complaint is verified: provable at once, looked at, or judged by a third party (CP-14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.attaching import Uploads, add_to, limits_of
from complaints.actions.telling import tell, tell_responsible
from complaints.actions.thread import enter, hold, needed
from complaints.models import Entry, Ticket, Verification
from complaints.queues.corrections import owners_for
from crm.people.models import Department, User
from crm.records import audit
from crm.records.actions import change, claim_request, keep_result, kept_files
from crm.records.queues import earlier_result
from crm.records.states import Stale

SAMPLE_AT_MOST, OPINION_AT_MOST = 500, 2000
MOST = Decimal(99_999_999)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One verification as it was done; `party` and what follows where a third one judged."""

    method: str
    department: Department
    checked_by: User
    checked_at: dt.datetime
    sample: str
    result: str
    finding: str
    our_opinion: str
    customer_opinion: str = ""
    party: str = ""
    party_order: str = ""
    party_fee: Decimal = Decimal(0)
    party_opinion: str = ""
    party_agreed: bool = False


KEPT = tuple(one.name for one in fields(Check) if one.name != "party_agreed")


def verify_complaint(
    ticket: Ticket,
    check: Check,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    files: Uploads = (),
    request_id: str = "",
) -> Verification:
    """Write down how it was verified and what came of it; certificates are kept with the ticket.

    A third party judges only where both sides accept it. Whoever answers for the ticket and the
    customer's salesperson hear that there is a result, the department's head is asked for an
    opinion. A form sent twice makes one and returns it. Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    if not access.can_verify(by, ticket):
        raise PermissionDenied
    check = _checked(ticket, check, now)
    if ticket.state not in states.COMPLAINT_MOVES["verify"]:
        raise ValidationError(_("The cause of this complaint is looked for no more."))
    limits = limits_of(ticket.store_id)
    with kept_files(files, limits) as kept, transaction.atomic():
        if not claim_request(by, "verify_complaint", request_id):
            done = earlier_result(by, "verify_complaint", request_id)
            return Verification.objects.get(public_id=done)
        change(ticket, version=version)
        made = Verification.objects.create(
            ticket=ticket,
            store_id=ticket.store_id,
            written_by=by,
            created_at=now,
            **{name: getattr(check, name) for name in KEPT},
        )
        words = f"{made.get_result_display()}: {made.finding}"
        enter(ticket, Entry.Kind.VERIFIED, by=by, now=now, words=words, department=made.department)
        add_to(ticket, kept, limits, by=by, now=now)
        _tell(made, by=by, now=now)
        said = {"method": made.method, "result": made.result}
        audit.record("complaints.verify_complaint", by=by, obj=ticket, after=said, at=now)
        keep_result(by, "verify_complaint", request_id, made.public_id)
    return made


def give_opinion(
    verification: Verification,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The head of the department, who did not verify it, says what they think of it: once.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_give_opinion(by, verification):
        raise PermissionDenied
    words = needed(words, "words", most=OPINION_AT_MOST)
    ticket = verification.ticket
    with transaction.atomic():
        if not claim_request(by, "give_opinion", request_id):
            return
        hold(ticket)
        ticket.refresh_from_db(fields=["state", "about", "also_about", "version"])
        if ticket.state not in states.COMPLAINT_MOVES["opine"]:
            raise ValidationError(_("The customer has the answer already."))
        if verification.head_at is not None:
            raise Stale(Verification._meta.label, verification.pk)
        change(verification, version=version, head=by, head_opinion=words, head_at=now)
        enter(ticket, Entry.Kind.OPINION, by=by, now=now, words=words)
        tell_responsible(ticket, "complaint_opinion", by=by, now=now)
        audit.record("complaints.give_opinion", by=by, obj=ticket, at=now)


def _tell(made: Verification, *, by: User, now: dt.datetime) -> None:
    """The result goes back to whoever speaks with the customer; the head is asked (CP-14)."""
    ticket, head = made.ticket, made.department.head
    tell_responsible(ticket, "complaint_verified", by=by, now=now)
    owner = ticket.card.owner if ticket.card is not None else None
    if owner is not None and owner.pk not in (by.pk, ticket.responsible_id):
        tell(ticket, "complaint_verified", owner, now=now)
    if head is None or head.pk in (by.pk, made.checked_by_id):
        return
    if Ticket.objects.visible_to(head).filter(pk=ticket.pk).exists():
        tell(ticket, "opinion_asked", head, now=now, department=made.department.name)


def _checked(ticket: Ticket, check: Check, now: dt.datetime) -> Check:
    wrong = {}
    if check.method not in states.METHODS:
        wrong["method"] = _("Choose how it was verified.")
    if check.result not in states.RESULTS:
        wrong["result"] = _("Choose what the verification showed.")
    if not owners_for(ticket, now).filter(pk=check.checked_by.pk).exists():
        wrong["checked_by"] = _("Choose somebody else of this store.")
    if check.checked_at > now:
        wrong["checked_at"] = _("This moment is still to come.")
    if check.party_fee < 0 or check.party_fee > MOST:
        wrong["party_fee"] = _("From 0 to %(most)s yuan.") % {"most": f"{MOST:,}"}
    if check.method == states.BY_THIRD_PARTY:
        wrong |= _third_party(check)
    if wrong:
        raise ValidationError(wrong)
    if check.method != states.BY_THIRD_PARTY:
        check = replace(check, party="", party_order="", party_fee=Decimal(0), party_opinion="")
    return replace(
        check,
        sample=needed(check.sample, "sample", most=SAMPLE_AT_MOST),
        finding=needed(check.finding, "finding"),
        our_opinion=needed(check.our_opinion, "our_opinion", most=OPINION_AT_MOST),
    )


def _third_party(check: Check) -> dict[str, str]:
    """Whom both sides accept, and what they say."""
    wrong = {}
    if not check.party.strip():
        wrong["party"] = _("Who is the third party?")
    if not check.party_opinion.strip():
        wrong["party_opinion"] = _("Say it in a few words.")
    if not check.party_agreed:
        wrong["party_agreed"] = _("A third party judges only where both sides accept it.")
    return wrong
