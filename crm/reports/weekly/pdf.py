"""A report as PDF and its chart as PNG, set by typst with our own fonts (RP-09).

The data goes in as JSON and never into the source; no font of the machine is used, so that the
same report looks the same everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, gettext, pgettext

from crm.reports.models import PeriodReport
from crm.reports.queues.scores import ScoreTable
from crm.reports.weekly.paper import Cell, Paper, Row, Table, fraction
from crm.reports.weekly.parts import Since
from crm.reports.weekly.parts_words import Counted
from crm.reports.weekly.words import since_words
from crm.ui import numbers

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
PNG_PPI = 192.0
KEPT_TOGETHER = "\u00a0"
# The classes of a chart in the colours of paper; its text in our own font.
STYLE = (
    "text{font-family:'Noto Sans CJK SC','Noto Sans CJK TC';font-size:12px;fill:#4a5563}"
    ".strong{fill:#1b2430}.at-end{text-anchor:end}.at-mid{text-anchor:middle}.track{fill:#eef1f5}"
    ".f1{fill:#1558b8}.f-soft{fill:#cfdff6}"
    ".goal{stroke:#1b2430;stroke-width:1;stroke-dasharray:3 3}"
)


def pdf_of(paper: Paper) -> bytes:
    """The report on A4, in the active language."""
    return compiled("report.typ", paper, format="pdf")


def png_of(paper: Paper) -> bytes:
    """The report's picture alone, for a mail."""
    return compiled("chart.typ", paper, format="png", ppi=PNG_PPI)


def compiled(source: str, paper: Paper, **options: Any) -> bytes:
    """One document; of several pages of a picture the first."""
    made = typst.compile(
        HERE / source,
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(as_json(paper), ensure_ascii=False)},
        **options,
    )
    return bytes(made[0] if isinstance(made, list) else made)


def as_json(paper: Paper) -> dict[str, Any]:
    """Everything the document says, as text."""
    report, language = paper.report, get_language() or "zh-hans"
    return {
        "language": language,
        "lang": language.partition("-")[0],
        "region": "tw" if language == "zh-hant" else "cn" if language == "zh-hans" else None,
        "title": paper.title,
        "place": paper.place,
        "period": paper.period,
        "taken": paper.taken_words,
        "made_by": made_by(report),
        "edition": paper.edition_words,
        "foot": f"{paper.place} · {gettext('For internal use')}",
        "revised": paper.revised_words,
        "empty": gettext("Nothing was recorded") if paper.is_empty else "",
        "words": headings(),
        "highlights": [{"first": one.first, "rest": one.rest} for one in paper.highlights],
        "figure_heads": [
            gettext("Figure"),
            paper.this,
            pgettext("target", "Target"),
            paper.before,
            pgettext("figure", "Change"),
            gettext("Numerator ÷ denominator"),
        ],
        "heads": [row_json(one) for one in paper.heads],
        "others": [row_json(one) for one in paper.others],
        **pictures_json(paper),
        "sold": sold_json(paper),
        "tables": [table_json(one) for one in paper.tables],
        "complaints": complaints_json(paper.complaints),
        "complaint_words": paper.complaint_words,
        "late_words": paper.late_words,
        "lost": counts_json(paper.lost),
        "scores": [scores_json(one) for one in paper.scores],
        "next": paper.next,
        "next_steps": report.next_steps.splitlines(),
        "signed": signed_words(paper),
        "computed": [[name, f"{how} · {source}"] for name, how, source in paper.computed],
    }


def pictures_json(paper: Paper) -> dict[str, str]:
    """The bars, the funnel, and the one of them a mail shows, each with its heading."""
    found = {"chart": paper.chart, "funnel": paper.funnel, "picture": paper.picture}
    drawn = {name: for_paper(str(one.chart)) if one else "" for name, one in found.items()}
    links = paper.funnel.links if paper.funnel else []
    since = [f"{one.label} {since_words(one.revised.words)}" for one in links if one.revised]
    drawn["funnel_since"] = " · ".join(since)
    return drawn | {f"{name}_title": one.title if one else "" for name, one in found.items()}


def made_by(report: PeriodReport) -> str:
    """The system, and whoever signed."""
    if report.signed_by is None:
        return gettext("The system")
    return gettext("The system, signed by %(name)s") % {"name": report.signed_by.name}


def signed_words(paper: Paper) -> str:
    """Who reviewed it and when; lines to write on where nobody has."""
    by, blank = paper.report.signed_by, "____________"
    name, at = by.name if by else blank, paper.signed or blank
    return f"{gettext('Reviewed by')} {name}    {gettext('Date')} {at}"


def headings() -> dict[str, str]:
    """The headings, in the active language."""
    return {
        "highlights": gettext("What stands out"),
        "nothing": gettext("Nothing stands out."),
        "key_figures": gettext("Key figures"),
        "sold": gettext("Sales and customers"),
        "other_figures": gettext("All other figures"),
        "complaints": gettext("Complaints by class"),
        "no_complaint": gettext("No complaint in this period."),
        "lost": gettext("Lost customers by reason"),
        "nobody_lost": gettext("Nobody was lost in this period."),
        "computed": gettext("How it is counted"),
    }


def row_json(row: Row) -> dict[str, str]:
    """A line of a table of figures."""
    return {
        "name": str(row.kpi.name),
        "now": row.now.words,
        "revised": since_words(row.revised.words) if row.revised else "",
        "target": row.target or numbers.MISSING,
        "before": row.before,
        "change": row.change,
        "verdict": row.now.verdict,
        "how": row.how,
    }


def table_json(table: Table) -> dict[str, Any]:
    """A table of people, teams or stores."""
    total = [gettext("Total"), *map(cell_words, table.total)] if table.total else []
    return {
        "title": table.title,
        "heads": [table.column, *map(str, table.heads)],
        "lines": [[one.name, *map(cell_words, one.cells)] for one in table.lines],
        "total": total,
    }


def cell_words(one: Cell) -> str:
    """A figure with what it was divided from, and its own target where there is one."""
    parts = [one.words.replace(" ", KEPT_TOGETHER)]  # a number and its unit stay on one line
    if one.number.numerator is not None and one.number.denominator:
        parts.append(fraction(one.number))
    if one.revised:
        parts.append(since_words(one.revised.words))
    if one.aim:
        parts.append(gettext("Target %(aim)s") % {"aim": one.aim})
    return "\n".join(parts)


def with_since(found: str, since: Since | None) -> str:
    """A number with what it has come to be under it."""
    return f"{found}\n{since_words(since.words)}" if since else found


def sold_json(paper: Paper) -> dict[str, Any]:
    """What was sold as a table."""
    wide = len(paper.sold_heads)
    lines = [one.cells[:wide] for one in paper.sold]
    for cells, one in zip(lines, paper.sold, strict=True):
        cells[1] = with_since(cells[1], one.revised)
    return {"title": "", "heads": paper.sold_heads, "lines": lines, "total": []}


def complaints_json(found: Sequence[Counted]) -> dict[str, Any]:
    """Complaints by class as a table."""
    heads = (
        pgettext("complaint", "Class"),
        gettext("Count"),
        pgettext("count", "Resolved"),
        gettext("Lead department"),
    )
    lines = [
        [
            one.label,
            with_since(numbers.number(one.count), one.revised),
            numbers.number(one.resolved),
            one.who or numbers.MISSING,
        ]
        for one in found
    ]
    return {"title": "", "heads": heads, "lines": lines, "total": []}


def scores_json(table: ScoreTable) -> dict[str, Any]:
    """The scores of one role as a table."""
    heads = (
        pgettext("assessment", "Rank"),
        gettext("Name"),
        pgettext("assessment", "Score"),
        gettext("Made of"),
    )
    lines = [
        [one.rank, one.name, f"{one.score}\n{one.of}", "\n".join(one.parts)] for one in table.lines
    ]
    return {"title": table.title, "heads": heads, "lines": lines, "total": []}


def counts_json(found: Sequence[Counted]) -> dict[str, Any]:
    """Reasons and their counts as a table."""
    lines = [[one.label, with_since(numbers.number(one.count), one.revised)] for one in found]
    return {
        "title": "",
        "heads": (gettext("Reason"), gettext("Count")),
        "lines": lines,
        "total": [gettext("Total"), numbers.number(sum(one.count for one in found))],
    }


def for_paper(svg: str) -> str:
    """A chart of the page with the colours it gets from the style sheet there."""
    opened = r'<svg xmlns="http://www.w3.org/2000/svg"\1><style>' + STYLE + "</style>"
    return re.sub(r"<svg( [^>]*)>", opened, svg, count=1)
