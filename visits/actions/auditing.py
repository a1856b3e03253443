"""Auditing one visit: tries, the customer heard blind, the judgement, its publication (SA-01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.rulebook.queues import rules_for
from followups.models import Outcome
from visits import access, due, states
from visits.actions.assigning import close_case
from visits.actions.correcting import keep_correction
from visits.models import ASKED, AuditFinding, AuditTry, Criterion, Verdict, Visit, VisitAudit
from visits.questions import Answers
from visits.queues.auditors import barred_from
from visits.queues.tries import IN_VAIN

AUDIT_ENDS = (*IN_VAIN, Outcome.REFUSED)
WORDS_AT_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found on one criterion."""

    verdict: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An audit as its auditor sees it: each criterion, the result and the reasons."""

    findings: Mapping[str, Found] = field(default_factory=dict)
    result: str = ""
    words: str = ""


def try_audit(
    row: VisitAudit,
    *,
    by: User,
    version: int,
    outcome: str,
    now: dt.datetime,
    note_words: str = "",
    request_id: str = "",
) -> None:
    """Write down a call in vain; a customer who declines ends the audit without a result.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow_auditor(row, by, now)
    if outcome not in AUDIT_ENDS:
        raise ValidationError({"outcome": _("Choose what came of it.")})
    refused = outcome == Outcome.REFUSED
    with transaction.atomic():
        if not claim_request(by, "try_audit", request_id):
            return
        transition(
            row,
            frm=states.AUDIT_MOVES["try"],
            to=states.REFUSED if refused else states.ASSIGNED,
            version=version,
            tries=F("tries") + 1,
        )
        AuditTry.objects.create(
            audit=row, at=now, by=by, outcome=outcome, note=note_words.strip()[:300]
        )
        audit.record("visits.try_audit", by=by, obj=row, after={"outcome": outcome}, at=now)
        if refused:
            _end_case(row, now=now)


def give_up_audit(
    row: VisitAudit, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Close an audit as not reached after as many tries as a visit needs (N-25); nothing else is
    drawn in its place.

    Raises `PermissionDenied`, `ValidationError` while the tries are too few, `Stale`.
    """
    _allow_auditor(row, by, now)
    numbers, calendar = rules_for(row.store_id)
    tries = row.attempts.filter(outcome__in=IN_VAIN).values_list("at", flat=True)
    if not due.tried_enough(tries, numbers=numbers, calendar=calendar):
        words = {
            "tries": numbers.visit_tries,
            "days": numbers.visit_try_days,
            "within": numbers.visit_try_window_days,
        }
        message = _("Try %(tries)d times on %(days)d days within %(within)d days first.")
        raise ValidationError(message % words)
    with transaction.atomic():
        if not claim_request(by, "give_up_audit", request_id):
            return
        transition(row, frm=states.AUDIT_MOVES["give_up"], to=states.NOT_REACHED, version=version)
        _end_case(row, now=now)
        audit.record("visits.give_up_audit", by=by, obj=row, at=now)


def hear_audit(
    row: VisitAudit,
    *,
    by: User,
    version: int,
    answers: Answers,
    findings: Mapping[str, Found],
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Keep what the customer says now, before the auditor has seen the visit; it never changes.

    `findings` are those that are asked of the customer. From here on the auditor reads the
    visit. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow_auditor(row, by, now)
    _check_findings(findings, ASKED)
    kept = {
        key: {"number": given.number, "choices": list(given.choices), "text": given.text}
        for key, given in answers.items()
        if not given.is_empty
    }
    with transaction.atomic():
        if not claim_request(by, "hear_audit", request_id):
            return
        transition(
            row,
            frm=states.AUDIT_MOVES["hear"],
            to=states.HEARD,
            version=version,
            heard=kept,
            heard_at=now,
        )
        _keep_findings(row, findings)
        audit.record("visits.hear_audit", by=by, obj=row, after={"answers": len(kept)}, at=now)


def judge_audit(
    row: VisitAudit,
    judged: Judged,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    publish: bool = False,
    request_id: str = "",
) -> None:
    """Judge the record beside what the customer said; with `publish` the result counts.

    Until then it may be judged again. Publishing writes `Visit.audit` in the same transaction,
    tells the visitor and gives what is wrong as a correction (SA-04). Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow_auditor(row, by, now)
    _check_judged(judged, publish=publish)
    told = {"published_at": now} if publish else {}
    with transaction.atomic():
        if not claim_request(by, "judge_audit", request_id):
            return
        transition(
            row,
            frm=states.AUDIT_MOVES["judge"],
            to=states.PUBLISHED if publish else states.HEARD,
            version=version,
            result=judged.result,
            words=judged.words.strip(),
            **told,
        )
        _keep_findings(row, judged.findings)
        said = {"result": judged.result}
        if publish:
            change(row.visit, audit=judged.result)
            _end_case(row, now=now)
            keep_correction(row, by=by, now=now)
            tell_visitor(row, "audit_published", now=now)
            audit.record("visits.publish_audit", by=by, obj=row, after=said, at=now)
        else:
            audit.record("visits.judge_audit", by=by, obj=row, after=said, at=now)


def _allow_auditor(row: VisitAudit, by: User, now: dt.datetime) -> None:
    """Its auditor, and never somebody who has had a hand in the visit since (SoD 7)."""
    day = timezone.localdate(now)
    if not access.audits(by, row) or by.pk in barred_from([row.visit], day)[row.visit_id]:
        raise PermissionDenied


def _check_judged(judged: Judged, *, publish: bool) -> None:
    if not publish:
        _check_findings(judged.findings, ())
        return
    wrong = {}
    if judged.result not in Visit.Audit.values:
        wrong["result"] = _("Choose accurate or inaccurate.")
    if judged.result == Visit.Audit.INACCURATE and not judged.words.strip():
        wrong["words"] = _("Say what is not accurate.")
    if len(judged.words) > WORDS_AT_MOST:
        wrong["words"] = _("At most %(count)d characters.") % {"count": WORDS_AT_MOST}
    if wrong:
        raise ValidationError(wrong)
    _check_findings(judged.findings, Criterion.values)


def _check_findings(findings: Mapping[str, Found], wanted: Collection[str]) -> None:
    """Each wanted criterion has its verdict, and a no its words; keys as the form names them."""
    wrong = {}
    for criterion in wanted:
        if criterion not in findings:
            wrong[str(criterion)] = _("Choose an answer.")
    for criterion, found in findings.items():
        if criterion not in Criterion.values or found.verdict not in Verdict.values:
            wrong[str(criterion)] = _("Choose an answer.")
        elif found.verdict == Verdict.NO and not found.words.strip():
            wrong[f"{criterion}_words"] = _("Say what is missing or wrong.")
    if wrong:
        raise ValidationError(wrong)


def _keep_findings(row: VisitAudit, findings: Mapping[str, Found]) -> None:
    AuditFinding.objects.bulk_create(
        [
            AuditFinding(
                audit=row,
                criterion=criterion,
                verdict=found.verdict,
                words=found.words.strip()[:300],
            )
            for criterion, found in findings.items()
        ],
        update_conflicts=True,
        unique_fields=["audit", "criterion"],
        update_fields=["verdict", "words"],
    )


def _end_case(row: VisitAudit, *, now: dt.datetime) -> None:
    """The auditor's right to see the card ends."""
    if row.auditor is not None:
        close_case(row.visit, row.auditor, now=now)


def tell_visitor(row: VisitAudit, kind: str, *, now: dt.datetime) -> None:
    """The visitor reads of it once it is published (matrix row 12)."""
    notices.tell(
        to=row.visitor,
        kind=kind,
        occasion=f"audit:{row.public_id}/{kind}",
        about=About.of(row),
        subject=f"audit:{row.public_id}",
        link=("visits:audit", row.public_id),
        data={"visit_no": row.visit.visit_no, "result": row.result},
        now=now,
    )
