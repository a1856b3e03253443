"""What was written down after a report was closed: by whom and when (kpi.md, frozen and live)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crm.customers.models import Card
from crm.orders.models import Order
from crm.reception.models import ReceptionEntry
from crm.ui.moments import full, local
from followups.models import Contact, PlannedContact

# What somebody may write down days later, with the moment it happened.
HAPPENED: dict[Any, str] = {
    Contact: "occurred_at",
    Order: "signed_at",
    ReceptionEntry: "arrived_at",
}


def entered_since(model: Any, pks: Iterable[int], taken: dt.datetime) -> dict[int, str]:
    """Those of the rows that were entered late, in words by primary key.

    Of a customer and of a planned contact it is the latest contact, order or reception of theirs
    that had happened by `taken` and was written down since. At most three statements.
    """
    found: dict[int, tuple[dt.datetime, str]] = {}
    for entered, column in _columns(model).items():
        late = {f"{HAPPENED[entered]}__lt": taken, "entered_at__gt": taken}
        rows = entered.objects.filter(**late, **{f"{column}__in": list(pks)}).order_by()
        for pk, at, who in rows.values_list(column, "entered_at", "staff__name"):
            found[pk] = max(found.get(pk, (at, who)), (at, who))
    return {
        pk: _("entered on %(at)s by %(who)s") % {"at": full(local(at)), "who": who}
        for pk, (at, who) in found.items()
    }


def _columns(model: Any) -> dict[Any, str]:
    """Which rows may have come late to a row of that kind, and the column that leads to it."""
    if model is Card:
        return dict.fromkeys(HAPPENED, "card")
    if model is PlannedContact:
        return {Contact: "planned"}
    return {model: "pk"} if model in HAPPENED else {}
