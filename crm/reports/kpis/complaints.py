"""Figures of complaints beside the KPIs of the definitions: the page of complaint figures."""

from __future__ import annotations

from functools import lru_cache, partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import clocks
from complaints import kpis as tickets
from complaints.models import Ticket
from crm.reports.kpis.board import RESPONSIBLE
from crm.reports.kpis.kinds import Kpi, Unit

# Each clock of a complaint with the words of its figure.
CLOCKS: dict[str, tuple[Promise, Promise, Promise]] = {
    clocks.ACKNOWLEDGE: (
        _("First response in time"),
        _("Complaints whose customer was contacted in time"),
        _("Complaints whose first response was due in the period"),
    ),
    clocks.REPLY: (
        _("First reply in time"),
        _("Complaints whose customer was told the plan in time"),
        _("Complaints whose first reply was due in the period"),
    ),
    clocks.VISIT: (
        _("Looked at on site in time"),
        _("Complaints looked at on site in time"),
        _("Complaints whose on-site visit was due in the period; waived ones left out"),
    ),
    clocks.SOLUTION: (
        _("Solution in time"),
        _("Complaints whose solution was proposed in time"),
        _("Complaints whose solution was due in the period"),
    ),
    clocks.RESOLUTION: (
        _("Resolution in time"),
        _("Complaints resolved in time"),
        _("Complaints whose resolution was due in the period"),
    ),
    clocks.FOLLOW_UP: (
        _("Asked after the answer in time"),
        _("Complaints whose customer was asked after the answer in time"),
        _("Complaints whose return visit was due in the period"),
    ),
}
# Days since the report, the last ones included; the oldest have no end.
AGES: dict[str, tuple[int, int | None, Promise]] = {
    "backlog_0_2": (0, 2, _("Open for up to 2 days")),
    "backlog_3_7": (3, 7, _("Open for 3 to 7 days")),
    "backlog_8_14": (8, 14, _("Open for 8 to 14 days")),
    "backlog_15": (15, None, _("Open for 15 days or more")),
}


CLASS = "class_"


@lru_cache
def class_figure(category: str) -> Kpi | None:
    """The complaints of one class; None for no class."""
    if category not in Ticket.Category.values:
        return None
    return Kpi(
        partial(tickets.complaints_of_class, category=category),
        _("Complaints by class"),
        _("Complaints of this class resolved at the end of the period"),
        _("Complaints of this class reported in the period; cancelled ones left out"),
        RESPONSIBLE,
    )


def clock_key(kind: str) -> str:
    """The key of a clock's figure."""
    return f"clock_{kind}"


COMPLAINTS: dict[str, Kpi] = {
    "complaints_per_100": Kpi(
        tickets.complaints_per_100_deliveries,
        _("Complaints per 100 deliveries"),
        _("Complaints reported in the period; cancelled ones left out"),
        _("Cars delivered in the period"),
        _("Who answers for the ticket; who signed the order"),
        Unit.PER_HUNDRED,
        less_is_better=True,
    ),
    "complaints_per_100_base": Kpi(
        tickets.complaints_per_100_base_customers,
        _("Complaints per 100 base customers"),
        _("Complaints reported in the period; cancelled ones left out"),
        _("Customers to whom we had delivered a car by the end of the period, each once"),
        _("Who answers for the ticket; who signed the order"),
        Unit.PER_HUNDRED,
        less_is_better=True,
        alone=True,
    ),
    **{
        clock_key(kind): Kpi(
            partial(tickets.clock_met_rate, kind=kind),
            name,
            above,
            below,
            RESPONSIBLE,
            beside=("visits_waived",) if kind == clocks.VISIT else (),
        )
        for kind, (name, above, below) in CLOCKS.items()
    },
    "closing_resolved": Kpi(
        tickets.closing_resolved_rate,
        _("Closed for good"),
        _("Closed with the customer's yes and not reopened since"),
        _("Complaints closed in the period; each closing of a reopened one counts"),
        RESPONSIBLE,
    ),
    "answers_content": Kpi(
        tickets.content_with_answer_rate,
        _("Content with the answer"),
        _("The customer was content with the answer"),
        _("What customers said of an answer in the period, with a card or without one"),
        RESPONSIBLE,
    ),
    "visits_waived": Kpi(
        tickets.visits_waived,
        _("On-site visits waived"),
        "",
        _("On-site visits due in the period that were waived with a reason"),
        RESPONSIBLE,
        Unit.COUNT,
    ),
    "corrections_in_time": Kpi(
        tickets.corrections_in_time_rate,
        _("Corrections verified in time"),
        _("Corrective tasks verified by the end of their day"),
        _("Corrective tasks due on a day of the period"),
        _("The owner of the task"),
    ),
    **{
        key: Kpi(
            partial(tickets.backlog_of_age, first=first, last=last),
            name,
            "",
            _("Complaints and visit problems open at the end, by the days since their report"),
            RESPONSIBLE,
            Unit.COUNT,
            less_is_better=True,
            alone=True,
        )
        for key, (first, last, name) in AGES.items()
    },
}
