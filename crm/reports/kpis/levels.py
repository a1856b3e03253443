"""How intent moved in a period: promotions, and one count for each move (K-19)."""

from __future__ import annotations

from functools import lru_cache, partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models import Level
from crm.orders import kpis as orders
from crm.reports.kpis.kinds import Kpi, Unit

OPEN_FIRST = _("Cards open at the begin of the period, without an order until then")
OWNED_FIRST = _("The card's owner at the begin of the period")
MOVE = "level_move_"
# No level, and wherever a card ended.
NONE, ANY = "none", "any"
# The codes a level has in an address: none stands for cards without one.
FIRST = (*Level.values, NONE)
ENDED = (*Level.values, NONE, orders.ORDERED, orders.LOST)

LEVELS: dict[str, Kpi] = {
    "level_promotion_rate": Kpi(
        orders.level_promotion_rate,
        _("Promoted"),
        _("Cards at a higher level at the end of the period, or with an order signed in it"),
        OPEN_FIRST,
        OWNED_FIRST,
        alone=True,
    ),
}


@lru_cache
def move_figure(move: str) -> Kpi | None:
    """How many cards went from one level to another, `H_A`, or stood at it first, `H_any`.

    None for no possible move.
    """
    first, _dash, ended = move.partition("_")
    if first not in FIRST or ended not in (*ENDED, ANY):
        return None
    at_first = "" if first == NONE else first
    at_end = {NONE: "", ANY: None}.get(ended, ended)
    stood = pgettext_lazy("figure", "At this level at the begin")
    return Kpi(
        partial(orders.level_moved, then=at_first, ended=at_end),
        stood if ended == ANY else pgettext_lazy("figure", "Moved from level to level"),
        "",
        OPEN_FIRST,
        OWNED_FIRST,
        Unit.COUNT,
        alone=True,
    )
