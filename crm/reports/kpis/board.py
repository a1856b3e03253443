"""The KPIs of the definitions, and the counts the dashboard shows with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from complaints import kpis as tickets
from crm.orders import kpis as orders
from crm.reception import kpis as reception
from crm.reports.kpis.kinds import Kpi, Unit
from followups import kpis as followups
from visits import kpis as visits

MADE = _("Who made the contact")
ASSIGNED = _("Who the planned contact is assigned to")
OPENED = _("The card's owner when it was opened")
OWNED = _("The card's owner when the visit was completed")
VISITED = _("Who the visit is assigned to")
RESPONSIBLE = _("Who answers for the ticket")
HANDLED = _("Who handled the stage")

KPIS: dict[str, Kpi] = {
    "response_rate": Kpi(
        followups.response_rate,
        _("Response rate"),
        _("Customers who were reached, answered, or got in touch within 72 hours after a try"),
        _("Customers somebody tried to reach in the period; care contacts left out"),
        MADE,
    ),
    "satisfaction_rate": Kpi(
        visits.satisfaction_rate,
        _("Customer satisfaction"),
        _("Customers whose latest rating is satisfied or very satisfied"),
        _("Customers with a return visit completed in the period; complaint visits left out"),
        OWNED,
    ),
    "conversion_rate": Kpi(
        followups.conversion_rate,
        _("Conversion rate"),
        _("Customers with an order signed in the period"),
        _("Customers contacted or signed in the period; earlier buyers left out"),
        _("Who made the contact; who signed the order"),
    ),
    "on_time_rate": Kpi(
        followups.on_time_rate,
        _("On-time rate"),
        _("Planned contacts carried out by the end of their due day"),
        _("Planned contacts due in the period, of approved or completed plans"),
        ASSIGNED,
        beside=("contacts_dropped",),
    ),
    "coverage_rate": Kpi(
        followups.coverage_rate,
        _("Cards with a next step"),
        _("Cards with a planned contact in the 90 days after the period"),
        _("Cards open at the end of the period"),
        _("The card's owner at the end of the period"),
        alone=True,
    ),
    "connect_rate": Kpi(
        followups.connect_rate,
        _("Connected calls"),
        _("Calls that reached the customer"),
        _("Outbound calls in the period"),
        MADE,
    ),
    "capture_rate": Kpi(
        reception.capture_rate,
        _("Capture rate"),
        _("Entries linked to a customer card"),
        _("First-time walk-ins and calls in the period"),
        _("Who received them"),
    ),
    "first_response_hours": Kpi(
        followups.first_response_hours,
        _("First response"),
        "",
        _("Cards opened in the period and contacted before its end; the median time between"),
        OPENED,
        Unit.HOURS,
        less_is_better=True,
    ),
    "prompt_contact_rate": Kpi(
        followups.prompt_contact_rate,
        _("Contacted within a day"),
        _("Cards contacted within 24 hours after they were opened"),
        _("Cards opened in the period"),
        OPENED,
    ),
    "closing_rate": Kpi(
        orders.closing_rate,
        _("Closing ratio"),
        _("Orders signed in the period"),
        _("Cards opened in the period"),
        _("Who signed the order; the card's owner when it was opened"),
    ),
    "cohort_conversion_rate": Kpi(
        orders.cohort_conversion_rate,
        _("Cohort conversion"),
        _("Cards with an order signed within 90 days after they were opened"),
        _("Cards whose 90th day falls in the period"),
        OPENED,
    ),
    "recovery_rate": Kpi(
        orders.recovery_rate,
        _("Won back"),
        _("Recovery cases that led to an order"),
        _("Recovery cases closed in the period"),
        HANDLED,
        beside=("recovery_rate_of_consultants", "recovery_rate_of_supervisors"),
    ),
    "visit_completion_rate": Kpi(
        visits.visit_completion_rate,
        _("Return-visit completion rate"),
        _("Customers visited before the end of the period"),
        _("Customers with a return visit due in the period"),
        VISITED,
    ),
    "resolution_rate": Kpi(
        tickets.resolution_rate,
        _("Resolution rate"),
        _("Tickets resolved at the end of the period"),
        _("Complaints and visit problems reported in the period"),
        RESPONSIBLE,
    ),
    "record_accuracy": Kpi(
        visits.record_accuracy,
        _("Record accuracy"),
        _("Visits found accurate"),
        _("Visits completed in the period that were audited"),
        VISITED,
    ),
    "audited_share": Kpi(
        visits.audited_share,
        _("Share audited"),
        _("Visits that were audited"),
        _("Visits completed in the period"),
        VISITED,
    ),
    "repurchase_rate": Kpi(
        visits.repurchase_rate,
        _("Would buy again"),
        _("Customers whose latest answer is yes"),
        _("Customers asked in a visit completed in the period"),
        OWNED,
    ),
    "nps": Kpi(
        visits.nps,
        _("Net promoter score"),
        _("Customers who answered 9 or 10, less those at 6 or below"),
        _("Customers who said in the period whether they would recommend us"),
        OWNED,
        Unit.SCORE,
    ),
    "visit_satisfaction_rate": Kpi(
        visits.visit_satisfaction_rate,
        _("Satisfaction by visitor"),
        _("Customers whose latest rating is satisfied or very satisfied"),
        _("Customers with a return visit completed in the period; complaint visits left out"),
        VISITED,
        guarded=True,
    ),
    "complaint_count": Kpi(
        tickets.complaint_count,
        _("Complaints received"),
        "",
        _("Complaints reported in the period; cancelled ones left out"),
        RESPONSIBLE,
        Unit.COUNT,
        less_is_better=True,
        beside=("complaints_cancelled",),
    ),
    "onsite_in_time_rate": Kpi(
        tickets.onsite_in_time_rate,
        _("On-site visit in time"),
        _("Complaints visited on site within 2 working days"),
        _("Complaints that need an on-site visit by a day of the period"),
        RESPONSIBLE,
    ),
    "resolved_in_time_rate": Kpi(
        tickets.resolved_in_time_rate,
        _("Resolved as promised"),
        _("Tickets resolved no later than first promised"),
        _("Tickets whose promised time falls in the period"),
        RESPONSIBLE,
    ),
    "resolution_hours": Kpi(
        tickets.resolution_hours,
        _("Time to resolve"),
        "",
        _("Complaints and visit problems resolved in the period; the median time since report"),
        RESPONSIBLE,
        Unit.HOURS,
        less_is_better=True,
        beside=("oldest_open_hours",),
    ),
    "handling_satisfaction_rate": Kpi(
        visits.handling_satisfaction_rate,
        _("Content with the handling"),
        _("Customers whose latest rating is satisfied or very satisfied"),
        _("Customers with a complaint visit completed in the period"),
        VISITED,
        guarded=True,
    ),
    "reopen_rate": Kpi(
        tickets.reopen_rate,
        _("Tickets reopened"),
        _("Tickets reopened in the period"),
        _("Tickets resolved or reopened in the period"),
        RESPONSIBLE,
        less_is_better=True,
        alone=True,
    ),
}

# Counts the dashboard shows beside the KPIs; the present ones are those of the moment asked.
COUNTS: dict[str, Kpi] = {
    "order_count": Kpi(
        orders.order_count,
        _("Orders"),
        "",
        _("Orders signed in the period"),
        _("Who signed the order"),
        Unit.COUNT,
    ),
    "test_drives": Kpi(
        reception.test_drives,
        _("Test drives"),
        "",
        _("Visits to the showroom in the period on which the customer drove"),
        _("Who received them"),
        Unit.COUNT,
    ),
    "cards_in_hand": Kpi(
        orders.cards_in_hand,
        _("Customers in hand"),
        "",
        _("Cards still followed up today"),
        _("The card's owner today"),
        Unit.COUNT,
        alone=True,
    ),
    "hot_cards": Kpi(
        orders.hot_cards,
        _("Customers at level H"),
        "",
        _("Cards at level H still followed up today"),
        _("The card's owner today"),
        Unit.COUNT,
        alone=True,
    ),
    "warm_cards": Kpi(
        orders.warm_cards,
        _("Customers at level A"),
        "",
        _("Cards at level A still followed up today"),
        _("The card's owner today"),
        Unit.COUNT,
        alone=True,
    ),
    "contacts_overdue": Kpi(
        followups.contacts_overdue,
        _("Overdue follow-ups"),
        "",
        _("Planned contacts past their due time now"),
        ASSIGNED,
        Unit.COUNT,
        less_is_better=True,
        alone=True,
    ),
    "hot_contacts_overdue": Kpi(
        followups.hot_contacts_overdue,
        _("Overdue follow-ups at level H"),
        "",
        _("Planned contacts with customers at level H past their due time now"),
        ASSIGNED,
        Unit.COUNT,
        less_is_better=True,
        alone=True,
    ),
}
BESIDE: dict[str, Kpi] = {
    "contacts_dropped": Kpi(
        followups.contacts_dropped,
        _("Planned contacts cancelled or moved"),
        "",
        _("Planned contacts that were due in the period but cancelled or moved"),
        ASSIGNED,
        Unit.COUNT,
        less_is_better=True,
    ),
    "recovery_rate_of_consultants": Kpi(
        orders.recovery_rate_of_consultants,
        _("Won back by consultants"),
        _("Recovery cases that led to an order"),
        _("Recovery cases of stage 1 closed in the period"),
        HANDLED,
    ),
    "recovery_rate_of_supervisors": Kpi(
        orders.recovery_rate_of_supervisors,
        _("Won back by supervisors"),
        _("Recovery cases that led to an order"),
        _("Recovery cases of stage 2 closed in the period"),
        HANDLED,
    ),
    "complaints_cancelled": Kpi(
        tickets.complaints_cancelled,
        _("Complaints cancelled"),
        "",
        _("Complaints reported in the period and cancelled since"),
        RESPONSIBLE,
        Unit.COUNT,
    ),
    "oldest_open_hours": Kpi(
        tickets.oldest_open_hours,
        _("Age of the oldest open problem"),
        "",
        _("The complaint or visit problem that has been open longest; the time since its report"),
        RESPONSIBLE,
        Unit.HOURS,
        less_is_better=True,
        alone=True,
    ),
}
