"""The worker closes the managers' reports: once each, whoever is first, however late (RP-09)."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from crm.people.models import Store
from crm.records import audit
from crm.records.periods import Period
from crm.reports import due
from crm.reports.actions.mailing import tell_managers
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.weekly.figures import figures_of
from crm.reports.weekly.rows import rows_to_freeze
from crm.rulebook.queues import numbers_for
from crm.ui.snapshot import snapshot

log = logging.getLogger("showfloor.reports")


def close_due(*, now: dt.datetime) -> int:
    """Close every report that is due and missing, of each store and of the group.

    Returns how many were closed here; what fails is logged. Runs again, late or twice at once
    without harm.
    """
    done: dict[tuple[str, int | None], set[dt.date]] = defaultdict(set)
    for kind, of, first in PeriodReport.objects.order_by().values_list("kind", "store", "first"):
        done[kind, of].add(first)
    zone, closed = timezone.get_default_timezone(), 0
    for store in (*Store.objects.order_by("code"), None):
        store_id = store.pk if store else None
        at = numbers_for(store_id).report_time()
        for kind in due.KINDS:
            for period in due.to_close(kind, done[kind, store_id], now=now, at=at, zone=zone):
                closed += closes(kind, store, period, at=at, now=now)
    return closed


def closes(
    kind: str, store: Store | None, period: Period, *, at: dt.time, now: dt.datetime
) -> bool:
    """Whether that report was closed here; one that fails holds up no other and is tried again."""
    try:
        return close_report(kind, store, period, at=at, now=now) is not None
    except Exception:
        where = store.code if store else "the group"
        log.exception("the %s report of %s from %s was not closed", kind, where, period.first)
        return False


def close_report(
    kind: str, store: Store | None, period: Period, *, at: dt.time, now: dt.datetime
) -> PeriodReport | None:
    """Freeze the figures of a period and tell its managers; None where somebody was first.

    The figures and the rows behind them are of one moment; they are read outside the transaction
    that keeps them, so that a long read holds up nobody. A report taken late has the figures of
    its hour, as far as rows say when they came.
    """
    store_id = store.pk if store else None
    due_at = due.closes_at(period, at)
    is_late = due.is_late(due_at, now)
    as_of = due_at if is_late else now
    with snapshot():
        figures = figures_of(kind, store_id, period, as_of, is_past=is_late)
        rows = rows_to_freeze(kind, store_id, period, figures, as_of, is_past=is_late)
    report = PeriodReport(
        kind=kind,
        store=store,
        first=period.first,
        last=period.last,
        due_at=due_at,
        figures=figures,
        created_at=now,
    )
    mine = kept(report, rows, now=now)
    if mine is not None:
        log.info("closed the %s report of %s from %s", kind, store or "the group", period.first)
    return mine


def kept(report: PeriodReport, rows: list[FrozenRows], *, now: dt.datetime) -> PeriodReport | None:
    """Keep a report with the rows behind it and tell its managers; None where one is kept."""
    with transaction.atomic():
        PeriodReport.objects.bulk_create([report], ignore_conflicts=True)
        mine = PeriodReport.objects.filter(public_id=report.public_id).first()
        if mine is None:
            return None
        for one in rows:
            one.report = mine
        FrozenRows.objects.bulk_create(rows, batch_size=100)
        said = {
            "kind": mine.kind,
            "first": mine.first.isoformat(),
            "last": mine.last.isoformat(),
            "edition": mine.edition,
        }
        audit.record("reports.close_report", by=None, obj=mine, after=said, at=now)
        tell_managers(mine, now=now)
    return mine
