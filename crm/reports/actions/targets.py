"""Setting what figures are to reach (KP-13)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.models import Store, Team, User
from crm.records import audit
from crm.records.actions import claim_request
from crm.reports import access
from crm.reports.models import Target
from crm.reports.queues.targets import as_scope, faults_of, works_in


def set_target(
    key: str,
    *,
    store: Store | None,
    month: dt.date,
    value: Decimal | None,
    by: User,
    now: dt.datetime,
    team: Team | None = None,
    person: User | None = None,
    request_id: str = "",
) -> Target | None:
    """Set a target from the month of a local date on; without a value it is taken back.

    The row before stays as the history. None for a form sent twice. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    if not access.can_set_target(by, store):
        raise PermissionDenied
    first = month.replace(day=1)
    wrong = faults_of(key, store, team, first, value)
    if person is not None and not works_in(person, store, timezone.localdate(now)):
        wrong["who"] = _("Choose from the list.")
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        if not claim_request(by, "set_target", request_id):
            return None
        target = Target.objects.create(
            key=key,
            store=store,
            team=team,
            person=person,
            month=first,
            value=value,
            set_by=by,
            created_at=now,
        )
        after = {"key": key, "month": first.isoformat(), **as_scope(target)}
        after["value"] = None if value is None else str(value)
        audit.record("reports.set_target", by=by, obj=target, after=after, at=now)
    return target
