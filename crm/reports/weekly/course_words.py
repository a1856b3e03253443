"""The funnel and the sales of a report as paper shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.reports import due
from crm.reports.kpis import FUNNEL
from crm.reports.models import PeriodReport
from crm.reports.queues.tiles import percent_of
from crm.reports.weekly import words
from crm.reports.weekly.course import SIGNED, year_before
from crm.reports.weekly.links import CHANGED, link_in, rows_link
from crm.reports.weekly.parts import Since, revised_part
from crm.reports.weekly.parts_words import Counted, Now
from crm.ui import numbers
from crm.ui.bars import Bar, bar_chart
from crm.ui.moments import written_day

SOLD, FIRST_SHARE = "cards_ordered", 2
HALF_A_SHEET = 330
# What the lines of the sales are of, in their order.
SOLD_FIELDS = ("quantity", "amount", "customers")


@dataclass(frozen=True)
class SoldLine:
    """What was sold or won: now, before, a year ago, with its growth since each."""

    name: str
    now: str
    before: str
    growth: str
    year_ago: str = ""
    growth_of_year: str = ""
    # Now, before and a year ago as numbers.
    exact: tuple[Decimal | int, ...] = ()
    unit: str = ""
    # The orders behind them; the customers of all years have no list.
    now_href: str = ""
    before_href: str = ""
    year_ago_href: str = ""
    revised: Since | None = None

    @property
    def cells(self) -> list[str]:
        """The line as a table holds it."""
        return [self.name, self.now, self.before, self.growth, self.year_ago, self.growth_of_year]


@dataclass(frozen=True)
class Drawn:
    """The funnel as a picture, with its heading, the steps it draws and where each leads."""

    title: str
    chart: SafeString
    steps: list[Bar]
    links: list[Counted]


def funnel_drawn(report: PeriodReport, now: Now = None) -> Drawn | None:
    """The funnel of a report; none of one that is older, or in which nobody came."""
    found = report.figures.get("funnel") or {}
    counts: dict[str, int] = found.get("counts", {})
    if not any(counts.values()):
        return None
    keys = [key for key in FUNNEL if key in counts]
    bars = [
        Bar(str(FUNNEL[key].name), counts[key], _share(counts, keys, at), key == SOLD)
        for at, key in enumerate(keys)
    ]
    opened, ordered = counts.get("cards_begun", 0), counts.get(SOLD, 0)
    finding = _("Of %(opened)s cards opened %(ordered)s led to an order: %(share)s") % {
        "opened": numbers.number(opened),
        "ordered": numbers.number(ordered),
        "share": percent_of(ordered, opened),
    }
    first, last = (dt.date.fromisoformat(found[name]) for name in ("first", "last"))
    days = {
        "first": written_day(first, with_year=False),
        "last": written_day(last, with_year=False),
    }
    links = [
        Counted(
            bar.name,
            counts[key],
            href=rows_link(report, key),
            revised=revised_part(report, key, now),
        )
        for bar, key in zip(bars, keys, strict=True)
    ]
    title = _("Sales funnel, %(first)s to %(last)s") % days
    return Drawn(title, bar_chart(bars, finding=finding, right=HALF_A_SHEET), bars, links)


def _share(counts: Mapping[str, int], keys: list[str], at: int) -> str:
    return "" if at < FIRST_SHARE else percent_of(counts[keys[at]], counts[keys[at - 1]])


def sold_heads(kind: str) -> list[str]:
    """The heads of the table of sales."""
    growth = pgettext("sales", "Growth")
    heads = [pgettext("sales", "Sales"), str(words.THIS[kind]), str(words.BEFORE[kind]), growth]
    return [*heads, pgettext("sales", "Year ago"), growth] if kind == due.MONTH else heads


def sold_of(report: PeriodReport, parts: Mapping[str, Any] | None = None) -> list[SoldLine]:
    """Quantity, amount and customers; nothing of a week, nor of a report that is older."""
    found, since = report.figures.get("sales"), parts if parts and parts.get("sales") else None
    if not found:
        return []
    begin, end = found["customers"]["begin"], found["customers"]["end"]
    return [
        _sold_line(report, "quantity", _("Cars ordered"), since),
        _sold_line(report, "amount", _("Sales amount"), since),
        SoldLine(
            _("Customers who have bought"),
            numbers.number(end),
            numbers.number(begin),
            _growth(end, begin),
            exact=(end, begin),
            revised=_customers_since(end, since),
        ),
    ]


def _customers_since(end: int, since: Mapping[str, Any] | None) -> Since | None:
    """How many customers had bought by the end, as it is known today; they have no list."""
    now = since["sales"]["customers"]["end"] if since else end
    return None if now == end else Since(numbers.number(now))


def _sold_line(
    report: PeriodReport, field: str, name: str, since: Mapping[str, Any] | None
) -> SoldLine:
    found, period = report.figures["sales"], report.period
    worded = numbers.money if field == "amount" else numbers.number
    values = {
        when: Decimal(found[when][field]) for when in ("now", "before", "year_ago") if when in found
    }
    now, before, year_ago = values["now"], values["before"], values.get("year_ago")
    today = Decimal(since["sales"]["now"][field]) if since else now
    line = SoldLine(
        name,
        worded(now),
        worded(before),
        _growth(now, before),
        exact=tuple(values.values()),
        unit=settings.CURRENCY if field == "amount" else "",
        now_href=rows_link(report, SIGNED),
        revised=_orders_since(report, worded(today), since) if since and today != now else None,
        before_href=link_in(report, SIGNED, due.before(report.kind, period)),
    )
    if year_ago is None:
        return line
    then = due.period_of(due.MONTH, year_before(period.first), period.zone)
    return replace(
        line,
        year_ago=worded(year_ago),
        growth_of_year=_growth(now, year_ago),
        year_ago_href=link_in(report, SIGNED, then),
    )


def _orders_since(report: PeriodReport, today: str, since: Mapping[str, Any]) -> Since:
    """What was sold as it is known today; orders that only say otherwise are no list of changes."""
    if since.get("same_orders"):
        return Since(_("%(figure)s, of the same orders") % {"figure": today})
    return Since(today, rows_link(report, SIGNED, "", CHANGED))


def _growth(now: Decimal | int, before: Decimal | int) -> str:
    """How much more than before, in percent; from nothing there is no rate."""
    if not before:
        return numbers.MISSING
    exact = (Decimal(now) - Decimal(before)) * 100 / Decimal(before)
    return f"{numbers.signed(exact)}%"
