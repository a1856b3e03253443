"""A report as it stands on paper: the one description page, PDF and mail are made from.

Figures are worded in the reader's language; whatever is counted again stands beside the frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.records.kpis import By
from crm.reports.board import Number
from crm.reports.kpis import KPIS, Kpi, Unit, kpi_of
from crm.reports.models import PeriodReport
from crm.reports.queues.scores import ScoreTable, score_tables
from crm.reports.queues.tiles import Aim, Shown, Tile, target_words, value_words
from crm.reports.weekly import words
from crm.reports.weekly.course_words import Drawn, SoldLine, funnel_drawn, sold_heads, sold_of
from crm.reports.weekly.figures import HEADS, SERVICE, Live, is_empty, stored
from crm.reports.weekly.late import Late, late_of, late_total, late_words
from crm.reports.weekly.links import CHANGED, lost_link, rows_link
from crm.reports.weekly.parts import Since, numbers_of
from crm.reports.weekly.parts_words import Counted, complaints_of, lost_of
from crm.reports.weekly.pictures import Picture, chart_of
from crm.ui import numbers
from crm.ui.moments import full, local

OF_PEOPLE = (
    *("cards_in_hand", "on_time_rate", "first_response_hours", "test_drives", "order_count"),
    *("conversion_rate", "satisfaction_rate", "contacts_overdue"),
)
OF_VISITORS = (
    *("visit_completion_rate", "visit_satisfaction_rate", "record_accuracy"),
    "resolution_rate",
)
OF_PLACES = (
    *("response_rate", "satisfaction_rate", "conversion_rate", "on_time_rate"),
    *("order_count", "complaint_count"),
)


@dataclass(frozen=True)
class Row:
    """A line of a table of figures."""

    key: str
    kpi: Kpi
    now: Tile
    target: str
    is_met: bool | None
    revised: Shown | None = None

    @property
    def before(self) -> str:
        return value_words(self.key, self.now.earlier)

    @property
    def change(self) -> str:
        """The change to the period before with its verdict: +1.8 better."""
        if self.now.change is None:
            return numbers.MISSING
        verdict = {
            "better": pgettext("change", "better"),
            "worse": pgettext("change", "worse"),
            "same": _("unchanged"),
        }
        return f"{self.now.change_words} {verdict.get(self.now.verdict, '')}".strip()

    @property
    def how(self) -> str:
        """Its numerator over its denominator; a count stands for itself."""
        return "" if self.kpi.unit is Unit.COUNT else fraction(self.now.number)


@dataclass(frozen=True)
class Cell(Shown):
    """A figure of somebody, with their own target, and what it has come to be."""

    aim: str = field(default="", kw_only=True)
    is_met: bool | None = field(default=None, kw_only=True)
    revised: Shown | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Line:
    """A line of a table of people, teams or stores."""

    name: str
    note: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """People, teams or stores with some of their figures, and all of them together."""

    title: str
    column: str
    heads: list[Promise]
    lines: list[Line]
    total: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Paper:
    """Everything a report says."""

    report: PeriodReport
    place: str
    title: str
    period: str
    this: str
    before: str
    next: str
    taken: str
    signed: str
    is_empty: bool
    highlights: list[words.Sentence]
    heads: list[Row]
    others: list[Row]
    tables: list[Table]
    chart: Picture | None
    funnel: Drawn | None
    sold: list[SoldLine]
    sold_heads: list[str]
    complaints: list[Counted]
    complaint_words: str
    late_total: int
    late: list[Late]
    late_words: str
    lost: list[Counted]
    # Of one team alone: what is kept of the whole store only is not on it.
    is_cut: bool
    scores: list[ScoreTable]
    # Of every figure: its name, its formula and for whom it counts, the source of the rule.
    computed: list[tuple[str, str, str]]

    @property
    def taken_words(self) -> str:
        """When it was taken, and whether late."""
        return words.taken_words(self.report)

    @property
    def edition_words(self) -> list[str]:
        """Which edition it is, and why there is another."""
        return words.edition_words(self.report)

    @property
    def picture(self) -> Picture | None:
        """What a mail shows: the bars or, where nobody has any, the funnel."""
        if self.chart is None and self.funnel:
            return Picture(self.funnel.title, self.funnel.chart)
        return self.chart

    @property
    def lost_href(self) -> str:
        """Where all of them stand."""
        return lost_link(self.report)

    @property
    def lost_total(self) -> int:
        """How many customers were lost in all."""
        return sum(one.count for one in self.lost)

    @property
    def heads_computed(self) -> list[tuple[str, str, str]]:
        """How the first figures are counted: those a mail shows."""
        return self.computed[: len(self.heads)]

    @property
    def revised_words(self) -> str:
        """How many figures differ today; empty where none does."""
        return words.revised_words(len(self.revised))

    @property
    def revised(self) -> list[Shown | Since]:
        """What figures have come to be that differ since: of all, of its people, of its parts."""
        cells = [cell for table in self.tables for line in table.lines for cell in line.cells]
        every: list[Row | Cell | Counted | SoldLine] = [*self.heads, *self.others, *cells]
        every += [*self.complaints, *self.lost, *self.sold]
        every += self.funnel.links if self.funnel else []
        return [one.revised for one in every if one.revised]


def fraction(number: Number) -> str:
    """171 ÷ 183; what a median or count was taken from."""
    below = numbers.number(number.denominator)
    return below if number.numerator is None else f"{numbers.number(number.numerator)} ÷ {below}"


def paper_of(
    report: PeriodReport,
    live: Live | None = None,
    parts: Mapping[str, Any] | None = None,
    whose: str = "",
) -> Paper:
    """A report in the reader's language; with `live` and `parts`, what differs stands beside.

    `whose` is the team in an address that a report was cut to.
    """
    figures, live = report.figures, live or {}
    since = None if parts is None else numbers_of(parts)
    rows = rows_on(report, live, whose)
    sellers = [one for one in figures["people"] if one["sells"]]
    return Paper(
        report=report,
        place=report.store.name if report.store else _("All stores"),
        title=str(words.TITLES[report.kind]),
        period=words.period_words(report),
        this=str(words.THIS[report.kind]),
        before=str(words.BEFORE[report.kind]),
        next=str(words.NEXT[report.kind]),
        taken=full(local(report.created_at)),
        signed=full(local(report.signed_at)) if report.signed_at else "",
        is_empty=is_empty(figures),
        highlights=[words.sentence_of(one, figures) for one in figures["highlights"]],
        heads=[rows[key] for key in HEADS if key in rows],
        others=[row for key, row in rows.items() if key not in HEADS],
        tables=[one for one in tables_of(report, sellers, live, whose) if one.lines],
        chart=chart_of(report, sellers),
        funnel=funnel_drawn(report, since),
        sold=sold_of(report, parts),
        sold_heads=sold_heads(report.kind),
        complaints=complaints_of(report, since),
        complaint_words=complaint_words(figures["whole"]),
        late_total=late_total(figures),
        late=late_of(figures),
        late_words=late_words(figures),
        lost=lost_of(report, since),
        is_cut=bool(whose),
        scores=scores_on(figures),
        computed=computed_of(rows.values()),
    )


def rows_on(report: PeriodReport, live: Live, whose: str) -> dict[str, Row]:
    """Every figure of the whole, the first ones first."""
    keys, now = stored(report.figures, (*HEADS, *KPIS, *SERVICE)), live.get(whose, {})
    return {key: row_of(report, key, now, whose) for key in keys}


def scores_on(figures: Mapping[str, Any]) -> list[ScoreTable]:
    """The scores of a store's month, and of the quarter that ends with it."""
    of_quarter = score_tables(figures.get("quarter_scores", ()), quarter=True)
    return [*score_tables(figures.get("scores", ())), *of_quarter]


def row_of(report: PeriodReport, key: str, live: Mapping[str, Number], whose: str = "") -> Row:
    """One figure of the whole: frozen, before, target, and what it has come to be."""
    figures, kpi = report.figures, kpi_of(key)
    number = Number(**figures["whole"][key])
    earlier = Number(**figures["before"].get(key, Number(None, 0, None).as_json()))
    target = figures["targets"].get(key)
    return Row(
        key=key,
        kpi=kpi,
        now=Tile(key, number, rows_link(report, key, whose), earlier, []),
        target=target_words(key, target),
        is_met=met(kpi, number, target),
        revised=revised(report, key, number, live, whose),
    )


def revised(
    report: PeriodReport, key: str, frozen: Number, live: Mapping[str, Number], whose: str = ""
) -> Shown | None:
    """What a figure has come to be, with the rows that made it; None where it is the same."""
    since = live.get(key)
    if since is None or since == frozen:
        return None
    return Shown(key, since, rows_link(report, key, whose, CHANGED))


def met(kpi: Kpi, number: Number, target: float | None) -> bool | None:
    """Whether a figure reaches its target; None without one of the two."""
    if target is None or number.value is None:
        return None
    return Aim(target, 100).light(kpi, number) == "done"


def tables_of(
    report: PeriodReport, sellers: list[dict[str, Any]], live: Live, whose: str = ""
) -> Iterable[Table]:
    """Stores for the group; teams, salespeople and visitors for a store."""
    figures = report.figures
    of_places, of_people, of_visitors = (
        stored(figures, keys) for keys in (OF_PLACES, OF_PEOPLE, OF_VISITORS)
    )

    def lines(groups: Iterable[Mapping[str, Any]], kind: By, keys: list[str]) -> list[Line]:
        return [_line(report, one, keys, f"{kind}-{one['id']}", live) for one in groups]

    def all_of(keys: list[str]) -> list[Cell]:
        now = live.get(whose, {})
        return [_cell(report, key, figures["whole"][key], now, whose) for key in keys]

    whole = all_of(of_places)
    if report.store is None:
        stores = lines(figures["stores"], By.STORE, of_places)
        yield Table(_("By store"), _("Store"), _heads(of_places), stores, whole)
        return
    people = lines(sellers, By.PERSON, of_people)
    yield Table(_("By salesperson"), _("Salesperson"), _heads(of_people), people, all_of(of_people))
    teams = [one for one in figures["teams"] if _counts(one, of_places)]
    of_teams = lines(teams, By.TEAM, of_places)
    yield Table(_("By team"), _("Team"), _heads(of_places), of_teams, whole)
    visitors = [one for one in figures["people"] if _counts(one, of_visitors)]
    of_visits = lines(visitors, By.PERSON, of_visitors)
    yield Table(_("By visitor"), _("Visitor"), _heads(of_visitors), of_visits)


def _heads(keys: Iterable[str]) -> list[Promise]:
    return [kpi_of(key).name for key in keys]


def _counts(group: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return any(group["figures"][key]["denominator"] for key in keys)


def _line(
    report: PeriodReport, one: Mapping[str, Any], keys: Iterable[str], whose: str, live: Live
) -> Line:
    aims, now = one.get("targets", {}), live.get(whose, {})
    cells = [_cell(report, key, one["figures"][key], now, whose, aims.get(key)) for key in keys]
    return Line(one["name"], one.get("team", ""), cells)


def _cell(
    report: PeriodReport,
    key: str,
    printed: Mapping[str, Any],
    live: Mapping[str, Number],
    whose: str = "",
    target: float | None = None,
) -> Cell:
    number = Number(**printed)
    return Cell(
        key,
        number,
        rows_link(report, key, whose),
        aim=target_words(key, target),
        is_met=met(kpi_of(key), number, target),
        revised=revised(report, key, number, live, whose),
    )


def complaint_words(whole: Mapping[str, Any]) -> str:
    """How the complaints went: resolved, as promised, reopened."""
    keys = (*SERVICE, "resolution_rate", "resolved_in_time_rate", "reopen_rate")
    parts = []
    for key in (one for one in keys if one in whole):
        number = Number(**whole[key])
        if number.denominator:
            parts.append(f"{kpi_of(key).name} {value_words(key, number)} ({fraction(number)})")
    return " · ".join(parts)


def computed_of(rows: Iterable[Row]) -> list[tuple[str, str, str]]:
    """How each figure is counted: its name, its formula, the source of the rule."""
    return [(str(row.kpi.name), computed_words(row.kpi), str(row.now.source)) for row in rows]


def computed_words(kpi: Kpi) -> str:
    """What stands above and below a figure's line, and for whom it counts."""
    line = f"{kpi.above} ÷ {kpi.below}" if kpi.above else str(kpi.below)
    return f"{line} · {kpi.belongs}"
