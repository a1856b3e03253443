"""Problems as their tests need them: found by Wu, led by technical, told to Zhang Wei."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from complaints import actions
from complaints.models import DepartmentTask, Ticket
from crm.people import roles
from crm.people.models import Department, User
from tests.people import NOW, Cast, make_card, make_user

HOUR = dt.timedelta(hours=1)
SIGNED_IN = "django.contrib.auth.backends.ModelBackend"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=SIGNED_IN)
    return client


def make_problem(cast: Cast, *, by: User | None = None, **fields: Any) -> Ticket:
    """A problem Wu wrote down, technical asked to lead unless said otherwise."""
    card = fields.pop("card", None) or make_card(cast.lin, "张伟")
    return actions.register_ticket(
        card,
        **{
            "by": by or cast.wu,
            "kind": "problem",
            "category": "technical",
            "description": "充到 80% 就停",
            "lead_department": cast.technical,
            "now": NOW,
            **fields,
        },
    )


def lead_of(ticket: Ticket) -> DepartmentTask:
    return ticket.tasks.select_related("ticket", "department").get(
        is_lead=True, state__in=("asked", "accepted", "done")
    )


def accepted(cast: Cast, **fields: Any) -> Ticket:
    """A problem technical has accepted: Tang is its handler."""
    ticket = make_problem(cast, **fields)
    task = lead_of(ticket)
    actions.accept_task(task, by=cast.tang, version=task.version, now=NOW)
    ticket.refresh_from_db()
    return ticket


def solved(cast: Cast, **fields: Any) -> Ticket:
    """One that technical has solved."""
    ticket = accepted(cast, **fields)
    task = lead_of(ticket)
    outcome = "充电桩固件过旧，已升级"
    actions.complete_task(task, by=cast.tang, version=task.version, outcome=outcome, now=NOW + HOUR)
    ticket.refresh_from_db()
    return ticket


def told(cast: Cast, **fields: Any) -> Ticket:
    """One whose result Wu has told the customer."""
    ticket = solved(cast, **fields)
    actions.tell_customer(
        ticket,
        by=cast.wu,
        version=ticket.version,
        words="已升级，可以充满",
        granted=True,
        now=NOW + 2 * HOUR,
    )
    return ticket


def confirmed(cast: Cast, **fields: Any) -> Ticket:
    """One the customer is content with: Xu entered the word."""
    ticket = told(cast, **fields)
    actions.confirm_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 3 * HOUR)
    return ticket


def make_department(name: str, head: User | None = None) -> Department:
    return Department.objects.create(name=name, head=head)


def make_handler(cast: Cast, username: str, name: str, department: Department) -> User:
    return make_user(username, name, roles.HANDLER, cast.pudong, None, department)
