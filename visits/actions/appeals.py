"""The visitor's appeal against an audit, once, and the manager's decision (matrix row 12)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.rulebook.queues import rules_for
from visits import access, due, states
from visits.actions.auditing import WORDS_AT_MOST, tell_visitor
from visits.actions.correcting import keep_correction
from visits.models import Visit, VisitAudit


def appeal_audit(
    row: VisitAudit, *, by: User, version: int, words: str, now: dt.datetime, request_id: str = ""
) -> None:
    """The visitor says once, within the days of the rulebook, why the result is wrong.

    The store's manager is told. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.was_audited(by, row):
        raise PermissionDenied
    words = _worded(words)
    numbers, calendar = rules_for(row.store_id)
    late = row.published_at is not None and now > due.appeal_ends(
        row.published_at, numbers=numbers, calendar=calendar
    )
    if row.state in states.AUDIT_MOVES["appeal"] and late:
        raise ValidationError(_("The time to appeal is over."))
    with transaction.atomic():
        if not claim_request(by, "appeal_audit", request_id):
            return
        transition(
            row,
            frm=states.AUDIT_MOVES["appeal"],
            to=states.APPEALED,
            version=version,
            appeal=words,
            appealed_at=now,
        )
        audit.record("visits.appeal_audit", by=by, obj=row, at=now)
        _tell_manager(row, now=now)


def settle_audit(
    row: VisitAudit,
    *,
    by: User,
    version: int,
    result: str,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The store's manager decides an appeal: the result stands or is turned round.

    Never the auditor nor the visitor. `Visit.audit` and the correction follow in the same
    transaction. Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_settle(by, row):
        raise PermissionDenied
    if result not in Visit.Audit.values:
        raise ValidationError({"result": _("Choose accurate or inaccurate.")})
    words = _worded(words)
    with transaction.atomic():
        if not claim_request(by, "settle_audit", request_id):
            return
        before = row.result
        transition(
            row,
            frm=states.AUDIT_MOVES["settle"],
            to=states.SETTLED,
            version=version,
            result=result,
            settlement=words,
            settled_by=by,
            settled_at=now,
        )
        change(row.visit, audit=result)
        audit.record(
            "visits.settle_audit",
            by=by,
            obj=row,
            before={"result": before},
            after={"result": result},
            at=now,
        )
        keep_correction(row, by=by, now=now)
        tell_visitor(row, "audit_settled", now=now)


def _worded(words: str) -> str:
    """The reasons, trimmed; some are asked for."""
    words = words.strip()
    if not words:
        raise ValidationError({"words": _("Say why.")})
    if len(words) > WORDS_AT_MOST:
        message = _("At most %(count)d characters.") % {"count": WORDS_AT_MOST}
        raise ValidationError({"words": message})
    return words


def _tell_manager(row: VisitAudit, *, now: dt.datetime) -> None:
    notices.tell(
        to=notices.Desk(roles.MANAGER, row.store_id),
        kind="audit_appealed",
        occasion=f"audit:{row.public_id}/appealed",
        about=About.of(row),
        subject=f"audit:{row.public_id}",
        link=("visits:audit", row.public_id),
        data={"visit_no": row.visit.visit_no, "visitor": row.visitor.name},
        now=now,
    )
