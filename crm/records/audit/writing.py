"""The one way an event reaches the audit trail."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from crm.people.models import User
from crm.records.audit.apart import OF_NO_CUSTOMER, put_apart
from crm.records.audit.scrubbing import scrubbed
from crm.records.models import AuditEvent, AuditWords

# Columns that say whose row it is, read without a query.
OWNERS = ("owner_id", "assignee_id", "author_id")


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request came from and which one it was; empty for the worker and commands."""

    address: str = ""
    request: str = ""


NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("audit_caller", default=NOBODY)


@contextmanager
def called_from(caller: Caller) -> Iterator[None]:
    """Every event written inside carries this address and request."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


def record(
    action: str,
    *,
    by: User | None,
    obj: models.Model | None = None,
    subject_id: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> AuditEvent:
    """Append one event in the caller's transaction (SA-08).

    `by` None means the system; `subject_id` names a row that is not at hand. Callers leave
    contact data and restricted fields out of `before` and `after`; what slips through is hidden
    here, and what people typed lies apart. Values must be JSON (dates and decimals are understood).
    """
    caller = _caller.get()
    fields: dict[str, Any] = {"action": action, "actor": by, "subject_id": subject_id[:40]}
    if obj is not None:
        fields["subject"] = obj._meta.label
        fields["subject_id"] = getattr(obj, "public_id", "") or str(obj.pk)
        fields["store_id"] = getattr(obj, "store_id", None)
        fields["on_behalf_of_id"] = principal(by, obj)
    if at is not None:
        fields["at"] = at
    sides = {"before": scrubbed(before or {}), "after": scrubbed(after or {})}
    salt, words = "", {}
    if obj is not None and obj._meta.app_label not in OF_NO_CUSTOMER:
        salt = secrets.token_hex(16)
        words = put_apart(sides, salt)
    event = AuditEvent.objects.create(
        **sides, address=caller.address, request=caller.request, **fields
    )
    if words:
        AuditWords.objects.create(event=event, salt=salt, words=words)
    return event


def principal(by: User | None, obj: models.Model) -> int | None:
    """The absent person whose row a deputy acts on; None where somebody acts for themselves."""
    owners = (getattr(obj, name, None) for name in OWNERS)
    if by is None or not any(owner and owner != by.pk for owner in owners):
        return None
    absent = by.reach.stands_in_for
    return next((pk for name in OWNERS if (pk := getattr(obj, name, None)) in absent), None)
