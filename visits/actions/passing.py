"""An audit passed on to another auditor by hand (SA-01, SoD 7)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.models import CaseAccess
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from visits import access, states
from visits.actions.assigning import close_case
from visits.models import VisitAudit
from visits.queues.auditors import other_auditors

REASON_AT_MOST = 300


def pass_on_audit(
    row: VisitAudit,
    *,
    to: User,
    reason: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Its auditor gives an audit to another auditor of the store, with a reason.

    Never to whoever made the visit or had a hand in it. Day, tries and what was heard stay; the
    right to see the card goes along. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not access.can_pass_on(by, row):
        raise PermissionDenied
    reason = reason.strip()
    if not reason or len(reason) > REASON_AT_MOST:
        most = _("At most %(count)d characters.") % {"count": REASON_AT_MOST}
        raise ValidationError({"reason": most if reason else _("Say why.")})
    if not other_auditors(row, timezone.localdate(now)).filter(pk=to.pk).exists():
        raise ValidationError({"to": _("This person may not audit this visit.")})
    with transaction.atomic():
        if not claim_request(by, "pass_on_audit", request_id):
            return
        transition(
            row, frm=states.AUDIT_MOVES["pass_on"], to=row.state, version=version, auditor=to
        )
        close_case(row.visit, by, now=now)
        CaseAccess.objects.create(card_id=row.visit.card_id, user=to)
        audit.record(
            "visits.pass_on_audit",
            by=by,
            obj=row,
            before={"auditor": by.username},
            after={"auditor": to.username, "reason": reason},
            at=now,
        )
        _tell(row, to, by, reason, now=now)


def _tell(row: VisitAudit, to: User, by: User, reason: str, *, now: dt.datetime) -> None:
    notices.tell(
        to=to,
        kind="audit_passed_on",
        occasion=f"audit:{row.public_id}/v{row.version}/passed_on",
        about=About.of(row),
        subject=f"audit:{row.public_id}",
        link=("visits:audit", row.public_id),
        data={"visit_no": row.visit.visit_no, "by": by.name, "reason": reason},
        now=now,
    )
