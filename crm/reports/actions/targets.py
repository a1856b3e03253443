"""Setting what figures are to reach (KP-13)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.models import Store, Team, User
from crm.records import audit
from crm.records.actions import claim_request
from crm.reports import access
from crm.reports.kpis import KPIS, Unit, kpi_of
from crm.reports.models import Target
from crm.reports.queues.limits import EARLIEST_DAY, LATEST_DAY
from crm.reports.queues.targets import as_scope

PERCENT = 100


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
    _check(key, store, team, first, value)
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


def _check(
    key: str, store: Store | None, team: Team | None, month: dt.date, value: Decimal | None
) -> None:
    wrong = {}
    if key not in KPIS and key != "order_count":
        wrong["key"] = _("Choose from the list.")
    if team is not None and (store is None or team.store_id != store.pk):
        wrong["who"] = _("Choose from the list.")
    if not EARLIEST_DAY <= month <= LATEST_DAY:
        wrong["month"] = _("Periods lie between 2001 and 2099.")
    most = PERCENT if not wrong and kpi_of(key).unit is Unit.RATE else 100_000
    if value is not None and not 0 <= value <= most:
        wrong["value"] = _("From 0 to %(most)d.") % {"most": most}
    if wrong:
        raise ValidationError(wrong)
