"""The bars of a report: on its page, in its PDF and in the mail about it (RP-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.board import Number
from crm.reports.kpis import kpi_of
from crm.reports.models import PeriodReport
from crm.reports.queues.tiles import Shown, target_words
from crm.ui.bars import Measured, measured_bars

# Bars beyond this no longer fit beside the funnel's place.
BARS = 12
FINDING = gettext_lazy(
    "On-time rate by salesperson: %(best)s %(most)s is best, %(worst)s %(least)s last"
)
FINDING_OF_GROUP = gettext_lazy(
    "On-time rate by store: %(best)s %(most)s is best, %(worst)s %(least)s last"
)


@dataclass(frozen=True)
class Picture:
    """A chart with its heading."""

    title: str
    chart: SafeString


def chart_of(report: PeriodReport, sellers: list[dict[str, Any]]) -> Picture | None:
    """The on-time rate of each salesperson, of the group's each store, with the target.

    None where nobody has one.
    """
    bars, of_group = [], report.store is None
    for one in report.figures["stores"] if of_group else sellers:
        shown = Shown("on_time_rate", Number(**one["figures"]["on_time_rate"]), "")
        if shown.percent is not None:
            bars.append(Measured(one["name"], float(shown.percent), shown.words))
    if not bars:
        return None
    best, worst = max(bars, key=lambda one: one.value), min(bars, key=lambda one: one.value)
    target = report.figures["targets"].get("on_time_rate")
    aim = target_words("on_time_rate", target)
    title, finding = _("%(figure)s by salesperson"), FINDING
    if of_group:
        title, finding = _("%(figure)s by store"), FINDING_OF_GROUP
    said = {"best": best.name, "most": best.note, "worst": worst.name, "least": worst.note}
    chart = measured_bars(
        bars[:BARS],
        finding=str(finding) % said,
        goal=target,
        goal_words=_("Target %(aim)s") % {"aim": aim} if aim else "",
    )
    return Picture(title % {"figure": kpi_of("on_time_rate").name}, chart)
