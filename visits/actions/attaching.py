"""Photos and scans of a return visit, kept as they came (RV-20, RV-29)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from complaints.actions import limits_of
from complaints.actions.attaching import Uploads
from crm.people.models import User
from crm.records.actions import add_files, change, claim_request, kept_files
from crm.records.models import Attachment
from visits.actions.making import allow_visitor
from visits.models import Visit


def attach_to_visit(
    visit: Visit,
    *,
    by: User,
    version: int,
    files: Uploads,
    now: dt.datetime,
    is_original: bool = False,
    request_id: str = "",
) -> list[Attachment]:
    """Keep files with a visit, for whoever reads its words; none for a form sent twice.

    Each is on the trail with its hash. Raises `PermissionDenied`, `ValidationError` for the field
    `attachments`, `Stale`.
    """
    allow_visitor(visit, by)
    limits = limits_of(visit.store_id)
    with kept_files(files, limits) as kept, transaction.atomic():
        if not claim_request(by, "attach_to_visit", request_id):
            return []
        change(visit, version=version)
        return add_files(
            visit,
            kept,
            by=by,
            store_id=visit.store_id,
            limits=limits,
            now=now,
            is_original=is_original,
        )
