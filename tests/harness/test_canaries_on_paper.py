"""Marks on everybody: what is read on paper (P5, D42)."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess

from django.utils import translation

from crm.people.models import Store
from crm.records.periods import Period
from crm.reports.actions.closing import close_report
from crm.reports.models import PeriodReport
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.pdf import as_json, pdf_of
from crm.reports.weekly.xlsx import xlsx_of
from tests.harness.canaries import Canary, Own, unpacked
from tests.people import SHANGHAI, local
from tests.permissions.floor import Floor

MONDAY = local("2026-03-16 07:00")


def close_reports() -> list[PeriodReport]:
    """This week's report of every store and of the group, closed on Monday."""
    week = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 15), SHANGHAI)
    places = [*Store.objects.order_by("pk"), None]
    made = [close_report("week", one, week, at=dt.time(7), now=MONDAY) for one in places]
    return [one for one in made if one is not None]


def paper_text(pdf: bytes) -> str:
    """What a PDF says, where there is a tool that reads it."""
    if shutil.which("pdftotext") is None:
        return ""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_no_report_on_paper_names_a_customer(
    permission_floor: Floor, canaries: dict[int, Canary], complainants: dict[int, Own]
) -> None:
    """All that typst sets as PDF, and the workbook, in the three languages; one PDF itself."""
    reports = close_reports()
    assert any(report.figures["people"] for report in reports)
    plates = [one.plate for one in (*canaries.values(), *complainants.values())]
    for report in PeriodReport.objects.select_related("store"):
        for language in ("zh-hans", "zh-hant", "en"):
            with translation.override(language):
                paper = paper_of(report)
                text = json.dumps(as_json(paper), ensure_ascii=False) + unpacked(xlsx_of(paper))
            assert not any(c.is_told(text) or c.name in text for c in canaries.values())
            assert not any(plate in text for plate in plates)
    shown = paper_text(pdf_of(paper_of(reports[0])))
    assert not any(c.is_told(shown) or c.name in shown for c in canaries.values())
