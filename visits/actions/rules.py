"""The rules that make visits, made and changed by the service supervisor (RV-10..16)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.models import Store, User, new_public_id
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.queues import earlier_result
from visits import access
from visits.models import KINDS, Questionnaire, Trigger, VisitRule

CHANGED = (
    *("name", "wait", "unit", "later_wait", "share", "method", "focus"),
    *("questionnaire", "assigns_itself", "active", "since"),
)


def make_rule(
    *,
    by: User,
    trigger: str,
    kind: str,
    store: Store | None,
    now: dt.datetime,
    replaces: VisitRule | None = None,
    request_id: str = "",
    **values: Any,
) -> VisitRule:
    """Make a rule, which is off until somebody switches it on; without a store it is for all.

    With `replaces` it stands in place of that rule for all stores in its own store, once it is
    in force. `values` are by the names in `CHANGED`. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    wanted = {name: values[name] for name in CHANGED if name in values and name != "active"}
    rule = VisitRule(trigger=trigger, kind=kind, store=store, replaces=replaces, **wanted)
    if not access.can_edit_rule(by, rule):
        raise PermissionDenied
    rule.public_id, rule.active, rule.created_at = new_public_id(), False, now
    form = "make_rule"
    with transaction.atomic():
        if not claim_request(by, form, request_id, rule.public_id):
            return VisitRule.objects.get(public_id=earlier_result(by, form, request_id))
        _check(rule)
        rule.save()
        after = {"name": rule.name, "trigger": rule.trigger, "store": store.name if store else ""}
        audit.record("visits.make_rule", by=by, obj=rule, after=after, at=now)
    return rule


def _check(rule: VisitRule) -> None:
    rule.clean_fields(exclude=["public_id"])
    if rule.kind not in KINDS[Trigger(rule.trigger)]:
        raise ValidationError({"kind": _("This rule makes no such visits.")})
    _check_questions(rule.questionnaire, rule.kind)
    replaced = rule.replaces
    if replaced is None:
        return
    if rule.store is None or replaced.store_id is not None or replaced.trigger != rule.trigger:
        raise ValidationError({"store": _("Say for which store.")})
    # One after the other, so that two supervisors do not each make the store's rule.
    VisitRule.objects.select_for_update().get(pk=replaced.pk)
    if VisitRule.objects.filter(store=rule.store, replaces=replaced).exists():
        raise ValidationError({"store": _("This store has its own rule for that already.")})


def _check_questions(sheet: Questionnaire | None, kind: str) -> None:
    if sheet is not None and sheet.kind != kind:
        raise ValidationError({"questionnaire": _("These questions are for another visit.")})


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
