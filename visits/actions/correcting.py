"""What is wrong is put right: given, done, verified by somebody else (SA-02, SA-04)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for
from visits import access, due, states
from visits.models import Correction, CorrectionStep, Verdict, Visit, VisitAudit
from visits.queues.corrections import (
    first_owner,
    possible_owners,
    verifying_role,
    who_looks_into,
)

Kind = CorrectionStep.Kind
WORDS_AT_MOST = 1000


def keep_correction(row: VisitAudit, *, by: User, now: dt.datetime) -> None:
    """Give a correction for a published audit that found something wrong; one for each audit.

    Where the appeal found the record accurate after all, it is called off instead. Call it inside
    the transaction that writes the result.
    """
    known = Correction.objects.filter(audit=row).select_related("owner", "audit").first()
    settled = row.state == states.SETTLED and row.result == Visit.Audit.ACCURATE
    if known is not None:
        if settled and known.state in states.CORRECTION_MOVES["call_off"]:
            _call_off(known, version=known.version, by=by, now=now, words=row.settlement)
    elif not settled and _is_wrong(row):
        _give(row, by=by, now=now)


def _is_wrong(row: VisitAudit) -> bool:
    inaccurate = row.result == Visit.Audit.INACCURATE
    return inaccurate or row.findings.filter(verdict=Verdict.NO).exists()


def _give(row: VisitAudit, *, by: User, now: dt.datetime) -> None:
    numbers, calendar = rules_for(row.store_id)
    today = timezone.localdate(now)
    correction = Correction.objects.create(
        audit=row,
        visit=row.visit,
        store_id=row.store_id,
        owner=first_owner(row, today),
        due_on=calendar.add_working_days(today, numbers.correction_working_days),
        created_at=now,
    )
    _step(correction, Kind.GIVEN, by=by, now=now, to=correction.owner)
    _record("visits.give_correction", correction, by=by, now=now)
    _arm(correction, by=by, now=now)


def keep_opinion(visit: Visit, *, now: dt.datetime) -> None:
    """A customer was not content with the visit: whoever leads there looks into it (SA-02).

    Once for a visit. Call it inside the transaction that keeps the answers.
    """
    today = timezone.localdate(now)
    owner = who_looks_into(visit, today)
    if owner is None or Correction.objects.filter(visit=visit, audit=None).exists():
        return
    numbers, calendar = rules_for(visit.store_id)
    correction = Correction.objects.create(
        visit=visit,
        store_id=visit.store_id,
        owner=owner,
        due_on=calendar.add_working_days(today, numbers.correction_working_days),
        created_at=now,
    )
    _step(correction, Kind.GIVEN, by=None, now=now, to=owner)
    _record("visits.give_correction", correction, by=None, now=now)
    _arm(correction, by=None, now=now)


def hand_over_correction(
    correction: Correction,
    *,
    owner: User,
    due_on: dt.date,
    what: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say who puts it right, until when (local date) and what is to be done.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.leads_correction(by, correction):
        raise PermissionDenied
    what = what.strip()
    if len(what) > WORDS_AT_MOST:
        raise ValidationError({"what": _too_long()})
    if not possible_owners(correction, timezone.localdate(now)).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("Choose somebody who works in this store.")})
    _check_day("due_on", due_on, now)
    with transaction.atomic():
        if not claim_request(by, "hand_over_correction", request_id):
            return
        task = {"owner": owner, "due_on": due_on, "what": what}
        _move(correction, "hand_over", states.OPEN, version=version, **task)
        _step(correction, Kind.HANDED_OVER, by=by, now=now, to=owner, words=what)
        _record("visits.hand_over_correction", correction, by=by, now=now)
        _silence(correction, "reassigned", now=now)
        _arm(correction, by=by, now=now)


def finish_correction(
    correction: Correction,
    *,
    words: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Its owner says what was done; whoever verifies it is told.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_finish(by, correction):
        raise PermissionDenied
    words = _worded(words, _("Say what was done."))
    with transaction.atomic():
        if not claim_request(by, "finish_correction", request_id):
            return
        _move(correction, "finish", states.DONE, version=version, done_by=by)
        _step(correction, Kind.DONE, by=by, now=now, words=words)
        _record("visits.finish_correction", correction, by=by, now=now)
        _silence(correction, "done", now=now)
        role = verifying_role(correction, timezone.localdate(now))
        _tell(notices.Desk(role, correction.store_id), "correction_done", correction, by, now)


def verify_correction(
    correction: Correction,
    *,
    right: bool,
    words: str,
    by: User,
    version: int,
    now: dt.datetime,
    again_on: dt.date | None = None,
    request_id: str = "",
) -> None:
    """Somebody without a part in it says whether it is put right; if not, it is due again.

    `again_on` is a local date. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_verify(by, correction):
        raise PermissionDenied
    words = _worded(words, _("Say what you looked at."))
    if not right:
        _check_day("again_on", again_on, now)
    with transaction.atomic():
        if not claim_request(by, "verify_correction", request_id):
            return
        if right:
            _move(correction, "verify", states.VERIFIED, version=version)
        else:
            _move(correction, "verify", states.OPEN, version=version, due_on=again_on)
        kind = Kind.VERIFIED if right else Kind.NOT_YET
        _step(correction, kind, by=by, now=now, words=words)
        _record("visits.verify_correction", correction, by=by, now=now)
        _silence(correction, "verified", now=now)
        if not right:
            _arm(correction, by=by, now=now, told="correction_returned")


def call_off_correction(
    correction: Correction,
    *,
    words: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Nothing is to be put right, and why. Raises as `finish_correction`."""
    if not access.leads_correction(by, correction):
        raise PermissionDenied
    words = _worded(words, _("Say why."))
    with transaction.atomic():
        if not claim_request(by, "call_off_correction", request_id):
            return
        _call_off(correction, version=version, by=by, now=now, words=words)


def _call_off(
    correction: Correction, *, version: int, by: User, now: dt.datetime, words: str
) -> None:
    _move(correction, "call_off", states.CALLED_OFF, version=version)
    _step(correction, Kind.CALLED_OFF, by=by, now=now, words=words)
    _record("visits.call_off_correction", correction, by=by, now=now)
    _silence(correction, "called off", now=now)


def _move(correction: Correction, verb: str, to: str, *, version: int, **changes: Any) -> None:
    transition(correction, frm=states.CORRECTION_MOVES[verb], to=to, version=version, **changes)


def _step(
    correction: Correction,
    kind: Kind,
    *,
    by: User | None,
    now: dt.datetime,
    to: User | None = None,
    words: str = "",
) -> None:
    CorrectionStep.objects.create(
        correction=correction, kind=kind, by=by, to=to, at=now, words=words
    )


def _record(action: str, correction: Correction, *, by: User | None, now: dt.datetime) -> None:
    """On the trail without its words."""
    after = {
        "state": correction.state,
        "owner": correction.owner.username,
        "due_on": str(correction.due_on),
    }
    audit.record(action, by=by, obj=correction, after=after, at=now)


def _worded(words: str, missing: str) -> str:
    words = words.strip()
    if not words or len(words) > WORDS_AT_MOST:
        raise ValidationError({"words": _too_long() if words else missing})
    return words


def _too_long() -> str:
    return _("At most %(count)d characters.") % {"count": WORDS_AT_MOST}


def _check_day(field: str, day: dt.date | None, now: dt.datetime) -> None:
    if day is None or day < timezone.localdate(now):
        raise ValidationError({field: _("Choose today or a day still to come.")})


def _silence(correction: Correction, reason: str, *, now: dt.datetime) -> None:
    notices.cancel(about=About.of(correction), reason=reason, now=now)


def _arm(
    correction: Correction,
    *,
    by: User | None,
    now: dt.datetime,
    told: str = "correction_given",
) -> None:
    """Tell the owner, and remind them of the day; after it the service supervisor is told.

    Without `by` the owner has been told of the opinion already.
    """
    subject = f"correction:{correction.public_id}"
    notices.remind(
        notices.Occasion(
            occasion=f"{subject}/v{correction.version}",
            kind="correction_due",
            about=About.of(correction),
            to=correction.owner,
            due_at=due.end_of(correction.due_on, timezone.get_default_timezone()),
            untimed=True,
            store_id=correction.store_id,
            supervisor=roles.SERVICE_SUPERVISOR,
            subject=subject,
            link=("visits:correction", correction.public_id),
            data={"visit_no": correction.visit.visit_no},
        ),
        now=now,
    )
    if by is not None and correction.owner != by:
        _tell(correction.owner, told, correction, by, now)


def _tell(
    to: User | notices.Desk, kind: str, correction: Correction, by: User, now: dt.datetime
) -> None:
    subject = f"correction:{correction.public_id}"
    notices.tell(
        to=to,
        kind=kind,
        occasion=f"{subject}/v{correction.version}/{kind}",
        about=About.of(correction),
        now=now,
        subject=subject,
        link=("visits:correction", correction.public_id),
        data={"visit_no": correction.visit.visit_no, "by": by.name},
    )
