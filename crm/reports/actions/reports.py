"""The report on a store's return visits: made, written, sent to the management (RP-10)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from crm.notices.actions import Desk, tell
from crm.notices.models import About
from crm.people import roles
from crm.people.models import Store, User
from crm.records import audit
from crm.records.actions import change, claim_request, free_number, keep_result, transition
from crm.records.periods import Period
from crm.records.queues import earlier_result
from crm.records.states import Stale
from crm.reports import access, states
from crm.reports.models import VisitReport
from crm.reports.queues.limits import fault_of
from crm.reports.queues.summary import figures_of, prefilled

MANAGEMENT = (roles.MANAGER, roles.GENERAL_MANAGER)


def make_report(
    store: Store,
    *,
    first: dt.date,
    last: dt.date,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> VisitReport:
    """Freeze the figures of a store's visits and begin the report with what stands out in them.

    `first` and `last` are local dates, both included. A form sent twice makes one report and
    returns it. Raises `PermissionDenied`, `ValidationError` by field.
    """
    if store.pk not in by.reach.stores_as(roles.SERVICE_SUPERVISOR):
        raise PermissionDenied
    if fault := fault_of(first, last):
        raise ValidationError({"first": fault})
    with transaction.atomic():
        if not claim_request(by, "make_report", request_id):
            return VisitReport.objects.get(public_id=earlier_result(by, "make_report", request_id))
        period = Period(first, last, timezone.get_default_timezone())
        figures = figures_of(store.pk, period, now)
        problems, suggestions = prefilled(store.pk, figures)
        year = timezone.localdate(now).year
        number = free_number(VisitReport, "report_no", kind="visit_report", prefix="HB", year=year)
        report = VisitReport.objects.create(
            report_no=number,
            store=store,
            first=first,
            last=last,
            author=by,
            figures=figures,
            problems=problems,
            suggestions=suggestions,
            created_at=now,
        )
        said = {"first": first.isoformat(), "last": last.isoformat()}
        audit.record("reports.make_report", by=by, obj=report, after=said, at=now)
        keep_result(by, "make_report", request_id, report.public_id)
    return report


def write_report(
    report: VisitReport,
    *,
    problems: str,
    suggestions: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say what the figures mean and what to do about it, until the report is sent.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale` once it was sent.
    """
    if not access.can_write_report(by, report):
        raise PermissionDenied
    texts = {"problems": problems.strip(), "suggestions": suggestions.strip()}
    VisitReport(**texts).clean_fields(
        exclude=[field.name for field in VisitReport._meta.fields if field.name not in texts]
    )
    with transaction.atomic():
        if not claim_request(by, "write_report", request_id):
            return
        if report.state != states.DRAFT:
            raise Stale(report._meta.label, report.pk)
        change(report, version=version, **texts)
        audit.record("reports.write_report", by=by, obj=report, at=now)


def send_report(
    report: VisitReport, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Send the report to the store's manager and the general manager (RV-40).

    Raises `PermissionDenied`, `Stale`.
    """
    if not access.can_write_report(by, report):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "send_report", request_id):
            return
        transition(
            report,
            frm=states.DRAFT,
            to=states.SENT,
            version=version,
            sent_at=now,
            sent_by=by,
        )
        for role in MANAGEMENT:
            tell(
                to=Desk(role, report.store_id),
                kind="visit_report_sent",
                occasion=f"visit_report:{report.public_id}",
                about=About.of(report),
                now=now,
                subject=f"visit_report:{report.public_id}",
                link=("reports:visit_report", report.public_id),
                data={"by": by.name, "number": report.report_no},
            )
        audit.record("reports.send_report", by=by, obj=report, at=now)
