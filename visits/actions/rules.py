"""The rules that make visits, changed by the service supervisor (RV-10..16)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from visits import access
from visits.models import VisitRule

CHANGED = (
    *("name", "wait", "unit", "later_wait", "share", "method", "focus"),
    *("questionnaire", "assigns_itself", "active", "since"),
)


def change_rule(
    rule: VisitRule,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
    **values: Any,
) -> None:
    """Change when, how and about what a rule has customers visited; visits made stay as they are.

    `values` are by the names in `CHANGED`. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not access.can_edit_rule(by, rule):
        raise PermissionDenied
    wanted = {name: values[name] for name in CHANGED if name in values}
    VisitRule(**{**_facts(rule), **wanted}).clean_fields(exclude=["public_id", "store"])
    before = _facts(rule)
    with transaction.atomic():
        if not claim_request(by, "change_rule", request_id):
            return
        change(rule, version=version, **wanted)
        after = _facts(rule)
        audit.record(
            "visits.change_rule",
            by=by,
            obj=rule,
            before=_plain(before, after),
            after=_plain(after, before),
            at=now,
        )


def _facts(rule: VisitRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ("trigger", "kind", *CHANGED)}


def _plain(facts: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What differs, as plain values."""
    changed = {name: value for name, value in facts.items() if value != other[name]}
    return {
        name: str(value) if name == "questionnaire" and value else value
        for name, value in changed.items()
    }
