"""The worker's own table closes the managers' reports and tells of kept views (RP-09, RP-12)."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.utils.module_loading import import_string

from crm.notices.models import Notice
from crm.reports.models import PeriodReport, ReportView
from crm.worker import RECURRING
from tests import people
from tests.people import NOW, Cast, local


def run(name: str, at: dt.datetime) -> int:
    """What the worker calls under that name of its table, at that moment."""
    (path,) = (work.path for work in RECURRING if work.name == name)
    with time_machine.travel(at, tick=False):
        done: int = import_string(path)()
    return done


def test_the_worker_closes_the_week_of_both_stores_and_the_group_on_monday_at_seven(
    cast: Cast,
) -> None:
    for place in (cast.pudong, cast.chaoyang, None):
        for kind in ("month", "year"):
            people.make_period_report(place, kind=kind, first=dt.date(2026, 2, 1))
        people.make_period_report(place, first=dt.date(2026, 2, 23), last=dt.date(2026, 3, 1))
    assert run("close managers' reports", local("2026-03-09 06:59")) == 0
    assert run("close managers' reports", local("2026-03-09 07:00")) == 3
    closed = PeriodReport.objects.filter(kind="week", first=dt.date(2026, 3, 2))
    assert {one.store for one in closed} == {cast.pudong, cast.chaoyang, None}
    assert {one.created_at for one in closed} == {local("2026-03-09 07:00")}
    assert run("close managers' reports", local("2026-03-09 07:05")) == 0


def test_the_worker_tells_who_kept_a_view_on_its_monday(cast: Cast) -> None:
    view = ReportView.objects.create(
        owner=cast.shen,
        report="lost",
        query="period=week",
        name="每周战败",
        weekday=0,
        told_on=NOW.date(),
        changed_at=NOW,
    )
    assert run("tell of saved views", local("2026-03-16 06:59")) == 0
    assert run("tell of saved views", local("2026-03-16 07:00")) == 1
    notice = Notice.objects.get(kind="view_due")
    assert (notice.recipient, notice.link_id) == (cast.shen, f"{view.public_id}-260316")
