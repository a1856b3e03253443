"""What the management has done after a report, and whether it helped (requirements 4.9, RV-40)."""

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
from crm.records.actions import claim_request, keep_result, transition
from crm.records.periods import ONE_DAY, start_of
from crm.records.queues import earlier_result
from crm.reports import access, states
from crm.reports.models import Measure, MeasureStep, VisitReport
from crm.reports.queues.reports import possible_owners

Kind = MeasureStep.Kind


def propose_measure(
    report: VisitReport,
    *,
    what: str,
    by: User,
    now: dt.datetime,
    owner: User | None = None,
    due_on: dt.date | None = None,
    request_id: str = "",
) -> Measure:
    """Put a measure down under a report; the management's, with owner and day, is decided at once.

    A form sent twice makes one measure and returns it. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    if not access.can_propose(by, report):
        raise PermissionDenied
    what = what.strip()
    if not what:
        raise ValidationError({"what": _("Say what is to be done.")})
    decided = access.decides_in(by, report.store_id) and owner is not None and due_on is not None
    if owner is not None or due_on is not None:
        _check_task(report.store_id, owner, due_on, now)
    with transaction.atomic():
        if not claim_request(by, "propose_measure", request_id):
            return Measure.objects.get(public_id=earlier_result(by, "propose_measure", request_id))
        measure = Measure.objects.create(
            report=report,
            store_id=report.store_id,
            what=what,
            owner=owner,
            due_on=due_on,
            state=states.DECIDED if decided else states.PROPOSED,
            created_at=now,
        )
        kind = Kind.DECIDED if decided else Kind.PROPOSED
        _note(measure, kind, "reports.propose_measure", by=by, now=now)
        if decided:
            _arm(measure, by=by, now=now)
        keep_result(by, "propose_measure", request_id, measure.public_id)
    return measure


def decide_measure(
    measure: Measure,
    *,
    what: str,
    owner: User,
    due_on: dt.date,
    by: User,
    version: int,
    now: dt.datetime,
    words: str = "",
    request_id: str = "",
) -> None:
    """The management decides: what, who answers for it, until when (local date).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_decide(by, measure):
        raise PermissionDenied
    if not what.strip():
        raise ValidationError({"what": _("Say what is to be done.")})
    _check_task(measure.store_id, owner, due_on, now)
    with transaction.atomic():
        if not claim_request(by, "decide_measure", request_id):
            return
        task = {"what": what.strip(), "owner": owner, "due_on": due_on}
        _move(measure, "decide", states.DECIDED, version=version, **task)
        _note(measure, Kind.DECIDED, "reports.decide_measure", by=by, now=now, words=words)
        _arm(measure, by=by, now=now)


def decline_measure(
    measure: Measure, *, words: str, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """The management does not take a proposal up, and says why.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_decide(by, measure):
        raise PermissionDenied
    _need(words, _("Say why it is not taken up."))
    with transaction.atomic():
        if not claim_request(by, "decline_measure", request_id):
            return
        _move(measure, "decline", states.DECLINED, version=version)
        _note(measure, Kind.DECLINED, "reports.decline_measure", by=by, now=now, words=words)


def begin_measure(
    measure: Measure,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    words: str = "",
    request_id: str = "",
) -> None:
    """Its owner has begun. Raises `PermissionDenied`, `Stale`."""
    if not access.can_begin(by, measure):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "begin_measure", request_id):
            return
        _move(measure, "begin", states.IN_PROGRESS, version=version)
        _note(measure, Kind.BEGUN, "reports.begin_measure", by=by, now=now, words=words)


def check_measure(
    measure: Measure,
    *,
    works: bool,
    words: str,
    by: User,
    version: int,
    now: dt.datetime,
    again_on: dt.date | None = None,
    request_id: str = "",
) -> None:
    """Somebody other than the owner says whether it helped; if not yet, it is due again later.

    `again_on` is a local date. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_check(by, measure):
        raise PermissionDenied
    _need(words, _("Say what has changed."))
    if not works:
        _check_task(measure.store_id, measure.owner, again_on, now, day="again_on")
    with transaction.atomic():
        if not claim_request(by, "check_measure", request_id):
            return
        if works:
            _move(measure, "check", states.CHECKED, version=version)
        else:
            _move(measure, "check", states.IN_PROGRESS, version=version, due_on=again_on)
        kind = Kind.WORKS if works else Kind.NOT_YET
        _note(measure, kind, "reports.check_measure", by=by, now=now, words=words)
        notices.cancel(about=About.of(measure), reason="checked", now=now)
        if not works:
            _arm(measure, by=by, now=now)


def close_measure(
    measure: Measure,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    words: str = "",
    request_id: str = "",
) -> None:
    """The management closes what has been checked. Raises `PermissionDenied`, `Stale`."""
    if not access.can_decide(by, measure):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "close_measure", request_id):
            return
        _move(measure, "close", states.CLOSED, version=version)
        _note(measure, Kind.CLOSED, "reports.close_measure", by=by, now=now, words=words)


def _move(measure: Measure, verb: str, to: str, *, version: int, **changes: Any) -> None:
    transition(measure, frm=states.MOVES[verb], to=to, version=version, **changes)


def _note(
    measure: Measure, kind: Kind, action: str, *, by: User, now: dt.datetime, words: str = ""
) -> None:
    """A step in the measure's life, and in the audit trail without its words."""
    MeasureStep.objects.create(measure=measure, kind=kind, by=by, at=now, words=words.strip())
    after = {"state": measure.state, "due_on": str(measure.due_on or "")}
    audit.record(action, by=by, obj=measure, after=after, at=now)


def _need(words: str, sentence: str) -> None:
    if not words.strip():
        raise ValidationError({"words": sentence})


def _check_task(
    store_id: int | None,
    owner: User | None,
    due_on: dt.date | None,
    now: dt.datetime,
    *,
    day: str = "due_on",
) -> None:
    wrong = {}
    if owner is None or not possible_owners(store_id, now).filter(pk=owner.pk).exists():
        wrong["owner"] = _("Choose somebody who works in this store.")
    if due_on is None or due_on < timezone.localdate(now):
        wrong[day] = _("Choose today or a day still to come.")
    if wrong:
        raise ValidationError(wrong)


def _arm(measure: Measure, *, by: User, now: dt.datetime) -> None:
    """Tell the owner, and remind them of the day; after it their manager is told too."""
    if measure.owner is None or measure.due_on is None:
        raise ValueError("Only a measure with an owner and a day rings.")
    subject = f"measure:{measure.public_id}"
    link = ("reports:measure", measure.public_id)
    zone = timezone.get_default_timezone()
    notices.remind(
        notices.Occasion(
            occasion=f"{subject}/v{measure.version}",
            kind="measure_due",
            about=About.of(measure),
            to=measure.owner,
            due_at=start_of(measure.due_on + ONE_DAY, zone) - dt.timedelta(seconds=1),
            untimed=True,
            store_id=measure.store_id,
            supervisor=roles.MANAGER,
            subject=subject,
            link=link,
            data={"what": measure.what},
        ),
        now=now,
    )
    if measure.owner != by:
        notices.tell(
            to=measure.owner,
            kind="measure_given",
            occasion=f"{subject}/v{measure.version}/given",
            about=About.of(measure),
            now=now,
            subject=subject,
            link=link,
            data={"what": measure.what, "by": by.name},
        )
