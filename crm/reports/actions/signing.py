"""A manager signs the report of their store and says what is done next (matrix row 19)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.reports import access, states
from crm.reports.models import PeriodReport


def sign_report(
    report: PeriodReport,
    *,
    next_steps: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Put one's name under a report; its figures stay as they were frozen.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale` once it is signed.
    """
    if not access.can_sign(by, report):
        raise PermissionDenied
    words = next_steps.strip()
    PeriodReport(next_steps=words).clean_fields(
        exclude=[one.name for one in PeriodReport._meta.fields if one.name != "next_steps"]
    )
    with transaction.atomic():
        if not claim_request(by, "sign_report", request_id):
            return
        signed = {"signed_by": by, "signed_at": now, "next_steps": words}
        transition(report, frm=states.TAKEN, to=states.SIGNED, version=version, **signed)
        audit.record("reports.sign_report", by=by, obj=report, at=now)
