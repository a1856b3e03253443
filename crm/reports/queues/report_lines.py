"""Every report as plain lines, for a file or a mail: the figures its page shows, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.reports.queues.analysis import Line, Table, analysis
from crm.reports.queues.asked import Asked
from crm.reports.queues.complaint_report import complaint_report
from crm.reports.queues.effect import follow_up_effect
from crm.reports.queues.lost import lost_report
from crm.reports.queues.origins import origins
from crm.reports.queues.tiles import Shown, Tile


@dataclass(frozen=True)
class ReportLine:
    """One figure: the part of the page it stands in, whose it is, its name, value and parts."""

    part: str
    label: str
    figure: str
    value: str
    numerator: int | None
    denominator: int | None


def report_lines(report: str, asked: Asked) -> list[ReportLine]:
    """The lines of a report about these people and this period."""
    return list(READ[report](asked))


def _line(part: str, label: str, shown: Shown) -> ReportLine:
    name = str(shown.kpi.name)
    if shown.withheld:
        return ReportLine(part, label, name, _("too few answers"), None, None)
    number = shown.number
    return ReportLine(part, label, name, shown.words, number.numerator, number.denominator)


def _lines(part: str, lines: Iterable[Line]) -> Iterator[ReportLine]:
    for line in lines:
        for shown in line.figures:
            yield _line(part, line.label, shown)


def _tables(tables: Iterable[Table]) -> Iterator[ReportLine]:
    for table in tables:
        yield from _lines(str(table.split.title), table.lines)


def _change(part: str, label: str, way: Tile) -> ReportLine:
    """How far a figure moved since the period before."""
    name = f"{way.kpi.name} · {pgettext('figure', 'Change')}"
    return ReportLine(part, label, name, way.change_words, None, None)


def _complaints(asked: Asked) -> Iterator[ReportLine]:
    page = complaint_report(asked)
    for tile in page.tiles:
        yield _line(_("In all"), asked.chosen.label, tile)
    yield from _lines(_("In time"), page.in_time)
    yield from _lines(_("How they ended"), page.outcome)
    yield from _lines(_("Open by age"), page.backlog)
    for month in page.months:
        for shown in month.figures:
            yield _line(_("By month"), month.name, shown)
    yield from _tables(page.tables)


def _visits(asked: Asked) -> Iterator[ReportLine]:
    page = analysis(asked)
    for tile in page.tiles:
        yield _line(_("In all"), asked.chosen.label, tile)
    yield _line(_("In all"), asked.chosen.label, page.rated)
    for week in page.weeks:
        for shown in week.figures:
            part = _("Satisfaction and loyalty, 13 weeks")
            yield _line(part, " ".join((week.monday.isoformat(), week.until)).strip(), shown)
    parts = (
        (_("Answers"), page.grades),
        (_("Would buy again"), page.again),
        (_("Content with"), page.measures),
    )
    for part, lines in (*parts, (_("Reasons"), page.reasons), (_("Ways"), page.ways)):
        yield from _lines(part, lines)
    yield from _lines(_("Needs for another car"), page.needs)
    yield from _lines(_("Other brands spoken of"), page.brands)
    yield from _lines(_("How far other brands move customers"), page.influences)
    yield from _tables(page.tables)


def _effect(asked: Asked) -> Iterator[ReportLine]:
    page = follow_up_effect(asked)
    for line in (page.total, *page.lines):
        part = _("In all") if line is page.total else _("By salesperson")
        for shown, way in line.cells:
            yield _line(part, line.label, shown)
            if way is not None and way.change is not None:
                yield _change(part, line.label, way)


def _sources(asked: Asked) -> Iterator[ReportLine]:
    page = origins(asked)
    for line in (page.total, *page.sources):
        part = _("In all") if line is page.total else _("By source")
        for shown in line.figures:
            yield _line(part, line.label or asked.chosen.label, shown)
        found = {one.key: one.number.denominator for one in line.figures}
        yield ReportLine(
            part,
            line.label or asked.chosen.label,
            _("Opened to ordered"),
            line.sold,
            found["cards_ordered"],
            found["cards_begun"],
        )
    yield _line(_("How levels moved"), asked.chosen.label, page.promoted)
    for move in page.moves:
        for shown in (*move.cells, move.total):
            yield _line(_("How levels moved"), move.label, shown)


def _lost(asked: Asked) -> Iterator[ReportLine]:
    page, figure = lost_report(asked), _("Lost customers")
    label, count = asked.chosen.label, page.count
    yield ReportLine(_("In all"), label, figure, str(count), None, count)
    before = _("Lost customers, period before")
    yield ReportLine(_("In all"), label, before, str(page.before), None, page.before)
    yield _line(_("In all"), label, Shown("cards_begun", page.opened, ""))
    yield _line(_("In all"), label, page.rate)
    for table in page.tables:
        for line in table.lines:
            yield ReportLine(
                str(table.title), line.label, figure, str(line.count), line.count, count
            )
    for shown in page.won_back:
        yield _line(_("Won back"), label, shown)


READ: dict[str, Callable[[Asked], Iterator[ReportLine]]] = {
    "complaints": _complaints,
    "effect": _effect,
    "lost": _lost,
    "sources": _sources,
    "visits": _visits,
}
