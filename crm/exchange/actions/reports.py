"""What an import found, as a workbook of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.exchange.actions.imports import Outcome
from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.problems import Problem
from crm.exchange.sheets.writing import Written, write_xlsx


def write_report(path: Path, outcome: Outcome) -> None:
    """Write counts, refused rows, warnings and what was not known to an .xlsx."""
    write_xlsx(path, _sheets(outcome))


def _sheets(outcome: Outcome) -> Iterator[Written]:
    header = [_("Sheet"), _("Created"), _("Updated"), _("Unchanged"), _("Refused")]
    counts: list[list[Value]] = [
        [sheet, count.created, count.updated, count.unchanged, count.refused]
        for sheet, count in outcome.counts.items()
    ]
    yield Written(pgettext("workbook", "Result"), header, counts)
    columns = [_("Sheet"), _("Row"), _("Column"), _("Value"), _("Reason")]
    found = outcome.findings
    yield Written(_("Refused"), columns, [_line(problem) for problem in found.refused])
    yield Written(_("Warnings"), columns, [_line(problem) for problem in found.warnings])
    yield Written(_("Not read"), [_("Reason")], [[sentence] for sentence in found.unknown])


def _line(problem: Problem) -> list[Value]:
    return [problem.sheet, problem.row or None, problem.column, problem.value, problem.why]
