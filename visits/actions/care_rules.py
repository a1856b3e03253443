"""The rules of care: those an installation starts with, and their changes (RB-08, OT-04)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from visits import access
from visits.default_care import CARE
from visits.models import CareRule

CHANGED = ("name", "wait", "unit", "method", "by_service", "words", "active", "since")
FIXED = ("occasion", "festival")


def change_care_rule(
    rule: CareRule,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
    **values: Any,
) -> None:
    """Change when, how and by whom customers are greeted; tasks made stay as they are.

    `values` are by the names in `CHANGED`. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not access.can_edit_rule(by, rule):
        raise PermissionDenied
    wanted = {name: values[name] for name in CHANGED if name in values}
    before = _facts(rule)
    CareRule(**{**before, **wanted}).clean_fields(exclude=["public_id", "store"])
    with transaction.atomic():
        if not claim_request(by, "change_care_rule", request_id):
            return
        change(rule, version=version, **wanted)
        after = _facts(rule)
        differs = [name for name in CHANGED if before[name] != after[name]]
        audit.record(
            "visits.change_care_rule",
            by=by,
            obj=rule,
            before={name: before[name] for name in differs},
            after={name: after[name] for name in differs},
            at=now,
        )


def _facts(rule: CareRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in (*FIXED, *CHANGED)}


def seed_care(today: dt.date) -> bool:
    """Bring in the usual rules where there is none yet (N-56, N-57).

    Only days from `today` on make tasks. False where somebody has rules already.
    """
    with transaction.atomic():
        if CareRule.objects.exists():
            return False
        CareRule.objects.bulk_create(CareRule(**rule._asdict(), since=today) for rule in CARE)
    return True
