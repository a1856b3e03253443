"""A problem found on a visit turns out to be a complaint: one press, with the register's facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access, alarms, clocks, states
from complaints.actions.clocks import kinds_at_start, start_clocks
from complaints.actions.intake import Told, tell_of_critical
from complaints.actions.knowing import make_known
from complaints.actions.numbering import next_ledger_no
from complaints.actions.registering import REASON_AT_MOST
from complaints.actions.telling import service_desk, tell, tell_responsible
from complaints.actions.thread import enter
from complaints.models import Entry, Intake, Ticket
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition


def convert_problem(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    told: Told,
    severity: str,
    now: dt.datetime,
    calm_because: str = "",
    no_visit_because: str = "",
    request_id: str = "",
) -> None:
    """Go on with a problem as a complaint: ledger number, clocks, approval (4.6, 4.7).

    Its departments work on; what alarms makes it critical unless `calm_because` says why not, and
    it is looked at on site unless `no_visit_because` says why that makes no sense. Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_convert(by, ticket):
        raise PermissionDenied
    calm, waived = calm_because.strip()[:REASON_AT_MOST], no_visit_because.strip()[:REASON_AT_MOST]
    _check(told, severity)
    if not calm and alarms.makes_critical(ticket.category, ticket.description):
        severity = clocks.CRITICAL
    with transaction.atomic():
        if not claim_request(by, "convert_problem", request_id):
            return
        if ticket.kind != states.PROBLEM or ticket.state not in states.AS_COMPLAINT:
            raise ValidationError(_("Only a problem that is not solved yet becomes a complaint."))
        transition(
            ticket,
            frm=ticket.state,
            to=states.AS_COMPLAINT[ticket.state],
            version=version,
            kind=Ticket.Kind.COMPLAINT,
            severity=severity,
            needs_onsite=not waived,
            ledger_no=next_ledger_no(ticket.store_id, timezone.localtime(now).year),
        )
        facts = {**asdict(told), "store_id": ticket.store_id, "created_at": now}
        Intake.objects.update_or_create(ticket=ticket, defaults=facts)
        enter(ticket, Entry.Kind.CONVERTED, by=by, now=now, words=calm, severity=severity)
        _begin(ticket, waived, by=by, now=now)
        said = {"kind": ticket.kind, "severity": severity}
        audit.record("complaints.convert_problem", by=by, obj=ticket, after=said, at=now)


def _begin(ticket: Ticket, waived: str, *, by: User, now: dt.datetime) -> None:
    """Why nobody goes there, if so; its clocks run, and whoever has to know hears of it."""
    if waived:
        enter(ticket, Entry.Kind.WAIVED, by=by, now=now, words=waived)
    kinds = kinds_at_start(ticket)
    start_clocks(ticket, [kind for kind in kinds if kind != clocks.VISIT], now=now)
    # Its two days count from the report, as their figure does (K-36).
    start_clocks(ticket, [kind for kind in kinds if kind == clocks.VISIT], now=ticket.reported_at)
    make_known(ticket, now=now)
    tell_of_critical(ticket, now=now)
    tell(ticket, "problem_converted", service_desk(ticket), now=now, by=by.name)
    tell_responsible(ticket, "problem_converted", by=by, now=now)


def _check(told: Told, severity: str) -> None:
    wrong = {}
    if told.channel not in Intake.Channel.values:
        wrong["channel"] = _("Choose how it came.")
    if severity not in Ticket.Severity.values:
        wrong["severity"] = _("Choose how severe it is.")
    if wrong:
        raise ValidationError(wrong)
