"""Corrective tasks after a complaint: given, begun, reported, verified (CP-09, CP-10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.telling import service_desk
from complaints.actions.thread import enter, needed
from complaints.models import Correction, Entry, Ticket
from complaints.queues.closing import owes_correction
from complaints.queues.corrections import owners_for, verifiers_of
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import Department, User
from crm.records import audit
from crm.records.actions import change, claim_request, keep_result, transition
from crm.records.queues import earlier_result

WHAT_AT_MOST = 500
OUTCOME_AT_MOST = 2000
REASON_AT_MOST = 300
LAST_SECOND = dt.time(23, 59, 59)


def give_correction(
    ticket: Ticket,
    *,
    by: User,
    what: str,
    owner: User,
    due_on: dt.date,
    now: dt.datetime,
    department: Department | None = None,
    at_fault: User | None = None,
    request_id: str = "",
) -> Correction:
    """Have something put right by a day; head of the department and manager hear if it is late.

    `due_on` is a local date. Whom the complaint is about is told nothing of it, so owns none. A
    form sent twice makes one task and returns it. Raises `PermissionDenied`, `ValidationError` by
    field.
    """
    if not access.can_correct(by, ticket):
        raise PermissionDenied
    what = needed(what, "what", most=WHAT_AT_MOST)
    _check(ticket, owner, due_on, now)
    with transaction.atomic():
        if not claim_request(by, "give_correction", request_id):
            done = earlier_result(by, "give_correction", request_id)
            return Correction.objects.get(public_id=done)
        correction = Correction.objects.create(
            ticket=ticket,
            what=what,
            owner=owner,
            department=department,
            at_fault=at_fault,
            due_on=due_on,
            given_by=by,
            created_at=now,
            store_id=ticket.store_id,
        )
        enter(ticket, Entry.Kind.CORRECTION, by=by, now=now, words=what, department=department)
        arm_correction(correction, now=now)
        tell_of_correction(correction, "corrective_given", owner, now=now)
        said = {"owner": owner.name, "due_on": due_on.isoformat()}
        audit.record("complaints.give_correction", by=by, obj=correction, after=said, at=now)
        keep_result(by, "give_correction", request_id, correction.public_id)
    return correction


def waive_correction(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """It was our own fault, yet nothing is to be put right, and this is why (CP-10).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_correct(by, ticket):
        raise PermissionDenied
    reason = needed(reason, "reason", most=REASON_AT_MOST)
    with transaction.atomic():
        if not claim_request(by, "waive_correction", request_id):
            return
        change(ticket, version=version)
        if ticket.state in states.ENDED:
            raise ValidationError(_("This ticket is closed."))
        if not owes_correction(ticket):
            raise ValidationError(_("No corrective task is waited for here."))
        enter(ticket, Entry.Kind.SPARED, by=by, now=now, words=reason)
        audit.record("complaints.waive_correction", by=by, obj=ticket, at=now)


def start_correction(
    correction: Correction, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Its owner or who stands in says that work on it goes on; its bells ring as before (CP-10).

    Raises `PermissionDenied`, `Stale`.
    """
    if not access.can_report_correction(by, correction):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "start_correction", request_id):
            return
        frm = states.CORRECTION_MOVES["start"]
        transition(correction, frm=frm, to=states.STARTED, version=version)
        audit.record("complaints.start_correction", by=by, obj=correction, at=now)


def report_correction(
    correction: Correction,
    *,
    by: User,
    version: int,
    outcome: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Its owner or who stands in says what was done; another than both verifies it.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_report_correction(by, correction):
        raise PermissionDenied
    outcome = needed(outcome, "outcome", most=OUTCOME_AT_MOST)
    with transaction.atomic():
        if not claim_request(by, "report_correction", request_id):
            return
        transition(
            correction,
            frm=states.CORRECTION_MOVES["report"],
            to=states.REPORTED,
            version=version,
            outcome=outcome,
            reported_at=now,
            reported_by=by,
        )
        notices.cancel(about=About.of(correction), reason="reported", now=now)
        ask_to_verify(correction, now=now)
        audit.record("complaints.report_correction", by=by, obj=correction, at=now)


def verify_correction(
    correction: Correction,
    *,
    by: User,
    version: int,
    works: bool,
    verdict: str,
    now: dt.datetime,
    again_on: dt.date | None = None,
    request_id: str = "",
) -> None:
    """Somebody who neither owns nor reported it says whether it is put right; if not, again.

    `again_on` is a local date. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_verify_correction(by, correction):
        raise PermissionDenied
    verdict = needed(verdict, "verdict", most=500)
    if not works and (again_on is None or again_on < timezone.localdate(now)):
        raise ValidationError({"again_on": _("Choose a day still to come.")})
    with transaction.atomic():
        if not claim_request(by, "verify_correction", request_id):
            return
        frm = states.CORRECTION_MOVES["verify"]
        if works:
            done = {"verified_by": by, "verified_at": now, "verdict": verdict}
            transition(correction, frm=frm, to=states.VERIFIED, version=version, **done)
            enter(correction.ticket, Entry.Kind.CORRECTED, by=by, now=now, words=verdict)
        else:
            again = {"verdict": verdict, "due_on": again_on}
            transition(correction, frm=frm, to=states.TO_DO, version=version, **again)
            arm_correction(correction, now=now)
            tell_of_correction(correction, "corrective_returned", correction.owner, now=now)
        said = {"works": works}
        audit.record("complaints.verify_correction", by=by, obj=correction, after=said, at=now)


def _check(ticket: Ticket, owner: User, due_on: dt.date, now: dt.datetime) -> None:
    wrong = {}
    if due_on < timezone.localdate(now):
        wrong["due_on"] = _("Choose a day still to come.")
    if not owners_for(ticket, now).filter(pk=owner.pk).exists():
        wrong["owner"] = _("Choose somebody else of this store.")
    if wrong:
        raise ValidationError(wrong)


def arm_correction(correction: Correction, *, now: dt.datetime) -> None:
    """Its owner ahead of the day and after it, then the head of the department, the manager."""
    ticket, at = correction.ticket, _end_of(correction.due_on)
    shared = _shared(correction, at)
    notices.remind(
        notices.Occasion(
            **shared,
            kind="corrective_due",
            to=correction.owner,
            untimed=True,
            store_id=ticket.store_id,
            supervisor=service_desk(ticket).role,
        ),
        now=now,
    )
    _ring_late(correction, "corrective_late", shared, at=at, now=now)


def ask_to_verify(correction: Correction, *, now: dt.datetime) -> None:
    """Somebody who may verify is told, and head and manager when its day has passed (K-40).

    Whoever gave the task hears of it too. Reported after its day it is late as that day ends.
    """
    verifiers = verifiers_of(correction, now)
    given_by = correction.given_by
    people = {one.pk: one for one in (*verifiers, given_by)}
    theirs = {correction.owner_id, correction.reported_by_id, correction.at_fault_id}
    for pk in people.keys() - (theirs - {one.pk for one in verifiers}):
        tell_of_correction(correction, "corrective_reported", people[pk], now=now)
    at = _end_of(max(correction.due_on, timezone.localdate(now)))
    shared = _shared(correction, at)
    _ring_late(correction, "corrective_unverified", shared, at=at, now=now)


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, LAST_SECOND))


def _shared(correction: Correction, at: dt.datetime) -> dict[str, Any]:
    """What all bells of one state of a corrective task have in common."""
    return {
        "occasion": f"correction:{correction.public_id}/v{correction.version}",
        "about": About.of(correction),
        "due_at": at,
        "link": ("complaints:correction", correction.public_id),
        "data": {"what": correction.what[:80]},
        "spared": correction.ticket.about_id,
    }


def _ring_late(
    correction: Correction,
    kind: str,
    shared: dict[str, Any],
    *,
    at: dt.datetime,
    now: dt.datetime,
) -> None:
    """The head of the department and the manager hear of it; never its owner, nor the cause."""
    ticket, department = correction.ticket, correction.department
    head = department.head if department is not None else None
    late: dict[str, User | notices.Desk] = {"late": service_desk(ticket, roles.MANAGER)}
    if head is not None and head.pk not in {correction.owner_id, *ticket.subjects}:
        late["head"] = head
    for step, to in late.items():
        notices.ring(
            **shared, step=step, kind=kind, to=to, at=at, now=now, store_id=ticket.store_id
        )


def tell_of_correction(correction: Correction, kind: str, to: User, *, now: dt.datetime) -> None:
    """One line in somebody's inbox about a corrective task; never whom the complaint is about."""
    if to.pk in correction.ticket.subjects:
        return
    notices.tell(
        to=to,
        kind=kind,
        occasion=f"correction:{correction.public_id}/{kind}/v{correction.version}",
        about=About.of(correction),
        link=("complaints:correction", correction.public_id),
        data={"what": correction.what[:80]},
        spared=correction.ticket.about_id,
        now=now,
    )
