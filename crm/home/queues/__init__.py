"""What home composes from the rooms: counts, the staff, and what each role sees first."""

from crm.home.queues.backups import backup_state
from crm.home.queues.counts import OpenWork, badges, open_work_of
from crm.home.queues.first_pages import (
    admin_figures,
    care_waiting,
    grants_to_decide,
    latest_role_events,
    privacy_figures,
    sources_this_month,
    ticket_counts,
    tickets_open,
    visit_counts,
    visits_due,
)
from crm.home.queues.numbered import page_of_number
from crm.home.queues.people import with_people

__all__ = [
    "OpenWork",
    "admin_figures",
    "backup_state",
    "badges",
    "care_waiting",
    "grants_to_decide",
    "latest_role_events",
    "open_work_of",
    "page_of_number",
    "privacy_figures",
    "sources_this_month",
    "ticket_counts",
    "tickets_open",
    "visit_counts",
    "visits_due",
    "with_people",
]
