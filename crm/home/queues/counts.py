"""Counts over several rooms in one statement: badges of the menu, open work of a leaver."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import QuerySet

from complaints.access import can_see_tickets
from complaints.models import DepartmentTask, Ticket
from complaints.queues.corrections import open_corrections_of
from complaints.queues.people import open_stages_of, open_tasks_of
from crm.customers.models import Card
from crm.notices.access import can_release
from crm.notices.models import Delivery, Notice, Reminder
from crm.people import roles
from crm.people.models import User
from crm.records.queues import counted
from followups.models import Plan, PlannedContact
from followups.queues import plans_in_hand
from visits.access import can_see_audits, can_see_visits
from visits.models import CareTask, Visit, VisitAudit
from visits.queues.audits import waiting_for
from visits.queues.care_lists import care_due

# They watch the figure of return visits on their dashboard; for service it is the day's work.
SALES = (roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER)


def badges(user: User, *, now: dt.datetime, today: dt.date) -> dict[str, QuerySet[Any]]:
    """What the figures of the menu and the bell count.

    `today` is the store's local date. Keys: unread, sends, dead, contacts_late, plans, visits,
    audits, care, tickets_late, tasks; only those the person works with.
    """
    reach = user.reach
    parts: dict[str, QuerySet[Any]] = {
        "unread": Notice.objects.visible_to(user).unread(now),
    }
    if can_release(user):
        parts["sends"] = Delivery.objects.visible_to(user).in_trouble()
        parts["dead"] = Reminder.objects.visible_to(user).dead()
    if reach.has(roles.SALESPERSON):
        own = PlannedContact.objects.filter(assignee__in=reach.own_ids)
        parts["contacts_late"] = own.overdue(now)
    if reach.has(roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.MANAGER):
        parts["plans"] = plans_in_hand(user)
    parts |= _visits_and_care(user, today)
    if can_see_tickets(user):
        parts["tickets_late"] = Ticket.objects.visible_to(user).unsettled().late(now)
    if reach.has(roles.HANDLER):
        parts["tasks"] = DepartmentTask.objects.visible_to(user).waiting()
    return parts


def _visits_and_care(user: User, today: dt.date) -> dict[str, QuerySet[Any]]:
    """Return visits and greetings due by a local date, and audits that wait."""
    parts: dict[str, QuerySet[Any]] = {}
    if can_see_visits(user) and not user.reach.has(*SALES):
        parts["visits"] = Visit.objects.visible_to(user).due().filter(due_on__lte=today)
    if user.reach.has(roles.SALESPERSON, roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR):
        parts["care"] = care_due(user, today)
    if can_see_audits(user):
        parts["audits"] = VisitAudit.objects.visible_to(user).filter(waiting_for(user))
    return parts


@dataclass(frozen=True)
class OpenWork:
    """What would be left behind if somebody went today."""

    cards: int
    plans: int
    visits: int
    tickets: int
    tasks: int
    stages: int
    corrections: int
    care: int

    def __bool__(self) -> bool:
        return any(astuple(self))


def open_work_of(user: User) -> OpenWork:
    """Open cards, live plans, visits due, unsettled tickets and all that hangs on them, care.

    One statement.
    """
    found = counted(
        {
            "cards": Card.objects.followed_up().filter(owner=user),
            "plans": Plan.objects.live().filter(card__owner=user),
            "visits": Visit.objects.due().filter(assignee=user),
            "tickets": Ticket.objects.unsettled().filter(responsible=user),
            "tasks": open_tasks_of(user),
            "stages": open_stages_of(user),
            "corrections": open_corrections_of(user),
            "care": CareTask.objects.waiting().filter(assignee=user),
        }
    )
    return OpenWork(**found)
