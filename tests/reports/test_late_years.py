"""What was written down since a report's hour is no figure of it, of any floor (kpi.md, frozen).

A report that is closed late counts the rows its hour knew: those of a floor on which the rest was
never written. Of a year it counts them in steps, as it does of every period of more than a quarter.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Q, QuerySet
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.orders.models import Order
from crm.people.models import Store
from crm.reception.models import ReceptionEntry
from crm.records.periods import Period
from crm.reports import due
from crm.reports.weekly.figures import OF_NOW, figures_of
from followups.models import Contact, PlannedContact
from tests.reports.floor import ZONE, load_floor
from tests.reports.test_properties import floors

PERIODS = {
    due.MONTH: Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31), ZONE),
    due.YEAR: Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31), ZONE),
}
# Who keeps when a row was written down.
WRITTEN: tuple[Any, ...] = (Contact, Order, PlannedContact, ReceptionEntry)


@pytest.mark.django_db
@settings(max_examples=10)
@given(
    sheets=floors(),
    kind=st.sampled_from(tuple(PERIODS)),
    code=st.sampled_from(("S1", "")),
    every=st.integers(2, 3),
)
def test_a_report_closed_late_knows_no_row_that_was_written_since(
    sheets: dict[str, list[dict[str, str]]], kind: str, code: str, every: int
) -> None:
    seven = due.closes_at(PERIODS[kind], dt.time(7))
    with time_machine.travel(seven, tick=False), transaction.atomic():
        load_floor(sheets)
        late = written_on_time_but_every(every, seven)
        store = Store.objects.filter(code=code).values_list("pk", flat=True).first()
        closed_late = counted(kind, store, seven, is_past=True)
        for rows in late:
            rows.delete()
        assert closed_late == counted(kind, store, seven, is_past=False)
        transaction.set_rollback(True)


def written_on_time_but_every(nth: int, seven: dt.datetime) -> list[QuerySet[Any]]:
    """Every n-th row was written down two days after the hour, the others an hour before it."""
    late = []
    for model in WRITTEN:
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        rows = model.objects.filter(pk__in=keys[::nth])
        model.objects.update(entered_at=seven - dt.timedelta(hours=1))
        rows.update(entered_at=seven + dt.timedelta(days=2))
        late.append(rows)
    # Nothing names a planned contact that was not there yet.
    Contact.objects.filter(~Q(pk__in=late[0]), planned__in=late[2]).update(planned=None)
    return late


def counted(kind: str, store: int | None, seven: dt.datetime, *, is_past: bool) -> dict[str, Any]:
    """The figures of the report's period: in all, of each one, the funnel and what was sold."""
    figures = figures_of(kind, store, PERIODS[kind], seven, is_past=is_past)
    parts = {part: figures[part] for part in ("before", "funnel", "sales")}
    parts["whole"] = of_period(figures["whole"])
    for part in ("people", "teams", "stores"):
        everyone = {one["id"]: of_period(one["figures"]) for one in figures[part]}
        parts[part] = {pk: one for pk, one in everyone.items() if any_of(one)}
    return parts


def of_period(figures: dict[str, Any]) -> dict[str, Any]:
    """Without what is counted of the moment itself: a card is sold by its state, not by orders."""
    return {key: one for key, one in figures.items() if key not in OF_NOW}


def any_of(figures: dict[str, Any]) -> bool:
    return any(one["denominator"] for one in figures.values())
