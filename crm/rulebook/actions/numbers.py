"""Setting a number of the rulebook (OT-04)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.models import Store, User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.rulebook import access
from crm.rulebook.lines import LINES, Line
from crm.rulebook.models import Number
from crm.rulebook.numbers import out_of_order
from crm.rulebook.queues import book


def set_number(
    key: str,
    value: str | None,
    *,
    store: Store | None,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Set a number for a store, or for all; without a value the default counts again.

    It counts from now on: what already has its day or hour keeps it, but for the clocks of
    complaints, which follow with the next change of days or hours. `version` is 1 where no row
    was. Raises `KeyError` for a key the house does not know, `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    line = LINES[key]
    if not access.can_set_number(by, line, store):
        raise PermissionDenied
    text = "" if value is None else value
    if value is not None and not line.takes(value):
        raise ValidationError({"value": out_of_bounds(line)})
    with transaction.atomic():
        if not claim_request(by, "set_number", request_id):
            return
        number, _made = Number.objects.get_or_create(key=key, store=store)
        before = number.value
        change(number, version=version, value=text, set_by=by, set_at=now)
        _check_order(key)
        audit.record(
            "rulebook.set_number",
            by=by,
            obj=number,
            before={"key": key, "value": before},
            after={"key": key, "value": text},
            at=now,
        )


def out_of_bounds(line: Line) -> str:
    """What is refused, in words."""
    return _("From %(least)s to %(most)s.") % {"least": line.least, "most": line.most}


def _check_order(key: str) -> None:
    """Raise `ValidationError` where this number now contradicts another, in any store."""
    found = book()
    for store_id in {None, *found.stores_with_numbers()}:
        for first, second in out_of_order(found.numbers(store_id)):
            if key in (first, second):
                words = {"first": _(LINES[first].words), "second": _(LINES[second].words)}
                raise ValidationError(
                    {"value": _("“%(first)s” cannot be more than “%(second)s”.") % words}
                )
