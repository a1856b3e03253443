"""What a report freezes beside its figures: how far customers got, what was sold (RP-07, RP-08).

`funnel` has the days it covers and a count for each step; `sales` has quantity and amount of the
period, of the one before and of the year before, and how many customers the house had.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db.models import Q, Sum

from crm.orders.kpis import SIGNED_BY, orders_signed, signed_orders
from crm.records.kpis import Question
from crm.records.periods import Period
from crm.reports import due
from crm.reports.board import read
from crm.reports.kpis import FUNNEL

SHORTEST_DAYS = 30
# The figure whose rows are what was sold.
SIGNED = "order_count"
# A week is too short to say how much was sold against last year.
WITH_SALES = (due.MONTH, due.YEAR)
Printed = dict[str, Any]


def funnel_of(ask: Question) -> Printed:
    """The steps of those whose card was opened in the period; a week looks back thirty days."""
    wide = wide_of(ask)
    answers = read([(key, wide) for key in FUNNEL])
    counts = {key: one.number().denominator for key, one in zip(FUNNEL, answers, strict=True)}
    first, last = wide.period.first.isoformat(), wide.period.last.isoformat()
    return {"first": first, "last": last, "counts": counts}


def wide_of(ask: Question) -> Question:
    """The question over thirty days at least, to the same last one."""
    last, days = ask.period.last, max(ask.period.days, SHORTEST_DAYS)
    period = Period(last - dt.timedelta(days=days - 1), last, ask.zone)
    return replace(ask, periods=(period,))


def sales_of(kind: str, ask: Question) -> Printed:
    """Quantity and amount, now, before and a year ago, and the customers at begin and end."""
    period = ask.period
    periods = {"now": period, "before": due.before(kind, period)}
    if kind == due.MONTH:
        periods["year_ago"] = due.period_of(kind, year_before(period.first), period.zone)
    sold = {name: _sold(ask, one) for name, one in periods.items()}
    customers = {
        "begin": _customers(ask, period.begin),
        "end": _customers(ask, period.end),
    }
    return {**sold, "customers": customers}


def year_before(first: dt.date) -> dt.date:
    """The same first day of a month a year before."""
    return first.replace(year=first.year - 1)


def _sold(ask: Question, period: Period) -> Printed:
    rows = orders_signed(replace(ask, periods=(period,)))
    found = rows.order_by().aggregate(cars=Sum("quantity"), money=Sum("amount"))
    return {"quantity": found["cars"] or 0, "amount": str(found["money"] or 0)}


def _customers(ask: Question, moment: dt.datetime) -> int:
    """How many people and organisations had signed an order before a moment."""
    signed = signed_orders(ask).filter(Q(signed_at__lt=moment), ask.scope.of(SIGNED_BY))
    return signed.order_by().values("card__customer").distinct().count()
