"""The menu as a table: each place, for whom it is, and which count it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from complaints.access import can_read_cases, can_register, can_see_tickets
from crm.customers.access import can_list_cards
from crm.exchange.access import can_see_exports, can_see_imports
from crm.home.access import can_read_backups, can_see_erasures
from crm.notices.access import can_read_channels, can_release
from crm.people import roles
from crm.people.access import can_decide_grants, can_read_second_steps, can_read_users
from crm.people.models import User
from crm.promises.access import can_see_promises
from crm.reception.access import can_read_log
from crm.records.access import can_read_trail
from crm.reports.access import can_open_archive, can_see_board, can_see_reports
from crm.rulebook.access import can_see_rulebook
from followups.access import decides
from visits.access import can_see_audits, can_see_questionnaires, can_see_visits

BOARD = frozenset({roles.SALES_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER})
CARERS = frozenset(
    {
        *(roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.MANAGER),
        *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR),
    }
)


def holds(*wanted: str) -> Callable[[User], bool]:
    """A question: does this person hold one of these roles?"""
    return lambda user: user.reach.has(*wanted)


def writes_only(user: User) -> bool:
    """Whoever makes no visits finds questionnaires here; the others find them beside the visits."""
    return can_see_questionnaires(user) and not can_see_visits(user)


def registers_only(user: User) -> bool:
    """Whoever may write a complaint down but sees no list of them has the form itself here."""
    return can_register(user) and not can_see_tickets(user)


@dataclass(frozen=True)
class Place:
    """One line of the menu: where it leads, for whom, and which count it carries."""

    name: str
    label: Any
    icon: str
    may: Callable[[User], bool]
    section: str = ""
    count: str = ""
    late: bool = False


PLACES = (
    Place("home:first_page", gettext_lazy("Today"), "home", bool),
    Place(
        "followups:my_day",
        gettext_lazy("My day"),
        "sun",
        holds(roles.SALESPERSON),
        count="contacts_late",
        late=True,
    ),
    Place("customers:list", gettext_lazy("Customers"), "users", can_list_cards),
    Place(
        "followups:plans",
        gettext_lazy("Follow-up plans"),
        "route",
        holds(roles.SALESPERSON),
        count="plans",
    ),
    Place(
        "followups:approval_queue",
        gettext_lazy("Follow-up plans"),
        "route",
        decides,
        count="plans",
    ),
    Place(
        "reception:log",
        gettext_lazy("Reception log"),
        "building-store",
        can_read_log,
    ),
    Place(
        "visits:list",
        gettext_lazy("Return visits"),
        "headset",
        can_see_visits,
        "service",
        count="visits",
    ),
    Place(
        "visits:audits",
        gettext_lazy("Visit audits"),
        "list-check",
        can_see_audits,
        "service",
        count="audits",
    ),
    Place(
        "visits:care",
        gettext_lazy("Customer care"),
        "mood-smile",
        holds(*CARERS),
        "service",
        count="care",
    ),
    Place(
        "visits:questionnaires",
        gettext_lazy("Questionnaires"),
        "clipboard-list",
        writes_only,
        "service",
    ),
    Place(
        "promises:list",
        gettext_lazy("Promises"),
        "checks",
        can_see_promises,
        "service",
    ),
    Place(
        "complaints:list",
        gettext_lazy("Complaints"),
        "message-report",
        can_see_tickets,
        "service",
        count="tickets_late",
        late=True,
    ),
    Place(
        "complaints:lodge_complaint",
        gettext_lazy("Log complaint"),
        "message-report",
        registers_only,
        "service",
    ),
    Place(
        "complaints:tasks",
        gettext_lazy("Departments' tasks"),
        "list-check",
        holds(roles.HANDLER),
        "service",
        count="tasks",
    ),
    Place("complaints:cases", gettext_lazy("Case library"), "note", can_read_cases, "service"),
    Place(
        "reports:complaint_report",
        gettext_lazy("Complaint report"),
        "chart-bar",
        can_see_board,
        "service",
    ),
    Place(
        "reports:visit_analysis",
        gettext_lazy("Visit analysis"),
        "report-analytics",
        can_see_board,
        "service",
    ),
    Place(
        "notices:failures",
        gettext_lazy("Failed messages"),
        "alert-circle",
        can_release,
        "service",
        count="sends",
        late=True,
    ),
    Place("reports:dashboard", gettext_lazy("Dashboard"), "chart-bar", holds(*BOARD), "management"),
    Place(
        "reports:reports", gettext_lazy("Reports"), "report-analytics", holds(*BOARD), "management"
    ),
    Place(
        "reports:period_reports",
        gettext_lazy("Managers' reports"),
        "file-text",
        can_open_archive,
        "management",
    ),
    Place(
        "reports:measures", gettext_lazy("Measures"), "list-check", can_see_reports, "management"
    ),
    Place("exchange:imports", gettext_lazy("Imports"), "upload", can_see_imports, "management"),
    Place("exchange:exports", gettext_lazy("Exports"), "download", can_see_exports, "management"),
    Place("home:users", gettext_lazy("Users"), "users-group", can_read_users, "management"),
    Place("home:grants", gettext_lazy("Roles to approve"), "key", can_decide_grants, "management"),
    Place(
        "home:second_steps",
        gettext_lazy("Two-step sign-in"),
        "lock",
        can_read_second_steps,
        "management",
    ),
    Place("home:stores", gettext_lazy("Stores"), "building-store", can_read_users, "management"),
    Place("home:teams", gettext_lazy("Teams"), "users", can_read_users, "management"),
    Place(
        "home:departments", gettext_lazy("Departments"), "building", can_read_users, "management"
    ),
    Place("rulebook:numbers", gettext_lazy("Rulebook"), "settings", can_see_rulebook, "management"),
    Place("notices:channels", gettext_lazy("Channels"), "send", can_read_channels, "management"),
    Place(
        "records:trail", gettext_lazy("Audit trail"), "shield-lock", can_read_trail, "management"
    ),
    Place(
        "records:sign_ins", gettext_lazy("Sign-ins"), "history", holds(roles.ADMIN), "management"
    ),
    Place("home:erasures", gettext_lazy("Erasures"), "eye-off", can_see_erasures, "management"),
    Place("home:backups", gettext_lazy("Backups"), "archive", can_read_backups, "management"),
)
# Their first page is one of home's own and so deserves an entry.
WITHOUT_WORK_PAGE = frozenset(roles.ALL_ROLES) - {roles.SALESPERSON, roles.RECEPTION} - BOARD
SECTIONS = {
    "": "",
    "service": gettext_lazy("Customer service"),
    "management": gettext_lazy("Management"),
}


@cache
def address_of(name: str) -> str:
    """The address of a page without parts of its own; it never changes while the product runs."""
    return reverse(name)
