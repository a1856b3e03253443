"""Customers lost in a period, one figure for each reason (RP-13)."""

from __future__ import annotations

from functools import lru_cache, partial

from django.utils.translation import gettext_lazy as _

from crm.customers import kpis as customers
from crm.reports.kpis.kinds import Kpi, Unit
from followups import kpis as followups

LOSSES = {
    "loss_rate": Kpi(
        followups.loss_rate,
        _("Loss rate"),
        _("Cards lost in the period, and lost still"),
        _("Cards open at the begin of the period, and those opened in it"),
        _("Who had the card at the begin, when it was opened, when it was lost"),
        less_is_better=True,
        alone=True,
    ),
}
# A reason as it is kept stands behind this in the address; what names none has its own word.
LOST, NO_REASON = "lost_", "none"
# A key has at most sixty characters.
REASON_AT_MOST, KEPT = 50, 200


def lost_key(reason: str) -> str:
    """The key of a reason's figure."""
    return f"{LOST}{reason or NO_REASON}"


@lru_cache(KEPT)
def lost_figure(reason: str) -> Kpi | None:
    """The customers lost for one reason; None for no possible reason."""
    if not reason or len(reason) > REASON_AT_MOST or not reason.isprintable():
        return None
    kept = "" if reason == NO_REASON else reason
    return Kpi(
        partial(customers.cards_lost, reason=kept),
        _("Lost customers by reason"),
        "",
        _("Cards lost in the period for this reason, and lost still"),
        _("Who had the card when it was lost"),
        Unit.COUNT,
        less_is_better=True,
    )
