"""The sentences of what stands out, and what else a report says in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.reports import due
from crm.reports.board import Number
from crm.reports.kpis import kpi_of
from crm.reports.models import PeriodReport
from crm.reports.queues.tiles import Shown, target_words, value_words
from crm.ui import numbers
from crm.ui.moments import full, local, written_day

# The first words of a highlight, which stand out, and the rest of the sentence.
SENTENCES: dict[str, tuple[Promise, Promise]] = {
    "better": (
        _("%(figure)s is better:"),
        _("from %(before)s to %(now)s%(count)s%(target)s."),
    ),
    "worse": (
        _("%(figure)s is worse:"),
        _("from %(before)s to %(now)s%(count)s%(target)s."),
    ),
    "missed": (
        _("%(figure)s misses its target:"),
        _("%(now)s%(count)s, %(points)s points from %(aim)s."),
    ),
    "missed_plain": (
        _("%(figure)s misses its target:"),
        _("%(now)s%(count)s%(target)s."),
    ),
    "stands_out": (
        _("%(name)s stands out:"),
        _("%(percent)s of the follow-ups in time, more than anybody else."),
    ),
    "overdue": (
        _("Follow-ups are overdue:"),
        _("%(total)s (people concerned: %(people)s)."),
    ),
    "overdue_with": (
        _("What is overdue lies with few:"),
        _("%(names)s hold %(held)s of %(total)s (%(share)s)."),
    ),
    "promises": (
        _("Promises were broken:"),
        _("%(broken)s of %(of)s tickets were not resolved by the time promised."),
    ),
}
TITLES: dict[str, Promise] = {
    due.WEEK: _("Weekly report on sales and service"),
    due.MONTH: _("Monthly report on sales and service"),
    due.YEAR: _("Yearly report on sales and service"),
}
THIS: dict[str, Promise] = {
    due.WEEK: pgettext_lazy("report", "This week"),
    due.MONTH: pgettext_lazy("report", "This month"),
    due.YEAR: pgettext_lazy("report", "This year"),
}
BEFORE: dict[str, Promise] = {
    due.WEEK: pgettext_lazy("report", "Week before"),
    due.MONTH: pgettext_lazy("report", "Month before"),
    due.YEAR: pgettext_lazy("report", "Year before"),
}
NEXT: dict[str, Promise] = {
    due.WEEK: _("Next week"),
    due.MONTH: _("Next month"),
    due.YEAR: _("Next year"),
}


@dataclass(frozen=True)
class Sentence:
    """One highlight: what stands out, and how."""

    first: str
    rest: str

    def __str__(self) -> str:
        return f"{self.first} {self.rest}" if get_language() == "en" else f"{self.first}{self.rest}"


def sentence_of(found: Mapping[str, Any], figures: Mapping[str, Any]) -> Sentence:
    """A highlight in the reader's language."""
    rule = found["rule"]
    if rule == "missed" and "points" not in found["facts"]:
        rule = "missed_plain"  # a time or a count
    first, rest = SENTENCES[rule]
    facts = {**_of_figure(found["key"], figures), **_said(found["facts"])}
    return Sentence(str(first) % facts, str(rest) % facts)


def _of_figure(key: str, figures: Mapping[str, Any]) -> dict[str, str]:
    kpi, number = kpi_of(key), Number(**figures["whole"][key])
    before = figures["before"].get(key)
    aim = target_words(key, figures["targets"].get(key))
    out_of = Shown(key, number, "").out_of
    return {
        "figure": str(kpi.name),
        "now": value_words(key, number),
        "before": value_words(key, Number(**before)) if before else numbers.MISSING,
        "count": gettext(" (%(count)s)") % {"count": out_of} if out_of else "",
        "aim": aim,
        "target": gettext(", target %(aim)s") % {"aim": aim} if aim else "",
    }


def _said(facts: Mapping[str, Any]) -> dict[str, str]:
    """The facts of a rule as text."""
    said = {key: numbers.number(value) for key, value in facts.items() if isinstance(value, int)}
    if "names" in facts:
        joiner = pgettext("names", "and")
        said["names"] = get_text_list(list(facts["names"]), joiner)
        said["share"] = numbers.rate(facts["held"], facts["total"])
    if "name" in facts:
        said["name"] = str(facts["name"])
        said["percent"] = f"{numbers.number(facts['percent'], 1)}%"
    if "points" in facts:
        said["points"] = numbers.number(facts["points"], 1)
    return said


def period_words(report: PeriodReport) -> str:
    """2026, week 11, 9 to 15 March; the year or month alone where it is one."""
    first, last = report.first, report.last
    if report.kind == due.YEAR:
        return gettext("%(year)d") % {"year": first.year}
    if report.kind == due.MONTH:
        return month_words(first)
    year, week, _day = first.isocalendar()
    days = {
        "first": written_day(first, with_year=False),
        "last": written_day(last, with_year=False),
    }
    return gettext("Week %(week)d of %(year)d, %(first)s to %(last)s") % {
        "week": week,
        "year": year,
        **days,
    }


def taken_words(report: PeriodReport) -> str:
    """When a report was taken, and whether that was later than due (RP-09)."""
    at = f"{pgettext('report', 'Taken')} {full(local(report.created_at))}"
    return f"{at} ({gettext('later than due')})" if report.is_late else at


def revised_words(count: int) -> str:
    """How many figures have come to differ since; empty where none has."""
    if not count:
        return ""
    said = ngettext(
        "%(count)s figure has come to differ since; it stands beside as revised.",
        "%(count)s figures have come to differ since; they stand beside as revised.",
        count,
    )
    return said % {"count": numbers.number(count)}


def since_words(found: str) -> str:
    """What a figure has come to be, as it stands beside the frozen one."""
    return f"{gettext('revised:')} {found}"


def edition_words(report: PeriodReport) -> list[str]:
    """Which edition a report is and why it was taken; of one found wrong, why and by whom."""
    said = []
    if report.corrects:
        counted = {"number": report.edition, **_why(report.corrects)}
        said.append(gettext("Edition %(number)d, corrected: %(why)s (%(name)s, %(at)s)") % counted)
    if report.corrected_by:
        why = _why(report)
        said.append(gettext("This edition was found wrong: %(why)s (%(name)s, %(at)s)") % why)
    return said


def _why(wrong: PeriodReport) -> dict[str, str]:
    """Why an edition is wrong, who said so and when."""
    assert wrong.corrected_by
    assert wrong.corrected_at
    at = full(local(wrong.corrected_at))
    return {"why": wrong.wrong_because, "name": wrong.corrected_by.name, "at": at}


def month_words(day: dt.date) -> str:
    """March 2026."""
    return date_format(day, "YEAR_MONTH_FORMAT")
