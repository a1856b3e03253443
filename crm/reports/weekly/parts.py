"""What a report counts beside its figures: classes of complaints, reasons of losses, the funnel.

Each is frozen and opened by a key of its own, like the figures (kpi.md, frozen and live). What was
sold opens the orders signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.records.kpis import Question
from crm.records.periods import Period
from crm.reports.board import Number
from crm.reports.kpis import CLASS, FUNNEL, find_kpi
from crm.reports.kpis.lost import LOST, lost_key
from crm.reports.models import PeriodReport
from crm.reports.weekly.course import wide_of
from crm.reports.weekly.figures import complaints_by_class, course_of, lost_by_reason, question_of
from crm.reports.weekly.links import CHANGED, rows_link
from crm.ui import numbers

Printed = Mapping[str, Any]


@dataclass(frozen=True)
class Since:
    """What a number has come to be, in words, and the rows that made the difference."""

    words: str
    href: str = ""


def live_parts(report: PeriodReport, now: dt.datetime) -> Printed:
    """The same parts as they are today, as a report keeps them."""
    store_id, period = report.store_id, report.period
    return {
        "complaints": complaints_by_class(store_id, period),
        "lost": lost_by_reason(store_id, period),
        **course_of(report.kind, question_of(store_id, period, now)),
    }


def numbers_of(parts: Printed) -> dict[str, Number]:
    """Each part's number by its key; a report may be older than some of them."""
    classes = {
        f"{CLASS}{one['category']}": _share(one["resolved"], one["count"])
        for one in parts.get("complaints", [])
    }
    reasons = {lost_key(one["reason"]): _count(one["count"]) for one in parts.get("lost", [])}
    steps = (parts.get("funnel") or {}).get("counts", {})
    return {**classes, **reasons, **{key: _count(count) for key, count in steps.items()}}


def number_of(parts: Printed, key: str) -> Number | None:
    """The number of one part, nothing where none was counted; None for what is no part."""
    found = numbers_of(parts).get(key)
    if found is not None or find_kpi(key) is None:
        return found
    return _share(0, 0) if key.startswith(CLASS) else _count(0) if key.startswith(LOST) else None


def question_about(key: str, ask: Question) -> Question:
    """What a report asks about a part: the funnel of a week looks back thirty days."""
    return wide_of(ask) if key in FUNNEL else ask


def period_about(key: str, report: PeriodReport) -> Period:
    """The days a part is about."""
    ask = question_of(report.store_id, report.period, report.as_of)
    return question_about(key, ask).period


def revised_part(report: PeriodReport, key: str, now: Mapping[str, Number] | None) -> Since | None:
    """What a part has come to be; None where it is the same, or nobody asked."""
    if now is None:
        return None
    then, since = number_of(report.figures, key), now.get(key) or number_of({}, key)
    if since is None or since == then:
        return None
    words = numbers.number(since.denominator)
    if since.numerator is not None:
        words = f"{words} / {numbers.number(since.numerator)}"
    return Since(words, rows_link(report, key, "", CHANGED))


def _count(count: int) -> Number:
    return Number(None, count, count)


def _share(above: int, below: int) -> Number:
    return Number(above, below, above / below if below else None)
