"""The sales funnel of the dashboard: seven steps, each opening its rows (KP-09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.records.periods import TODAY, WEEK, Period
from crm.reports.board import Answer, Number
from crm.reports.kpis import FUNNEL
from crm.reports.queues.asked import Asked
from crm.reports.queues.tiles import Shown, percent_of
from crm.ui.bars import Bar, bar_chart
from crm.ui.moments import day
from crm.ui.numbers import percent

# The steps beside which their share of the step before is told; the door is no card yet.
FIRST_SHARE = 2
SHORTEST_DAYS = 30
SOLD = "cards_ordered"


@dataclass(frozen=True)
class Step:
    """One bar: how many got this far, and their share of the bar before in words."""

    shown: Shown
    share: str
    # How long the bar is, in percent of the longest.
    length: Decimal | None


@dataclass(frozen=True)
class Funnel:
    """The steps of a period's customers, and what of them became an order."""

    period: Period
    steps: list[Step]
    sold: str
    first_words: str
    last_words: str

    @property
    def chart(self) -> SafeString:
        """The bars, with the sentence that says what they show."""
        bars = [
            Bar(
                str(step.shown.kpi.name),
                step.shown.number.value or 0,
                step.share,
                strong=_is_sold(step),
                href=step.shown.href if step.shown.number.denominator else "",
            )
            for step in self.steps
        ]
        finding = _("Of %(opened)s cards opened %(ordered)s led to an order: %(share)s") % {
            "opened": self.steps[1].shown.value,
            "ordered": next(one.shown.value for one in self.steps if _is_sold(one)),
            "share": self.sold,
        }
        return bar_chart(bars, finding=finding)


def _is_sold(step: Step) -> bool:
    return step.shown.key == SOLD


def funnel_period(asked: Asked) -> Period:
    """The chosen period; a day or a week is too short for a sale, then the 30 days to its end."""
    if asked.kind not in (TODAY, WEEK):
        return asked.period
    last = asked.period.last
    return Period(last - timedelta(days=SHORTEST_DAYS - 1), last, asked.period.zone)


def funnel(asked: Asked, answers: Mapping[str, Answer]) -> Funnel:
    """The funnel of a dashboard, from the answers about `funnel_period`."""
    period = funnel_period(asked)
    numbers = [answers[key].number() for key in FUNNEL]
    most = max(number.denominator for number in numbers)
    today = timezone.localdate(asked.now)
    return Funnel(
        period=period,
        steps=[
            Step(
                Shown(key, number, asked.link(key, period=period)),
                share_of(numbers, at),
                percent(number.denominator, most),
            )
            for at, (key, number) in enumerate(zip(FUNNEL, numbers, strict=True))
        ],
        sold=percent_of(answers[SOLD].number().denominator, numbers[1].denominator),
        first_words=day(period.first, today),
        last_words=day(period.last, today),
    )


def share_of(numbers: Sequence[Number], at: int) -> str:
    """The share of the step before, in words; empty where the one before is not the same people."""
    if at < FIRST_SHARE:
        return ""
    share = percent_of(numbers[at].denominator, numbers[at - 1].denominator)
    return _("%(share)s of previous") % {"share": share}
