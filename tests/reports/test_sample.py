"""The sample floor's figures are exactly those expected: in all, by person, team and store."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.people.models import User
from crm.records.kpis import By, Scope
from crm.records.periods import Period
from crm.reports.queues.sheet import sheet
from tests.reports import plain_kpis
from tests.reports.floor import ZONE, load_floor

SAMPLE = Path(__file__).parent / "sample"
EXPECTED = sorted(SAMPLE.glob("expected-*.json"))
GROUPINGS = {"person": "persons", "team": "teams", "store": "stores"}


def wanted(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def printed(*arguments: str) -> dict[str, Any]:
    """What the KPI command prints."""
    out = io.StringIO()
    call_command("kpi", *arguments, format="json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_five_periods_are_expected() -> None:
    assert len(EXPECTED) == 5


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_the_plain_reading_agrees_with_the_sample(path: Path) -> None:
    want = wanted(path)
    sheets = plain_kpis.read_zip(SAMPLE / "floor.zip")
    floor = plain_kpis.Floor(sheets, chinese_calendar.is_workday)
    first, last = date.fromisoformat(want["from"]), date.fromisoformat(want["to"])
    assert plain_kpis.total(floor, first, last) == want["kpis"]
    assert plain_kpis.by_person(floor, first, last) == want["persons"]
    assert plain_kpis.by_team(floor, first, last) == want["teams"]
    assert plain_kpis.by_store(floor, first, last) == want["stores"]


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["floor.xlsx", "floor.zip"])
def test_an_imported_sample_gives_exactly_the_expected_figures(
    file: str, subtests: pytest.Subtests
) -> None:
    call_command("import_workbook", str(SAMPLE / file), stdout=io.StringIO())
    for path in EXPECTED:
        want = wanted(path)
        period = ("--from", want["from"], "--to", want["to"])
        for by, rows in GROUPINGS.items():
            with subtests.test(period=path.stem, by=by):
                got = printed(*period, "--by", by)
                assert got.pop("rows") == want[rows]
                assert got == {key: want[key] for key in got}
                assert got.keys() == {"from", "to", "scope", "kpis"}


@pytest.mark.django_db
def test_a_scope_of_its_own_says_what_its_row_says() -> None:
    load_floor(plain_kpis.read_zip(SAMPLE / "floor.zip"))
    want = wanted(SAMPLE / "expected-month-2026-10.json")
    period = ("--from", want["from"], "--to", want["to"])
    for by, rows in GROUPINGS.items():
        for row in want[rows][:3]:
            got = printed(*period, f"--{by}", row[by])
            assert got["scope"] == {by: row[by]}
            assert got["kpis"] == row["kpis"]
            assert "rows" not in got


@pytest.mark.django_db
def test_figures_by_person_cost_as_many_statements_for_any_number_of_people() -> None:
    load_floor(plain_kpis.read_zip(SAMPLE / "floor.zip"))
    week = Period(date(2026, 10, 5), date(2026, 10, 11), ZONE)
    assert User.objects.count() == 21
    with CaptureQueriesContext(connection) as statements:
        sheet(week, Scope(), By.PERSON)
    assert len(statements) <= 4
