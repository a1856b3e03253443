"""The weeks a figure is shown over: whole ones, and the last one, which may be cut short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.records.periods import Period, week_of
from crm.reports.queues.tiles import Aim, Shown, target_words
from crm.ui.moments import day


@dataclass(frozen=True)
class Week:
    """One week with its figures; one that is not over, or cut by the chosen period, says so."""

    period: Period
    figures: list[Shown]
    today: date

    @property
    def monday(self) -> date:
        return self.period.first

    @property
    def is_cut(self) -> bool:
        """Whether fewer days than the whole week are counted."""
        return self.period.last < week_of(self.period.first, self.period.zone).last

    @property
    def until(self) -> str:
        """Up to when it is counted, in words; empty of a whole week."""
        if not self.is_cut:
            return ""
        if self.period.last == self.today:
            return _("so far")
        return _("to %(day)s") % {"day": day(self.period.last, self.today)}

    @property
    def label(self) -> str:
        """Its Monday under a chart, or that it is counted so far."""
        return self.until or day(self.monday, self.today)


@dataclass(frozen=True)
class AimedWeek(Week):
    """One week of a figure, with what it was to reach in it (KP-13)."""

    aim: Aim | None = None

    @property
    def aim_words(self) -> str:
        """The target as the value is written; empty without one."""
        return target_words(self.figures[0].key, self.aim.value) if self.aim else ""
