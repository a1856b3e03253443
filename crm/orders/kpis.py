"""Figures of what was bought (kpi.md, follow-up)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import DurationField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from crm.customers.kpis import OPENER, cards, cards_opened
from crm.customers.models import Recovery
from crm.orders.models import Order
from crm.records.kpis import NOTHING, Belongs, Part, Question, Rate, Tally

SIGNED_BY = Belongs("staff", "team", "store")
HANDLED_BY = Belongs("handler", "team", "store")
COHORT_DAYS = 90


def orders_signed(ask: Question) -> QuerySet[Any]:
    """Orders signed in the period and not cancelled since; they belong to who signed."""
    return ask.within(Order.objects.signed(), "signed_at", SIGNED_BY)


def order_count(ask: Question) -> Tally:
    """Orders signed in the period."""
    return Tally(orders_signed(ask))


def closing_rate(ask: Question) -> Rate:
    """Orders signed in the period over cards opened in it; may exceed one."""
    return Rate(
        (
            Part(cards_opened(ask), hit=NOTHING),
            Part(orders_signed(ask), in_denominator=False),
        )
    )


def cohort_conversion_rate(ask: Question) -> Rate:
    """Cards whose 90th day falls in the period; those that led to an order by then, by anyone.

    Counted in local dates; an order signed before the opening counts too.
    """
    opened = [p.shifted(-COHORT_DAYS) for p in ask.periods]
    rows = ask.between(cards(), "opened_at", OPENER, [(p.begin, p.end) for p in opened])
    rows = rows.annotate(opened_on=TruncDate("opened_at", tzinfo=ask.zone))
    taken = ExpressionWrapper(
        TruncDate("signed_at", tzinfo=ask.zone) - OuterRef("opened_on"),
        output_field=DurationField(),
    )
    in_time = (
        Order.objects.signed()
        .annotate(taken=taken)
        .filter(card=OuterRef("pk"), taken__lte=timedelta(days=COHORT_DAYS))
    )
    return Rate((Part(rows, hit=Q(Exists(in_time))),))


def recovery_rate(ask: Question) -> Rate:
    """Recovery cases closed in the period; those that name an order signed before the end."""
    return _recovered(ask, Recovery.objects.all())


def recovery_rate_of_consultants(ask: Question) -> Rate:
    """The first stage alone, handled by the consultant."""
    return _recovered(ask, Recovery.objects.filter(stage=1))


def recovery_rate_of_supervisors(ask: Question) -> Rate:
    """The second stage alone, handled by the supervisor."""
    return _recovered(ask, Recovery.objects.filter(stage=2))


def _recovered(ask: Question, cases: QuerySet[Recovery]) -> Rate:
    rows = ask.within(cases, "closed_at", HANDLED_BY)
    won = Order.objects.signed().filter(
        order_no=OuterRef("order_no"), signed_at__lt=OuterRef("period_end")
    )
    return Rate((Part(rows, hit=Q(Exists(won))),))
