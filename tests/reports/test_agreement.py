"""Of any small floor the page, the rows, the JSON, the workbook, the paper and the mail agree."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings

from crm.people import roles
from crm.people.models import Store, User
from crm.records.periods import Period
from crm.reports.actions.closing import close_report
from crm.reports.kpis import KPIS
from crm.reports.models import PeriodReport
from crm.reports.queues.rows import BELOW
from crm.reports.weekly.files import written
from crm.reports.weekly.paper import Paper, Row, paper_of
from crm.ui import numbers
from tests.people import make_user
from tests.reports.floor import ZONE, load_floor
from tests.reports.test_properties import floors
from tests.reports.test_report_files import bare, text_of

WEEK = Period(dt.date(2026, 9, 28), dt.date(2026, 10, 4), ZONE)
MONDAY = dt.datetime(2026, 10, 5, 7, 0, tzinfo=ZONE)


def signed_in(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def closed(store: Store) -> PeriodReport:
    report = close_report("week", store, WEEK, at=dt.time(7), now=MONDAY)
    assert report is not None
    return report


def as_json(store: Store) -> dict[str, Any]:
    """What the command prints of the store's week."""
    out = io.StringIO()
    days = ("--from", "2026-09-28", "--to", "2026-10-04", "--store", store.code)
    call_command("kpi", *days, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())["kpis"]
    return found


def in_workbook(report: PeriodReport) -> dict[str, tuple[Any, Any, Any]]:
    """Numerator, denominator and value of each figure of the Excel file."""
    book = openpyxl.load_workbook(io.BytesIO(written(report, ["xlsx"])["xlsx"]), data_only=True)
    lines = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    return {str(line[1]): (line[2], line[3], line[4]) for line in lines if line[1]}


def rows_of(paper: Paper) -> dict[str, Row]:
    return {row.key: row for row in (*paper.heads, *paper.others)}


@pytest.mark.django_db
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheets=floors())
def test_a_figure_is_the_same_wherever_it_is_read(sheets: dict[str, list[dict[str, str]]]) -> None:
    with time_machine.travel(MONDAY, tick=False), transaction.atomic(), translation.override("en"):
        load_floor(sheets)
        bai = signed_in(make_user("bai", "Bai", roles.GENERAL_MANAGER))
        store = Store.objects.get(code="S1")
        report = closed(store)
        rows = rows_of(paper_of(report))
        workbook, printed = in_workbook(report), as_json(store)
        pdf = text_of(written(report, ["pdf"])["pdf"])
        mail = bare(render_to_string("reports/outside/report.html", mail_context(report)))
        query = {"period": "own", "first": "2026-09-28", "last": "2026-10-04"}
        query["who"] = f"store-{store.public_id}"
        page = bai.get("/dashboard/figures/", query).context["page"]
        shown = {one.tile.key: one.tile for _name, lines in page.groups for one in lines}
        for key in KPIS:
            number = report.figures["whole"][key]
            assert printed[key] == number, key
            assert shown[key].number.as_json() == number, key
            above, below, value = workbook[key]
            assert (above, below) == (number["numerator"], number["denominator"]), key
            assert value == pytest.approx(number["value"]), key
            assert bare(f"{rows[key].kpi.name}{rows[key].now.words}") in pdf, key
            opened = bai.get(rows[key].now.href).context["found"]
            assert (opened.side.key, opened.count) == (BELOW, number["denominator"]), key
            drilled = bai.get(shown[key].href).context["found"]
            assert drilled.count == number["denominator"], key
        for row in paper_of(report).heads:
            assert bare(row.kpi.name) in mail
            assert bare(row.now.words) in mail, row.key
        funnel = paper_of(report).funnel
        for step in funnel.steps if funnel else ():
            assert bare(f"{step.name}{numbers.number(step.value)}") in bare(strip_tags(mail))
        transaction.set_rollback(True)


def mail_context(report: PeriodReport) -> dict[str, Any]:
    return {"paper": paper_of(report), "report": report, "chart": "", "url": ""}
