"""The parts of the pages of figures that are drawn or worded: chips, chart, overdue lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.customers.access import shown_name
from crm.records.kpis import By
from crm.records.periods import MONTH, OWN, QUARTER, THIRTY, TODAY, WEEK
from crm.reports.access import can_remind
from crm.reports.kpis import Unit
from crm.reports.queues.analysis import NEEDS, Analysis
from crm.reports.queues.asked import (
    ANALYSIS,
    COMPARED,
    DASHBOARD,
    EFFECT,
    FIGURES,
    LOST,
    OF_COMPLAINTS,
    ORIGINS,
    Asked,
)
from crm.reports.queues.dashboard import CHART, Board
from crm.reports.queues.figures import Compared
from crm.reports.queues.tiles import Shown
from crm.reports.queues.weeks import Week
from crm.ui.charts import Course, Goal, Series, line_chart
from followups.models import PlannedContact

# Short names that fit beside the end of a line.
CHART_NAMES = {
    "response_rate": pgettext_lazy("chart", "Response"),
    "satisfaction_rate": pgettext_lazy("chart", "Satisfied"),
}

TREND_NAMES = {
    "satisfaction_rate": pgettext_lazy("chart", "Satisfied"),
    "repurchase_rate": pgettext_lazy("chart", "Buy again"),
}
# The pages a figure is opened on, as the way back names them.
PAGE_NAMES = {
    DASHBOARD: gettext_lazy("Dashboard"),
    FIGURES: gettext_lazy("All figures"),
    COMPARED: gettext_lazy("Compare"),
    ORIGINS: gettext_lazy("Sources and levels"),
    EFFECT: gettext_lazy("Effect of follow-up"),
    LOST: gettext_lazy("Lost customers"),
    ANALYSIS: gettext_lazy("Visit analysis"),
    OF_COMPLAINTS: gettext_lazy("Complaint report"),
}


@dataclass(frozen=True)
class Kind:
    """A chip of the period chooser."""

    label: str
    href: str
    is_on: bool


@dataclass(frozen=True)
class OverdueLine:
    """One line of the overdue list: the contact, the customer's name, whether to offer a nudge."""

    planned: PlannedContact
    name: str
    may_remind: bool


def kinds_of(asked: Asked, kpi: str = "", by: str = "") -> list[Kind]:
    """The periods to choose in one tap; own dates have a form beside them."""
    labels = {
        TODAY: _("Today"),
        WEEK: _("This week"),
        MONTH: _("This month"),
        THIRTY: _("Last 30 days"),
        QUARTER: _("This quarter"),
    }
    way = f"&by={by}" if by else ""
    return [
        Kind(label, f"{asked.chip(kind, kpi=kpi)}{way}", kind == asked.kind)
        for kind, label in labels.items()
    ]


def compared_with(asked: Asked) -> str:
    """What a change is measured against, in words."""
    return {
        TODAY: _("vs yesterday"),
        WEEK: _("vs last week"),
        MONTH: _("vs last month"),
        THIRTY: _("vs the 30 days before"),
        QUARTER: _("vs last quarter"),
        OWN: _("vs the period before"),
    }[asked.kind]


def chart_of(board: Board) -> SafeString:
    """Response and satisfaction over thirteen weeks."""
    lines = list(zip(*(week.figures for week in board.weeks), strict=True))
    series = [
        Series(
            str(CHART_NAMES[key]),
            [None if one.percent is None else float(one.percent) for one in line],
            f"{CHART_NAMES[key]} {line[-1].words}",
        )
        for key, line in zip(CHART, lines, strict=True)
    ]
    labels = [week.label for week in board.weeks]
    response, satisfaction = lines
    finding = _(
        "13 weeks: response rate from %(response)s to %(response_now)s, "
        "satisfaction from %(satisfaction)s to %(satisfaction_now)s"
    ) % {**_ends("response", response), **_ends("satisfaction", satisfaction)}
    last = board.weeks[-1]
    return line_chart(
        series,
        labels,
        finding=so_far(finding, last),
        goal=_goal_of(board),
        running=last.is_cut,
    )


def so_far(finding: str, last: Week) -> str:
    """What a chart shows, and that its last week is not a whole one."""
    return f"{finding} ({last.until})" if last.is_cut else finding


def _goal_of(board: Board) -> Goal | None:
    """The dashed line of the response rate's target; None without one."""
    tile = next(tile for tile in board.tiles if tile.key == CHART[0])
    if tile.aim is None:
        return None
    words = _("Response rate, target %(aim)s") % {"aim": tile.aim_words}
    return Goal(tile.aim.value, words)


def trend_of(page: Analysis) -> SafeString:
    """Satisfaction and the wish to buy again over thirteen weeks."""
    columns = zip(*(week.figures for week in page.weeks), strict=True)
    lines = [column for column in columns if column[0].key in TREND_NAMES]
    series = [
        Series(
            str(TREND_NAMES[line[0].key]),
            [None if one.percent is None else float(one.percent) for one in line],
            f"{TREND_NAMES[line[0].key]} {latest(line).words}",
        )
        for line in lines
    ]
    labels = [week.label for week in page.weeks]
    satisfied, again = lines
    finding = _(
        "13 weeks: satisfaction from %(satisfaction)s to %(satisfaction_now)s, "
        "would buy again from %(again)s to %(again_now)s"
    ) % {**_ends("satisfaction", satisfied), **_ends("again", again)}
    last = page.weeks[-1]
    return line_chart(series, labels, finding=so_far(finding, last), running=last.is_cut)


def needs_of(page: Analysis) -> SafeString:
    """How many customers say that they need another car, over thirteen weeks (RV-40)."""
    line = [one for week in page.weeks for one in week.figures if one.key == NEEDS[0]]
    name, last = str(line[0].kpi.name), latest(line)
    labels, running = [week.label for week in page.weeks], page.weeks[-1]
    said = {"figure": name, "first": line[0].words, "now": last.words}
    finding = so_far(_("13 weeks: %(figure)s from %(first)s to %(now)s") % said, running)
    series = [Series(name, [drawn_value(one) for one in line], last.words)]
    return line_chart(series, labels, finding=finding, running=running.is_cut)


def course_of(page: Compared) -> SafeString:
    """One figure of the chosen people over thirteen weeks."""
    line = [week.figures[0] for week in page.weeks]
    last, name = latest(line), str(page.kpi.name)
    labels = [week.label for week in page.weeks]
    said = {"figure": name, "first": line[0].words, "now": last.words}
    finding, goal = _("13 weeks: %(figure)s from %(first)s to %(now)s") % said, None
    if aimed := [week for week in page.weeks if week.aim]:
        aims = [week.aim.value if week.aim else None for week in page.weeks]
        words = _("Target %(aim)s") % {"aim": aimed[-1].aim_words}
        finding, goal = f"{finding} · {words}", Course(aims, words)
    return line_chart(
        [Series(name, [drawn_value(one) for one in line], last.words)],
        labels,
        finding=so_far(finding, page.weeks[-1]),
        goal=goal,
        share=page.kpi.unit is Unit.RATE,
        running=page.weeks[-1].is_cut,
    )


def drawn_value(shown: Shown) -> float | None:
    """Where a figure stands in a chart: a rate in percent, anything else as it is."""
    value = shown.percent if shown.kpi.unit is Unit.RATE else shown.number.value
    return None if value is None else float(value)


def latest(line: Sequence[Shown]) -> Shown:
    """The last figure of a line that has a value; the last one where none has."""
    return next((one for one in reversed(line) if one.number.value is not None), line[-1])


def _ends(name: str, line: tuple[Shown, ...]) -> dict[str, str]:
    return {name: line[0].words, f"{name}_now": latest(line).words}


def overdue_lines(board: Board) -> list[OverdueLine]:
    """The first of the overdue contacts as their panel shows them."""
    reader = board.asked.reader
    return [
        OverdueLine(planned, shown_name(reader, planned.card), can_remind(reader, planned))
        for planned in board.latest
    ]


def ways_to_compare(asked: Asked, key: str, by: By) -> list[Kind]:
    """The chips of a compared figure: by person, by team, by store, where there is a choice."""
    labels = {By.PERSON: _("By person"), By.TEAM: _("By team"), By.STORE: _("By store")}
    return [
        Kind(label, f"{asked.chip(asked.kind, kpi=key)}&by={one}", one == by)
        for one, label in labels.items()
        if one == by or asked.choices.of(one)
    ]
