"""How severe a complaint is, judged anew with a reason: its clocks follow (CP-31, CP-34)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, clocks, states
from complaints.actions.clocks import relax_clocks, shorten_clocks
from complaints.actions.rejudging import decide_higher
from complaints.actions.telling import service_desk, tell, tell_responsible
from complaints.actions.thread import enter, needed
from complaints.models import Entry, Ticket
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request

REASON_AT_MOST = 300
LEVELS = (clocks.NORMAL, clocks.HIGH, clocks.CRITICAL)


def judge_severity(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    severity: str,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say how severe it is after all; the manager hears of a critical one, up or down.

    More severe: open clocks get the shorter limits from now. Less: the longer ones, from when it
    was as severe, mostly since they began. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not access.can_judge(by, ticket):
        raise PermissionDenied
    reason = needed(reason, "reason", most=REASON_AT_MOST)
    before = ticket.severity
    with transaction.atomic():
        if not claim_request(by, "judge_severity", request_id):
            return
        if severity not in LEVELS or severity == before:
            raise ValidationError({"severity": _("Choose another severity than now.")})
        if ticket.state in states.SETTLED:
            raise ValidationError(_("This ticket is settled."))
        change(ticket, version=version, severity=severity)
        if LEVELS.index(severity) > LEVELS.index(before):
            shorten_clocks(ticket, now=now)
        else:
            relax_clocks(ticket, now=now)
        was, said = {"severity": before}, {"severity": severity}
        why: dict[str, Any] = {"words": reason, "before": before, **said}
        enter(ticket, Entry.Kind.SEVERITY, by=by, now=now, **why)
        decide_higher(ticket, by=by, now=now)
        _tell(ticket, before, by=by, now=now)
        audit.record("complaints.judge_severity", by=by, obj=ticket, before=was, after=said, at=now)


def _tell(ticket: Ticket, before: str, *, by: User, now: dt.datetime) -> None:
    """Whoever was told that it is critical hears that it is not, and the other way round."""
    manager = service_desk(ticket, roles.MANAGER)
    if ticket.severity == clocks.CRITICAL:
        tell(ticket, "complaint_critical", manager, now=now)
    elif before == clocks.CRITICAL:
        tell(ticket, "complaint_calmed", manager, now=now, by=by.name)
    tell_responsible(ticket, "complaint_judged", by=by, now=now)
