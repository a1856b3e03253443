"""Figures of what was bought (kpi.md, follow-up)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from crm.customers import states
from crm.customers.kpis import OPENER, OWNER, cards, cards_open_at_end, cards_opened
from crm.customers.models import Card, Level, LevelChange, Recovery, TimelineEntry
from crm.orders import states as order_states
from crm.orders.models import Order
from crm.records.kpis import NOTHING, Belongs, Part, Question, Rate, Tally
from crm.records.periods import ONE_DAY, Period

# An order is about the car that was bought, whichever the card speaks of.
SIGNED_BY = Belongs("staff", "team", "store", "product", source="card__source")
HANDLED_BY = Belongs("handler", "team", "store", "card__product", source="card__source")
IS_SIGNED = Q(signed_at__isnull=False, state__in=order_states.COUNTS_AS_SIGNED)
COHORT_DAYS = 90
# How a card ended a period beside at a level.
ORDERED, LOST = "ordered", "lost"


def signed_orders(ask: Question) -> QuerySet[Order]:
    """Signed orders somebody had written down by the moment asked, and not cancelled by then."""
    if not ask.is_past:
        return Order.objects.signed()
    return Order.objects.filter(IS_SIGNED | _cancelled_since(ask), ask.known())


def _cancelled_since(ask: Question) -> Q:
    """Orders whose cancelling somebody wrote down after the moment asked."""
    told = TimelineEntry.objects.filter(kind="order_cancelled", at__gt=ask.now)
    signed = Q(signed_at__isnull=False, state=order_states.CANCELLED)
    return signed & Q(card__in=told.values("card"))


def delivered_orders(ask: Question) -> QuerySet[Order]:
    """Signed orders whose car was handed over, as somebody had told by the moment asked."""
    delivered = signed_orders(ask).filter(delivered_at__isnull=False)
    if not ask.is_past:
        return delivered
    told_since = TimelineEntry.objects.filter(kind="order_delivered", at__gt=ask.now)
    return delivered.exclude(card__in=told_since.values("card"))


def orders_signed(ask: Question) -> QuerySet[Any]:
    """Orders signed in the period and not cancelled since; they belong to who signed."""
    return ask.within(signed_orders(ask), "signed_at", SIGNED_BY)


def order_count(ask: Question) -> Tally:
    """Orders signed in the period."""
    return Tally(orders_signed(ask))


def cards_in_hand(ask: Question) -> Tally:
    """Cards somebody still works to sell to when asked, with their owner of today."""
    rows = _in_hand_then(ask) if ask.is_past else Card.objects.followed_up()
    return Tally(ask.at_end(rows, OWNER))


def hot_cards(ask: Question) -> Tally:
    """Cards in hand at level H."""
    return Tally(at_level(ask, cards_in_hand(ask).rows, Level.H))


def warm_cards(ask: Question) -> Tally:
    """Cards in hand at level A."""
    return Tally(at_level(ask, cards_in_hand(ask).rows, Level.A))


def at_level(ask: Question, rows: QuerySet[Any], level: str, card: str = "") -> QuerySet[Any]:
    """Those of the rows whose card was at a level when asked; `card` leads there, as "card__"."""
    if not ask.is_past:
        return rows.filter(**{f"{card}level": level})
    found: QuerySet[Any] = rows.alias(level_then=level_at(ask.now, card)).filter(level_then=level)
    return found


def _in_hand_then(ask: Question) -> QuerySet[Card]:
    """Cards in hand at a moment gone by: those sold or lost since were in hand still.

    Whatever else has become of a card since, such as the pool, no row of it tells when.
    """
    moment = ask.now
    signed = Order.objects.signed().filter(card=OuterRef("pk"))
    known = Q(signed_at__lt=moment) & ask.known()
    sold_since = (
        Q(state__in=(states.ORDERED, states.DELIVERED))
        & Q(Exists(signed))
        & ~Q(Exists(signed.filter(known)))
    )
    lost_since = Q(state=states.LOST, lost_at__gte=moment)
    in_hand = Q(state__in=states.FOLLOWED_UP) | sold_since | lost_since
    rows = Card.objects.filter(in_hand, opened_at__lt=moment)
    # Whose order was cancelled since had bought: followed up again, they were not in hand then.
    cancelled = Order.objects.filter(_cancelled_since(ask), known, card=OuterRef("pk"))
    return rows.exclude(Exists(cancelled))


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
        signed_orders(ask)
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
    won = signed_orders(ask).filter(
        order_no=OuterRef("order_no"), signed_at__lt=OuterRef("period_end")
    )
    return Rate((Part(rows, hit=Q(Exists(won))),))


def level_promotion_rate(ask: Question) -> Rate:
    """Cards open at the begin of the period; those that signed, or stood higher at its end.

    One that rose and was lost is not among these. Asked one period at a time, since a card is
    open at the begin of many (K-19).
    """
    higher = Q(ended=ORDERED) | (Q(stood__gt=F("stood_first")) & ~Q(ended=LOST))
    return Rate((Part(level_movement(ask), hit=higher),))


def level_moved(ask: Question, then: str, ended: str | None) -> Tally:
    """Of those cards the ones that were at one level and ended at another, or signed, or lost.

    None is wherever they ended.
    """
    rows = level_movement(ask).filter(level_first=then)
    return Tally(rows if ended is None else rows.filter(ended=ended))


def level_movement(ask: Question) -> QuerySet[Any]:
    """Cards open and without an order at the begin, each with its level then and at the end.

    `ended` is a level, ORDERED, LOST or empty for none; they belong to the owner at the begin.
    """
    first = ask.period.first - ONE_DAY
    begin, end = ask.period.begin, ask.period.end
    orders = signed_orders(ask).filter(card=OuterRef("pk"))
    lost = Q(state=states.LOST) & Q(lost_at__lt=end)
    found: QuerySet[Any] = (
        cards_open_at_end(replace(ask, periods=(Period(first, first, ask.zone),)))
        .filter(~Exists(orders.filter(signed_at__lt=begin)))
        .annotate(level_first=level_at(begin), level_last=level_at(end))
        .annotate(
            stood_first=_height("level_first"),
            stood=_height("level_last"),
            ended=Case(
                When(Exists(orders.filter(signed_at__lt=end)), then=Value(ORDERED)),
                When(lost, then=Value(LOST)),
                default=F("level_last"),
                output_field=CharField(),
            ),
        )
    )
    return found


def level_at(moment: datetime | OuterRef, card: str = "") -> Coalesce:
    """The level a card had at a moment: after the last change before it, before the next one.

    A card that nobody had given a level yet has none. `card` leads to it, as "card__".
    """
    changes = LevelChange.objects.filter(card=OuterRef(f"{card}pk"))
    before = changes.filter(at__lt=moment).order_by("-at", "-id").values("after")[:1]
    later = changes.filter(at__gte=moment).order_by("at", "id").values("before")[:1]
    return Coalesce(Subquery(before), Subquery(later), F(f"{card}level"), output_field=CharField())


def _height(level: str) -> Case:
    """How high a level stands, H on top; none stands lowest."""
    heights = reversed(Level.values)
    whens = [When(**{level: one}, then=Value(n)) for n, one in enumerate(heights, start=1)]
    return Case(*whens, default=Value(0), output_field=IntegerField())
