"""The one way an event reaches the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from crm.people.models import User
from crm.records.models import AuditEvent


def record(
    action: str,
    *,
    by: User | None,
    obj: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> AuditEvent:
    """Append one event in the caller's transaction (SA-08).

    `by` None means the system. Callers leave contact data and restricted fields out of
    `before` and `after`; values must be JSON (dates and decimals are understood).
    """
    fields: dict[str, Any] = {"action": action, "actor": by}
    if obj is not None:
        fields["subject"] = obj._meta.label
        fields["subject_id"] = getattr(obj, "public_id", "") or str(obj.pk)
        fields["store_id"] = getattr(obj, "store_id", None)
    if at is not None:
        fields["at"] = at
    return AuditEvent.objects.create(before=before or {}, after=after or {}, **fields)
