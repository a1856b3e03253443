"""Figures as a page words them: value and unit, what stands behind it, change and course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.reports.board import Number
from crm.reports.kpis import Kpi, Unit, kpi_of, source_of
from crm.ui import numbers
from crm.ui.charts import sparkline

Verdict = Literal["better", "worse", "same", ""]
Light = Literal["done", "soon", "late", ""]
MINUTES_BELOW_HOURS = 1
# What the times of a median are the times of.
MEASURED: dict[str, Callable[[int], str]] = {
    "first_response_hours": lambda n: ngettext("%(count)s new card", "%(count)s new cards", n),
    "resolution_hours": lambda n: ngettext(
        "%(count)s complaint or visit problem", "%(count)s complaints and visit problems", n
    ),
}


@dataclass(frozen=True)
class Aim:
    """What a figure is to reach, in its own unit, and from what share of it on it is near."""

    value: float
    near_percent: int

    def light(self, kpi: Kpi, number: Number) -> Light:
        """Green where it is reached, amber where it is near, else red (KP-13)."""
        if number.value is None:
            return ""
        now = Fraction(number.value) * (100 if kpi.unit is Unit.RATE else 1)
        if number.numerator is not None and number.denominator and kpi.unit is Unit.RATE:
            now = Fraction(100 * number.numerator, number.denominator)
        aim, near = Fraction(str(self.value)), Fraction(self.near_percent, 100)
        if kpi.less_is_better:
            return "done" if now <= aim else "soon" if now * near <= aim else "late"
        return "done" if now >= aim else "soon" if now >= aim * near else "late"


@dataclass(frozen=True)
class Shown:
    """One figure, worded: `value` with its `unit`, and the same in one piece.

    It is `withheld` where too few have answered for this reader (RV-42).
    """

    key: str
    number: Number
    href: str
    withheld: bool = field(default=False, kw_only=True)

    @property
    def kpi(self) -> Kpi:
        return kpi_of(self.key)

    @property
    def source(self) -> Promise:
        """The requirement it answers, in words."""
        return source_of(self.key)

    @property
    def value(self) -> str:
        return worded(self.kpi, self.number)[0]

    @property
    def unit(self) -> str:
        return worded(self.kpi, self.number)[1]

    @property
    def words(self) -> str:
        return value_words(self.key, self.number)

    @property
    def linked(self) -> SafeString:
        """The value as the link to its rows, where it has any."""
        if self.withheld:
            return format_html('<span class="ink-2 fs-s nowrap">{}</span>', _("too few answers"))
        if self.href and self.number.denominator:
            return format_html('<a href="{}">{}</a>', self.href, self.words)
        return conditional_escape(self.words)

    @property
    def out_of(self) -> str:
        """What stands behind the value: its two counts, or how many times a median is of.

        Empty for a count, which says it itself.
        """
        number = self.number
        if number.numerator is not None:
            return f"{numbers.number(number.numerator)} / {numbers.number(number.denominator)}"
        if self.kpi.unit is Unit.COUNT:
            return ""
        words = MEASURED[self.key](number.denominator) if self.key in MEASURED else "%(count)s"
        return words % {"count": numbers.number(number.denominator)}

    @property
    def percent(self) -> Decimal | None:
        """A rate in percent, for its bar."""
        return numbers.percent(self.number.numerator, self.number.denominator)

    @property
    def is_zero(self) -> bool:
        return not self.number.value


@dataclass(frozen=True)
class Tile(Shown):
    """A headline figure with the period before and the course of the last weeks."""

    earlier: Number
    course: Sequence[float | None]
    aim: Aim | None = None
    earlier_href: str = ""
    # What the team of the person looked at comes to.
    team: Shown | None = None

    @property
    def aim_words(self) -> str:
        """The target as the value is written; empty without one."""
        return target_words(self.key, self.aim.value) if self.aim else ""

    @property
    def light(self) -> Light:
        """How the figure stands to its target."""
        return self.aim.light(self.kpi, self.number) if self.aim else ""

    @property
    def change(self) -> Decimal | None:
        """The change to the period before, as shown; None where one of the two has no value."""
        now, then = self.number.value, self.earlier.value
        if now is None or then is None:
            return None
        exact = Decimal(str(now)) - Decimal(str(then))
        scale = {Unit.RATE: 100, Unit.HOURS: 60 if self._in_minutes else 1}
        shown = exact * scale.get(self.kpi.unit, 1)
        return shown.quantize(Decimal(1).scaleb(-self._places), rounding=ROUND_HALF_UP)

    @property
    def change_words(self) -> str:
        """The change as the value is written: +1.8, −7, +29 minutes; a dash without one."""
        change = self.change
        words = numbers.signed(change, self._places)
        if change is None or self.kpi.unit is not Unit.HOURS:
            return words
        minutes = ngettext("minute", "minutes", abs(int(change)))
        return f"{words} {minutes if self._in_minutes else _('hours')}"

    @property
    def before(self) -> Shown:
        """The same figure of the period before, which opens its own rows."""
        return Shown(self.key, self.earlier, self.earlier_href)

    @property
    def _in_minutes(self) -> bool:
        """Whether the change of a median is told in minutes: where it and a value are short."""
        now, then = self.number.value, self.earlier.value
        if self.kpi.unit is not Unit.HOURS or now is None or then is None:
            return False
        return max(min(now, then), abs(now - then)) < MINUTES_BELOW_HOURS

    @property
    def _places(self) -> int:
        return 0 if self.kpi.unit is Unit.COUNT or self._in_minutes else 1

    @property
    def spark(self) -> SafeString:
        """The course of the last weeks, red where it got worse."""
        return sparkline(self.course, worse=self.verdict == "worse")

    @property
    def rose(self) -> bool:
        return bool(self.change and self.change > 0)

    @property
    def verdict(self) -> Verdict:
        """Whether that is good news."""
        if self.change is None:
            return ""
        if not self.change:
            return "same"
        return "worse" if self.rose is self.kpi.less_is_better else "better"


def percent_of(part: int, whole: int) -> str:
    """A share in percent with its sign, or the sign for no value."""
    share = numbers.percent(part, whole)
    return numbers.MISSING if share is None else f"{numbers.number(share, 1)}%"


def worded(kpi: Kpi, number: Number) -> tuple[str, str]:
    """A value and its unit: 93.4 %, 11 min, 2.4 h, 17."""
    value = number.value
    if value is None:
        return numbers.MISSING, ""
    if kpi.unit is Unit.RATE:
        return numbers.number(numbers.percent(number.numerator, number.denominator), 1), "%"
    if kpi.unit in (Unit.SCORE, Unit.PER_HUNDRED):
        return numbers.number(value, 1), ""
    if kpi.unit is Unit.COUNT:
        return numbers.number(value), ""
    if value < MINUTES_BELOW_HOURS:
        minutes = numbers.number(value * 60)
        return minutes, ngettext("minute", "minutes", round(value * 60))
    return numbers.number(value, 1), _("hours")


def target_words(key: str, target: float | None) -> str:
    """What a figure is to reach, as its value is written; empty without a target."""
    if target is None:
        return ""
    whole = float(target).is_integer()
    unit = kpi_of(key).unit
    if unit is Unit.RATE:
        return f"{numbers.number(target, 0 if whole else 1)}%"
    if unit is Unit.HOURS:
        return value_words(key, Number(None, 1, target))
    return numbers.number(target, 0 if whole else 1)


def value_words(key: str, number: Number) -> str:
    """93.4%, 11 minutes, 17."""
    value, unit = worded(kpi_of(key), number)
    return f"{value}{unit}" if unit in ("", "%") else f"{value} {unit}"
