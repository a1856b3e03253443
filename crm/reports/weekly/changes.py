"""What changed a frozen figure since, row by row, in the words of the page of its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import User
from crm.reports.board import Number
from crm.reports.kpis import Kpi, kpi_of
from crm.reports.models import PeriodReport
from crm.reports.queues.rows import MOMENTS, RELATED, Line, Rows, Side, lines_of, visible_rows
from crm.reports.queues.tiles import Shown
from crm.reports.weekly.paper import fraction, link_to
from crm.reports.weekly.rows import ACHIEVED, ENTERED, LEFT, LOST, Change, difference_of
from crm.ui.lists import PAGE_SIZE

WAYS: dict[str, Promise] = {
    ENTERED: _("Count now and did not then"),
    LEFT: _("Counted then and no longer do"),
    ACHIEVED: _("Achieved since"),
    LOST: pgettext_lazy("rows", "No longer achieved"),
}


@dataclass(frozen=True)
class Group:
    """Rows that changed in one way: the first of them, how many there are, how many are hidden."""

    label: Promise
    count: int
    lines: list[Line]
    hidden: int


@dataclass(frozen=True)
class Changes:
    """A frozen figure, what it has come to be, and the rows between the two."""

    kpi: Kpi
    frozen: Shown
    live: Shown
    groups: list[Group]
    is_kept: bool

    @property
    def is_same(self) -> bool:
        return self.frozen.number == self.live.number

    @property
    def how(self) -> tuple[str, str]:
        """What stands above and below the line, then and now."""
        return fraction(self.frozen.number), fraction(self.live.number)


def changes_of(report: PeriodReport, key: str, reader: User, now: dt.datetime) -> Changes:
    """The rows that made a difference, as far as this reader may see them."""
    found = difference_of(report, key, now)
    frozen, live = (_shown(report, key, number) for number in (found.frozen, found.live))
    groups = [_group(one, frozen, reader) for one in found.changes]
    return Changes(kpi_of(key), frozen, live, groups, found.is_kept)


def _shown(report: PeriodReport, key: str, number: Number) -> Shown:
    return Shown(key, number, link_to(report, key))


def _group(one: Change, shown: Shown, reader: User) -> Group:
    name, count = one.rows.model.__name__, one.rows.count()
    rows = visible_rows(one.rows, reader).select_related(*RELATED[name])
    ordered = rows.order_by(F(MOMENTS[name]).desc(nulls_last=True), "-pk")
    pages = Paginator(ordered, PAGE_SIZE)
    found = Rows(
        shown=shown,
        figure=None,  # type: ignore[arg-type]
        sides=[],
        side=Side(one.way, "", one.rows),
        count=count,
        hidden=count - pages.count,
        page=pages.get_page(1),
    )
    return Group(WAYS[one.way], count + one.gone, lines_of(found, reader), found.hidden + one.gone)
