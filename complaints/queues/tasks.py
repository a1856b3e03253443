"""Departments' tasks as screens need them, what is due first on top."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models import DepartmentTask, TaskQuerySet, Ticket
from complaints.queues.tickets import ticket_queue
from crm.people.models import Department, User
from crm.records.states import Saved
from crm.ui.lists import Chip, ListSpec, Sort

OPEN = Q(state__in=states.TASK_OPEN)


def task_queue(user: User) -> TaskQuerySet:
    """The tasks this person may see, with everything a row shows."""
    tickets = ticket_queue(user)
    return (
        DepartmentTask.objects.visible_to(user)
        .select_related("department__head", "handler", "asked_by")
        .prefetch_related(Prefetch("ticket", queryset=tickets))
    )


def own_tasks(user: User) -> TaskQuerySet:
    """Tasks of the departments one works in or heads; service and managers see the store's.

    What a department refused it reads no more, unless it works on the ticket otherwise.
    """
    readable = Ticket.objects.visible_to(user).order_by().values("pk")
    rows = task_queue(user).filter(ticket__in=readable)
    if not works_there(user):
        return rows
    return rows.filter(pk__in=DepartmentTask.objects.of_reach(user.reach).values("pk"))


def works_there(user: User) -> bool:
    """Whether this person works in a department or heads one."""
    in_one = bool(user.reach.departments_as("handler"))
    return in_one or Department.objects.filter(head__in=user.reach.own_ids).exists()


def task_list(now: dt.datetime) -> ListSpec:
    """What the queue allows: what is due first, and what nobody has accepted yet."""
    return ListSpec(
        sorts=(
            Sort("due", _("Due"), ("due_at", "id")),
            Sort("asked", pgettext_lazy("task", "Asked"), ("-asked_at", "-id")),
        ),
        chips=(
            Chip("open", _("Open"), OPEN),
            Chip("new", pgettext_lazy("task", "Not accepted yet"), Q(state=states.ASKED)),
            Chip("late", _("Overdue"), OPEN & Q(due_at__lt=now), "alert-triangle", "late"),
            Chip("accepted", pgettext_lazy("task", "In progress"), Q(state=states.ACCEPTED)),
            Chip("done", pgettext_lazy("task", "Done"), Q(state=states.DONE)),
            Chip("all", _("All")),
        ),
    )


def saved_task(task: DepartmentTask) -> Saved:
    """What stands now where a task was to be changed."""
    facts = [(str(_("State")), str(task.get_state_display()))]
    if task.handler is not None:
        facts.append((str(_("Handler")), task.handler.name))
    values = {"reason": task.reason, "outcome": task.outcome}
    resend = {"version": task.version} if task.state in states.TASK_OPEN else None
    return Saved(values, facts=tuple(facts), resend=resend)


def saved_ticket(ticket: Ticket) -> Saved:
    """What stands now where a ticket was to be changed."""
    facts = [(str(_("State")), str(ticket.get_state_display()))]
    if ticket.lead_department is not None:
        facts.append((str(_("Lead department")), ticket.lead_department.name))
    if ticket.responsible is not None:
        facts.append((str(_("Responsible")), ticket.responsible.name))
    values = {"category": ticket.category, "subcategory": ticket.subcategory}
    return Saved(values, facts=tuple(facts), link="")
