"""Page, JSON, Excel, PDF and mail of one report say the same (scenario 19)."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from crm.people.models import User
from crm.records.kpis import Rate, Span
from crm.reports import tasks
from crm.reports.actions.filing import make_files
from crm.reports.highlights import Highlight
from crm.reports.kpis import Unit, kpi_of
from crm.reports.models import PeriodReport, ReportFile
from crm.reports.weekly.figures import OF_GROUPS, question_of
from crm.reports.weekly.files import written
from crm.reports.weekly.paper import Paper, paper_of
from crm.reports.weekly.words import sentence_of
from tests import people
from tests.people import NOW, Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import a_busy_week, weekly

ROOT = Path(__file__).resolve().parent.parent.parent
TITLES = {
    "zh-hans": "销售与客户服务周报",
    "zh-hant": "銷售與客戶服務週報",
    "en": "Weekly report on sales and service",
}


def text_of(pdf: bytes) -> str:
    """What a reader can search and copy; without the blanks a layout brings."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext reads the PDF")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return re.sub(r"\s+", "", done.stdout.decode())


def bare(text: object) -> str:
    return re.sub(r"\s+", "", str(text))


def shown_on(paper: Paper) -> list[str]:
    """Every figure of the paper with its name."""
    rows = [f"{row.kpi.name}{row.now.words}" for row in (*paper.heads, *paper.others)]
    return [bare(one) for one in rows]


@pytest.mark.parametrize("language", TITLES)
def test_the_pdf_says_what_the_page_says_in_each_language(cast: Cast, language: str) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    with translation.override(language):
        text, paper = text_of(written(report, ["pdf"])["pdf"]), paper_of(report)
        shown = shown_on(paper)
    assert bare(TITLES[language]) in text
    missing = [one for one in shown if one not in text]
    assert not missing
    for one in paper.highlights:
        assert bare(one.first) in text
    assert "林晓" in text
    with translation.override(language):
        last = bare(f"{gettext('Reviewed by')} ____________")
    assert text.rindex(last) > max(
        text.rindex(bare(name)) for name, _how, _source in paper.computed
    )


def test_the_page_says_what_is_frozen(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    page = sign_in(cast.shen).get(reverse("reports:period_report", args=[report.public_id]))
    text = bare(re.sub(r"<[^>]+>", "", page.content.decode()))
    for row in (*paper_of(report).heads, *paper_of(report).others):
        assert f"{bare(row.kpi.name)}{bare(row.now.words)}" in text, row.key


def test_the_workbook_has_the_exact_figures_and_totals_that_calculate(cast: Cast) -> None:
    a_busy_week(cast)
    User.objects.filter(pk=cast.lin.pk).update(name="=1+1")
    report = weekly(cast.pudong)
    with translation.override("en"):
        content = written(report, ["xlsx"])["xlsx"]
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    whole = {row[1]: row for row in values.worksheets[0].iter_rows(min_row=2, values_only=True)}
    for key, number in report.figures["whole"].items():
        above, below, value = whole[key][2:5]
        assert (above, below) == (number["numerator"], number["denominator"]), key
        assert value == pytest.approx(number["value"]), key
    sheet = formulas["People"]
    names = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert "=1+1" in names
    assert sheet.cell(names.index("=1+1") + 2, 1).data_type == "s"
    head = [cell.value for cell in sheet[1]]
    on_time = head.index("On-time rate: Denominator") + 1
    foot = names.index("Total") + 2
    assert sheet.cell(foot, on_time).value.startswith("=SUM(")
    total = values["People"].cell(foot, on_time).value
    assert total == report.figures["whole"]["on_time_rate"]["denominator"]


def test_a_rate_in_the_workbook_is_the_quotient_of_its_cells(cast: Cast) -> None:
    a_busy_week(cast)
    with translation.override("en"):
        content = written(weekly(cast.pudong), ["xlsx"])["xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    for row in sheet.iter_rows(min_row=2, max_col=5):
        if row[1].value and kpi_of(row[1].value).unit is Unit.RATE and row[4].value is not None:
            assert row[4].value == f"=C{row[0].row}/D{row[0].row}"


def test_every_figure_that_counts_rows_has_a_total_that_calculates(cast: Cast) -> None:
    report = people.make_period_report(cast.pudong)
    ask = question_of(cast.pudong.pk, report.period, NOW)
    read = {key: kpi_of(key).read(ask) for key in OF_GROUPS}
    is_of_customers = {
        key: isinstance(one, Rate) and any(part.counted != "pk" for part in one.parts)
        for key, one in read.items()
    }

    def figures(lines: int) -> dict[str, Any]:
        found = {}
        for key, one in read.items():
            above, below = (lines, 2 * lines) if isinstance(one, Rate) else (None, 2 * lines)
            value = below if above is None else getattr(one, "times", 1) * above / below
            found[key] = {"numerator": above, "denominator": below, "value": value}
        return found

    report.figures["whole"] |= figures(2)
    report.figures["people"] = [
        {"id": name, "name": name, "team": "", "sells": True, "figures": figures(1)}
        for name in ("甲", "乙")
    ]
    with translation.override("en"):
        content = written(report, ["xlsx"])["xlsx"]
        names = {key: str(kpi_of(key).name) for key in OF_GROUPS}
    sheet = openpyxl.load_workbook(io.BytesIO(content))["People"]
    head = [cell.value for cell in sheet[1]]
    for key, name in names.items():
        place = head.index(f"{name}: Denominator") + 1
        below, value = (sheet.cell(4, place + at) for at in (0, 1))
        adds = not is_of_customers[key] and not isinstance(read[key], Span)
        column, above = below.column_letter, sheet.cell(4, place - 1).column_letter
        assert below.value == (f"=SUM({column}2:{column}3)" if adds else 4), key
        if kpi_of(key).unit in (Unit.RATE, Unit.SCORE):
            times = "*100" if kpi_of(key).unit is Unit.SCORE else ""
            assert value.value == f"={above}4/{column}4{times}", key
        elif adds:
            assert value.value == f"={column}4", key


def test_what_was_sold_is_numbers_in_the_workbook(cast: Cast) -> None:
    report = people.make_period_report(cast.pudong, kind="month")
    sold = {"now": ("3", "500000"), "before": ("2", "400000"), "year_ago": ("0", "0")}
    report.figures["sales"] = {
        **{when: dict(zip(("quantity", "amount"), one, strict=True)) for when, one in sold.items()},
        "customers": {"begin": 8, "end": 10},
    }
    with translation.override("en"):
        content = written(report, ["xlsx"])["xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Sales and customers"]
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Sales and customers"]
    assert [cell.value for cell in sheet[3]] == [
        *("Sales amount (CNY)", 500000, 400000, "=B3/C3-1", 0, "—")
    ]
    assert values["D3"].value == pytest.approx(0.25)
    assert [cell.value for cell in sheet[4]][:4] == ["Customers who have bought", 10, 8, "=B4/C4-1"]


def test_more_than_a_thousand_complaints_are_a_number_in_the_workbook(cast: Cast) -> None:
    report = people.make_period_report(cast.pudong)
    counted = {"category": "product_quality", "count": 2345, "resolved": 1234, "departments": []}
    report.figures["complaints"] = [counted]
    with translation.override("en"):
        content = written(report, ["xlsx"])["xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Complaints by class"]
    assert [sheet["B2"].value, sheet["C2"].value] == [2345, 1234]
    assert [sheet["B3"].value, sheet["C3"].value] == ["=SUM(B2:B2)", "=SUM(C2:C2)"]


def test_a_count_in_the_workbook_has_no_decimals(cast: Cast) -> None:
    a_busy_week(cast)
    with translation.override("en"):
        content = written(weekly(cast.pudong), ["xlsx"])["xlsx"]
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    shown = {row[1].value: row[4].number_format for row in page.iter_rows(min_row=2)}
    assert (shown["order_count"], shown["on_time_rate"]) == ("General", "0.0%")


def test_the_change_of_a_count_has_no_decimals(cast: Cast) -> None:
    a_busy_week(cast)
    paper = paper_of(weekly(cast.pudong))
    changes = {row.key: row.change for row in (*paper.heads, *paper.others)}
    assert changes["order_count"].startswith("+1 ")


def test_one_person_is_not_called_people(cast: Cast) -> None:
    figures = people.make_period_report(cast.pudong).figures
    found = Highlight("overdue", "contacts_overdue", {"total": 2, "people": 1})
    with translation.override("en"):
        words = str(sentence_of(found.as_json(), figures))
    assert words == "Follow-ups are overdue: 2 (people concerned: 1)."


def test_departments_are_listed_as_the_language_lists(cast: Cast) -> None:
    report = people.make_period_report(cast.pudong)
    both = {"category": "price", "count": 1, "resolved": 0, "departments": ["Sales", "Service"]}
    report.figures["complaints"] = [both]
    for language, words in {"en": "Sales, Service", "zh-hant": "Sales、Service"}.items():
        with translation.override(language):
            assert paper_of(report).complaints[0].who == words


def test_a_report_older_than_a_figure_is_read_without_it(cast: Cast) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    groups = [one["figures"] for one in (*report.figures["people"], *report.figures["teams"])]
    for figures in (report.figures["whole"], report.figures["before"], *groups):
        for key in ("complaint_count", "record_accuracy", "reopen_rate"):
            figures.pop(key, None)
    paper = paper_of(report)
    shown = {row.key for row in (*paper.heads, *paper.others)}
    assert "on_time_rate" in shown
    assert not shown & {"complaint_count", "record_accuracy", "reopen_rate"}
    assert written(report, ["xlsx"])["xlsx"].startswith(b"PK")


def test_a_report_whose_files_fail_holds_up_no_other(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    whole = people.make_period_report(cast.pudong)
    for week in range(6):
        first = whole.first + dt.timedelta(weeks=week + 1)
        last = first + dt.timedelta(days=6)
        people.make_period_report(cast.pudong, first=first, last=last, figures={})
    assert make_files(now=NOW) == 9
    assert set(ReportFile.objects.values_list("report", flat=True)) == {whole.pk}


def test_the_worker_makes_the_files_once_and_again_when_it_was_signed(
    cast: Cast, settings: Any, tmp_path: Path, sign_in: SignIn
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = people.make_period_report(cast.pudong)
    url = reverse("reports:take_report", args=[report.public_id])
    shen = sign_in(cast.shen)
    assert shen.post(url, {"form": "pdf"}).status_code == 302, "not made yet"
    assert make_files(now=NOW) == 9
    assert make_files(now=NOW) == 0
    answer = shen.post(url, {"form": "pdf"})
    assert answer.content.startswith(b"%PDF")
    told = {"next_steps": "逐卡复盘", "version": 1, "request_id": ""}
    shen.post(reverse("reports:sign_report", args=[report.public_id]), told)
    assert tasks.make_files() == 9
    assert len(list((tmp_path / "reports").iterdir())) == 9 == ReportFile.objects.count()
    text = text_of(shen.post(url, {"form": "pdf"}).content)
    assert "沈店长" in text
    assert "逐卡复盘" in text


def test_the_command_writes_each_format_and_freezes_once(cast: Cast, tmp_path: Path) -> None:
    a_busy_week(cast)
    starts = {"pdf": b"%PDF", "xlsx": b"PK", "html": b"<!doctype", "json": b"{"}
    for form, start in starts.items():
        out = tmp_path / f"week.{form}"
        told = {"week": "2026-W10", "store": "SH01", "format": form, "out": str(out)}
        call_command("weekly_report", **told)
        assert out.read_bytes().startswith(start), form
    report = PeriodReport.objects.get()
    printed = json.loads((tmp_path / "week.json").read_text())
    assert printed["whole"] == report.figures["whole"]
    for week in ("2026-W11", "2026-W60", "tomorrow"):
        with pytest.raises(CommandError):
            call_command("weekly_report", week=week, format="json", out=str(tmp_path / "x"))


def test_the_command_takes_no_report_before_its_hour(cast: Cast, tmp_path: Path) -> None:
    told = {"store": "SH01", "format": "json", "out": str(tmp_path / "r.json")}
    with (
        time_machine.travel(local("2026-03-09 06:30"), tick=False),
        pytest.raises(CommandError, match="07:00"),
    ):
        call_command("weekly_report", week="2026-W10", **told)
    assert not PeriodReport.objects.exists()


def test_a_file_lost_with_the_disk_is_made_again(
    cast: Cast, settings: Any, tmp_path: Path, sign_in: SignIn
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = people.make_period_report(cast.pudong)
    make_files(now=NOW)
    for path in (tmp_path / "reports").iterdir():
        path.unlink()
    url = reverse("reports:take_report", args=[report.public_id])
    shen = sign_in(cast.shen)
    assert shen.post(url, {"form": "pdf"}).status_code == 302
    assert make_files(now=NOW) == 1
    assert shen.post(url, {"form": "pdf"}).status_code == 200


def test_a_file_a_crash_left_without_a_row_is_swept_and_no_other(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert tasks.sweep_files() == 0  # no folder yet
    weekly(cast.pudong)
    make_files(now=NOW)
    kept = {path.name for path in (tmp_path / "reports").iterdir()}
    stray, fresh = (tmp_path / "reports" / name for name in ("stray.pdf", "fresh.pdf"))
    for path in (stray, fresh, *((tmp_path / "reports") / name for name in kept)):
        path.touch()
        os.utime(path, (0, 0))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    assert tasks.sweep_files() == 1
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {*kept, "fresh.pdf"}


def test_no_page_loads_the_typesetter() -> None:
    script = "import django; django.setup(); import crm.urls; from django.urls import reverse;"
    script += "reverse('reports:targets'); import sys; sys.exit('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT)
    assert done.returncode == 0
