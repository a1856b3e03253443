"""Scenario 19: a manager opens Monday's report and everything agrees with everything."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from html import unescape

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
    lost = {"state": "lost", "lost_at": local("2026-03-04 10:00"), "lost_reason": "失联"}
    people.make_card(cast.lin, opened_at=local("2026-02-20 10:00"), **lost)
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

        for cell in [cell for one in paper.tables for line in one.lines for cell in line.cells]:
            if cell.number.denominator:
                found = shen.get(cell.href).context["found"]
                assert (found.is_kept, found.count) == (True, cell.number.denominator), cell.key

        # So do classes of complaints, steps of the funnel and reasons of losses.
        assert paper.complaints
        assert paper.lost
        assert paper.funnel
        for one in paper.complaints:
            assert shen.get(one.href).context["found"].count == one.count
            above = shen.get(f"{one.href}&side=above").context
            assert len(above["lines"]) == one.resolved
        for one in (*paper.funnel.links, *paper.lost):
            assert shen.get(one.href).context["found"].count == one.count, one.label
        assert shen.get(paper.lost_href).context["cards"].paginator.count == paper.lost_total

        # And none of the page's numbers stands without its link.
        html = shen.get(address).content.decode()
        links = {unescape(one) for one in re.findall(r'href="([^"]+)"', html)}
        wanted = [one.href for one in (*paper.complaints, *paper.lost)]
        wanted += [one.href for one in paper.funnel.links]
        wanted += [
            cell.href
            for table in paper.tables
            for line in table.lines
            for cell in line.cells
            if cell.number.denominator
        ]
        assert set(wanted) <= links

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
