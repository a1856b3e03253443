"""Classes of complaints and reasons of losses as paper shows them, with what differs since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.models import Ticket
from crm.reports.board import Number
from crm.reports.kpis import CLASS, find_kpi
from crm.reports.kpis.lost import LOST, NO_REASON, lost_key
from crm.reports.models import PeriodReport
from crm.reports.queues.subjects import lost_namer
from crm.reports.weekly.links import lost_link, rows_link
from crm.reports.weekly.parts import Since, revised_part

# Reasons of losses beyond this are counted together.
REASONS = 8
# The numbers of today by key; None where nobody asked for them.
Now = Mapping[str, Number] | None


@dataclass(frozen=True)
class Counted:
    """A class, a reason or a step: its words, how many, how many resolved, and what it is now."""

    label: str
    count: int
    resolved: int = 0
    who: str = ""
    href: str = ""
    revised: Since | None = None
    # The class or the reason as it is kept; None of several together.
    key: str | None = None


def complaints_of(report: PeriodReport, now: Now) -> list[Counted]:
    """The complaints by class, each with the departments that lead them; last those come since."""
    joiner = ", " if get_language() == "en" else "、"
    found = {one["category"]: one for one in report.figures["complaints"]}
    come = {key.removeprefix(CLASS) for key in now or () if key.startswith(CLASS)} - found.keys()
    none = {"count": 0, "resolved": 0, "departments": []}
    lines = []
    for category, one in {**found, **dict.fromkeys(sorted(come), none)}.items():
        key = f"{CLASS}{category}"
        lines.append(
            Counted(
                str(Ticket.Category(category).label),
                one["count"],
                one["resolved"],
                joiner.join(one["departments"]),
                rows_link(report, key),
                revised_part(report, key, now),
                category,
            )
        )
    return lines


def lost_of(report: PeriodReport, now: Now) -> list[Counted]:
    """The losses by reason; those that fit no more are one line, and last those come since."""
    found = {one["reason"]: one["count"] for one in report.figures["lost"]}
    named = {key.removeprefix(LOST) for key in now or () if key.startswith(LOST)}
    come = {"" if one == NO_REASON else one for one in named} - found.keys()
    called = lost_namer()

    def line(reason: str, count: int) -> Counted:
        key, label = lost_key(reason), called(reason)
        if find_kpi(key) is None:
            return Counted(label, count, href=lost_link(report, reason))
        since = revised_part(report, key, now)
        return Counted(label, count, href=rows_link(report, key), revised=since, key=reason)

    lines = [line(reason, count) for reason, count in found.items()]
    rest = sum(one.count for one in lines[REASONS:])
    # Several reasons are no one list.
    others = Counted(_("Other reasons"), rest)
    return [
        *lines[:REASONS],
        *([others] if rest else []),
        *(line(reason, 0) for reason in sorted(come)),
    ]
