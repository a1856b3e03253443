"""The files of a report, in the active language. Only the worker and commands load this."""

from __future__ import annotations

from collections.abc import Iterable

from crm.reports.models import PeriodReport, ReportFile
from crm.reports.weekly.paper import paper_of
from crm.reports.weekly.pdf import pdf_of, png_of
from crm.reports.weekly.today import Today
from crm.reports.weekly.xlsx import xlsx_of


def written(
    report: PeriodReport, forms: Iterable[str], today: Today | None = None
) -> dict[str, bytes]:
    """These files of a report by their form; PNG is its picture alone.

    With `today` what has come to differ stands beside as revised.
    """
    paper = paper_of(report, today.live, today.parts) if today else paper_of(report)
    makers = {
        ReportFile.Format.PDF: lambda: pdf_of(paper),
        ReportFile.Format.XLSX: lambda: xlsx_of(paper, today),
        ReportFile.Format.PNG: lambda: png_of(paper),
    }
    return {form: makers[ReportFile.Format(form)]() for form in forms}
