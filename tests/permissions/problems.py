"""Problems, tasks and cases of the floor: the technical department works on Lin's alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from complaints.models import Case, DepartmentTask, Stage, Ticket
from crm.customers.models import Card
from crm.people.models import Department, User
from tests import people
from tests.people import NOW, Cast
from tests.records.samples import make_file

LATER = NOW + dt.timedelta(days=2)


def make_task(
    ticket: Ticket, department: Department, *, is_lead: bool = True, **fields: Any
) -> DepartmentTask:
    """What a department was asked to do an hour ago."""
    asked_at = NOW - dt.timedelta(hours=1)
    asked_by = fields.pop("asked_by", None) or ticket.responsible
    if is_lead:
        Ticket.objects.filter(pk=ticket.pk).update(lead_department=department)
        ticket.lead_department = department
    return DepartmentTask.objects.create(
        **{
            "ticket": ticket,
            "department": department,
            "is_lead": is_lead,
            "task": "查桩侧日志",
            "due_at": LATER,
            "asked_by": asked_by,
            "asked_at": asked_at,
            "heard_at": asked_at,
            "created_at": asked_at,
            "store": ticket.store,
            **fields,
        }
    )


def make_problem(card: Card, responsible: User, **fields: Any) -> Ticket:
    """A problem of this customer for which somebody answers."""
    values = {"kind": "problem", "state": "routed", "store": card.store, **fields}
    return people.make_ticket(card, NOW - dt.timedelta(hours=2), responsible=responsible, **values)


def make_complaint(card: Card, responsible: User, **fields: Any) -> Ticket:
    """A complaint of this customer that waits for its on-site visit."""
    values = {"kind": "complaint", "state": "registered", "needs_onsite": True, **fields}
    return make_problem(card, responsible, **values)


def make_inquiry(card: Card, responsible: User) -> Ticket:
    """A question of this customer that waits for its answer."""
    return make_complaint(card, responsible, kind="inquiry", needs_onsite=False)


def make_assisting(card: Card, responsible: User) -> DepartmentTask:
    """An assisting task on a problem of this person's."""
    ticket = make_problem(card, responsible)
    return make_task(ticket, logistics(), is_lead=False)


def make_stage(card: Card, responsible: User) -> Stage:
    """A stage of the timetable of this person's problem."""
    return stage_of(make_problem(card, responsible), responsible)


def stage_of(ticket: Ticket, owner: User) -> Stage:
    return Stage.objects.create(
        ticket=ticket, title="到货", owner=owner, due_on=LATER.date(), store=ticket.store
    )


def make_offered(card: Card, to: User) -> Ticket:
    """A ticket this person is asked to take over."""
    ticket = make_problem(card, to, offered_to=to)
    Ticket.objects.filter(pk=ticket.pk).update(responsible=card.owner)
    return ticket


def make_case(ticket: Ticket, author: User, state: str, **fields: Any) -> Case:
    """A case learnt from a ticket."""
    return Case.objects.create(
        **{
            "case_no": f"AL-T-{Case.objects.count():04d}",
            "ticket": ticket,
            "title": "充电停在 80%",
            "category": "technical",
            "symptoms": "夜间充电停在 80%",
            "cause": "固件过旧",
            "handling": "升级固件",
            "state": state,
            "author": author,
            "search": "充电停在 80% 固件过旧",
            "store": ticket.store,
            **fields,
        }
    )


def logistics() -> Department:
    return Department.objects.get_or_create(name="物流")[0]


def author_of(cast: Cast) -> User:
    """A second handler of the technical department, who writes cases."""
    found = User.objects.filter(username="gao").first()
    handler = "handler"
    return found or people.make_user("gao", "高工", handler, cast.pudong, None, cast.technical)


def problems_of(cast: Cast, card: Card, owner: User) -> dict[str, Any]:
    """One of each kind for a salesperson's customer; technical works on Lin's alone."""
    theirs = owner == cast.otto
    served_by = cast.otto if theirs else cast.xu
    department = cast.technical if owner == cast.lin else logistics()
    author = author_of(cast)
    problem = make_problem(card, served_by)
    task = make_task(problem, department)
    complaint = make_complaint(card, served_by)
    make_task(complaint, department)
    closed = make_problem(card, served_by, state="confirmed", resolved_at=NOW, closed_at=NOW)
    handler = cast.tang if owner == cast.lin else served_by
    make_task(closed, department, state="done", handler=handler, done_at=NOW)
    decided = {"decided_by": cast.shen, "decided_at": NOW}
    return {
        "problem": problem,
        "complaint": complaint,
        "ticket_file": make_file(complaint, served_by),
        "inquiry": make_inquiry(card, served_by),
        "task": task,
        "department_task": task,
        "assisting_task": make_task(problem, second(department), is_lead=False),
        "stage": stage_of(problem, served_by),
        "offered_ticket": make_problem(card, served_by, offered_to=cast.ola),
        "closed_ticket": closed,
        "drafted_case": make_case(closed, author, "draft"),
        "waiting_case": make_case(closed, author, "waiting"),
        "published_case": make_case(closed, author, "published", **decided),
    }


def second(department: Department) -> Department:
    """Another department than this one."""
    other = Department.objects.get_or_create(name="产品")[0]
    return other if other != department else logistics()
