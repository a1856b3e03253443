"""Scenario 19: a manager opens Monday's report and everything agrees with everything."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import time_machine
from django.urls import reverse

from crm.notices.models import Notice
from crm.reports.actions.closing import close_due
from crm.reports.kpis import KPIS
from crm.reports.models import PeriodReport
from tests import people
from tests.people import Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import MONDAY, a_busy_week

AT_NINE = local("2026-03-09 09:00")
WEEK = {"period": "own", "first": "2026-03-02", "last": "2026-03-08"}


def test_on_monday_the_manager_reads_a_report_that_agrees_with_dashboard_lists_and_csv(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    close_due(now=MONDAY)
    report = PeriodReport.objects.get(store=cast.pudong, kind="week", first=dt.date(2026, 3, 2))
    with time_machine.travel(AT_NINE, tick=False):
        shen = sign_in(cast.shen)
        told = Notice.objects.get(
            recipient=cast.shen, kind="report_closed", about_id=report.public_id
        )
        address = reverse(told.link_name, args=[told.link_id])
        paper = shen.get(address).context["paper"]
        assert not paper.revised

        # The figures are those of the dashboard's page of all figures for the same week.
        page = shen.get(reverse("reports:figures"), WEEK).context["page"]
        live = {line.tile.key: line.tile for _heading, lines in page.groups for line in lines}
        frozen = {row.key: row.now for row in (*paper.heads, *paper.others)}
        assert set(live) == set(KPIS) <= set(frozen)
        for key, tile in live.items():
            assert (tile.number, tile.words) == (frozen[key].number, frozen[key].words), key

        # Every number opens as many rows as it counts.
        for row in (*paper.heads, *paper.others):
            if row.now.href and row.now.number.denominator:
                found = shen.get(row.now.href).context["found"]
                assert found.count == row.now.number.denominator, row.key

        # The CSV has the same numbers, to the last digit.
        answer = shen.post(reverse("reports:take_report", args=[report.public_id]), {"form": "csv"})
        lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        taken = {line[2]: line[4:7] for line in lines if line[0] == "all"}
        for key, row in frozen.items():
            number = row.number
            cells = ["" if one is None else str(one) for one in number.as_json().values()]
            assert taken[key] == cells, key

        # A late correction leaves the report as it is and stands beside as revised.
        before = json.dumps(report.figures)
        card = people.make_card(cast.lin, name="补录", opened_at=local("2026-03-03 10:00"))
        people.make_contact(card, local("2026-03-06 09:00"), outcome="reached")
        heads = {row.key: row for row in shen.get(address).context["paper"].heads}
        row = heads["response_rate"]
        assert (row.now.words, row.revised.words) == ("66.7%", "75.0%")
        (line,) = shen.get(row.revised.href).context["lines"]
        assert line.name.startswith("补录")
        report.refresh_from_db()
        assert json.dumps(report.figures) == before
