"""Corrective tasks after a complaint: given, reported, verified by another (CP-09, CP-10)."""

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
from complaints.queues.corrections import owners_for
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
        tell_of_correction(correction, "corrective_reported", correction.given_by, now=now)
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
    ticket, department = correction.ticket, correction.department
    head = department.head if department is not None else None
    at = timezone.make_aware(dt.datetime.combine(correction.due_on, LAST_SECOND))
    shared: dict[str, Any] = {
        "occasion": f"correction:{correction.public_id}/v{correction.version}",
        "about": About.of(correction),
        "due_at": at,
        "link": ("complaints:correction", correction.public_id),
        "data": {"what": correction.what[:80]},
        "spared": ticket.about_id,
    }
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
    late: dict[str, User | notices.Desk] = {"late": service_desk(ticket, roles.MANAGER)}
    if head is not None and head.pk not in {correction.owner_id, *ticket.subjects}:
        late["head"] = head
    for step, to in late.items():
        where = ticket.store_id
        notices.ring(
            **shared, step=step, kind="corrective_late", to=to, at=at, now=now, store_id=where
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
