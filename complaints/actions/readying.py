"""Ready texts and ready steps, kept by the service supervisor and the manager."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, blanks
from complaints.models import Macro, ReplyTemplate
from crm.people.models import Store, User
from crm.records import audit
from crm.records.actions import change, claim_request, keep_result
from crm.records.queues import earlier_result

TEXTS = ("zh_hans", "zh_hant", "en")
STEPS = ("takes", "category", "lead", "assisting", "note", "waits_for")
ReadyT = TypeVar("ReadyT", ReplyTemplate, Macro)


def create_template(
    *, by: User, store: Store | None, now: dt.datetime, request_id: str = "", **values: Any
) -> ReplyTemplate:
    """Keep a ready text for a store, or for all. A form sent twice makes one and returns it.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    _check_texts(values)
    return _create(ReplyTemplate, "create_template", by, store, now, request_id, values)


def change_template(
    template: ReplyTemplate,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
    **values: Any,
) -> None:
    """Word it anew, or take it out of use. Raises as `create_template`, and `Stale`."""
    _check_texts(values)
    _change(template, "change_template", by, version, now, request_id, values)


def create_macro(
    *, by: User, store: Store | None, now: dt.datetime, request_id: str = "", **values: Any
) -> Macro:
    """Keep ready steps for a store, or for all. A form sent twice makes them once.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    _check_steps(values)
    return _create(Macro, "create_macro", by, store, now, request_id, values)


def change_macro(
    macro: Macro,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
    **values: Any,
) -> None:
    """Choose other steps, or take them out of use. Raises as `create_macro`, and `Stale`."""
    _check_steps(values)
    _change(macro, "change_macro", by, version, now, request_id, values)


def _create(
    model: type[ReadyT],
    verb: str,
    by: User,
    store: Store | None,
    now: dt.datetime,
    request_id: str,
    values: dict[str, Any],
) -> ReadyT:
    if not access.can_keep_for(by, store.pk if store is not None else None):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, verb, request_id):
            return model._default_manager.get(public_id=earlier_result(by, verb, request_id))
        made = model._default_manager.create(store=store, written_by=by, created_at=now, **values)
        audit.record(f"complaints.{verb}", by=by, obj=made, after=_plain(values), at=now)
        keep_result(by, verb, request_id, made.public_id)
    return made


def _change(
    row: ReplyTemplate | Macro,
    verb: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str,
    values: dict[str, Any],
) -> None:
    if not access.can_keep_for(by, row.store_id):
        raise PermissionDenied
    before = {name: getattr(row, name) for name in values}
    with transaction.atomic():
        if not claim_request(by, verb, request_id):
            return
        change(row, version=version, written_by=by, **values)
        changed = {name: value for name, value in values.items() if value != before[name]}
        audit.record(
            f"complaints.{verb}",
            by=by,
            obj=row,
            before=_plain({name: before[name] for name in changed}),
            after=_plain(changed),
            at=now,
        )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    kept = (bool, str, type(None))
    return {name: one if isinstance(one, kept) else str(one) for name, one in values.items()}


def _check_texts(values: dict[str, Any]) -> None:
    wrong: dict[str, str] = {}
    for name in TEXTS:
        strange = blanks.unknown_in(values[name])
        if strange:
            wrong[name] = _("There is no blank {%(name)s}.") % {"name": strange[0][:40]}
        elif blanks.tells_outcome(values[name]) and not values["tells_outcome"]:
            wrong[name] = _("Only a text that tells an outcome may hold {solution}.")
    if wrong:
        raise ValidationError(wrong)


def _check_steps(values: dict[str, Any]) -> None:
    wrong: dict[str, str] = {}
    if values["lead"] is not None and not values["category"]:
        wrong["category"] = _("Whoever asks a department to lead judges the class too.")
    if values["assisting"] is not None and not values["assisting_task"].strip():
        wrong["assisting_task"] = _("Say what it is to do.")
    if values["assisting"] is not None and values["assisting"] == values["lead"]:
        wrong["assisting"] = _("This department leads already.")
    if wrong:
        raise ValidationError(wrong)
    if not any(values[name] for name in STEPS):
        raise ValidationError(_("Choose at least one step."))
