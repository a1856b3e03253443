"""The sales funnel, from the door to the key: how many of a period's customers got how far."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.reception import kpis as reception
from crm.reports.kpis.board import OPENED
from crm.reports.kpis.kinds import Kpi, Unit
from followups import kpis as followups

FUNNEL: dict[str, Kpi] = {
    "first_receptions": Kpi(
        reception.first_receptions,
        pgettext_lazy("funnel", "Came or called"),
        "",
        _("First-time walk-ins and calls in the period"),
        _("Who received them"),
        Unit.COUNT,
    ),
    "cards_begun": Kpi(
        followups.cards_begun,
        pgettext_lazy("funnel", "Cards opened"),
        "",
        _("Cards opened in the period"),
        OPENED,
        Unit.COUNT,
    ),
    "cards_spoken_to": Kpi(
        followups.cards_spoken_to,
        pgettext_lazy("funnel", "Spoken to"),
        "",
        _("Of the cards opened in the period: spoken to by its end, or further"),
        OPENED,
        Unit.COUNT,
    ),
    "cards_in_showroom": Kpi(
        followups.cards_in_showroom,
        pgettext_lazy("funnel", "In the showroom"),
        "",
        _("Of the cards opened in the period: came to the showroom by its end, or further"),
        OPENED,
        Unit.COUNT,
    ),
    "cards_test_driven": Kpi(
        followups.cards_test_driven,
        pgettext_lazy("funnel", "Test drive"),
        "",
        _("Of the cards opened in the period: drove the car by its end, or bought it"),
        OPENED,
        Unit.COUNT,
    ),
    "cards_ordered": Kpi(
        followups.cards_ordered,
        pgettext_lazy("funnel", "Ordered"),
        "",
        _("Of the cards opened in the period: order signed by its end"),
        OPENED,
        Unit.COUNT,
    ),
    "cards_delivered": Kpi(
        followups.cards_delivered,
        pgettext_lazy("funnel", "Delivered"),
        "",
        _("Of the cards opened in the period: car handed over by its end"),
        OPENED,
        Unit.COUNT,
    ),
}
