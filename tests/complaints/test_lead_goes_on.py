"""A complaint's lead answers late, or leads again after a no: no dead end (HP-05)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from complaints import actions
from complaints.actions.words import back_to_work
from complaints.models import DepartmentTask, Ticket
from crm.people.models import Department
from tests.complaints.answers import decide, proposed, replied, reply
from tests.complaints.complaints import first_told, make_complaint
from tests.complaints.problems import HOUR, browser, make_department, make_handler
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        yield


def route(ticket: Ticket, department: Department, cast: Cast, **said: object) -> None:
    ticket.refresh_from_db()
    actions.route_ticket(
        ticket,
        **{
            "by": cast.xu,
            "version": ticket.version,
            "category": ticket.category,
            "department": department,
            "task": "查电桩",
            "now": NOW,
            **said,
        },
    )
    ticket.refresh_from_db()


def lead_of(ticket: Ticket) -> DepartmentTask:
    return ticket.tasks.select_related("ticket", "department__head").get(
        is_lead=True, state__in=("asked", "accepted", "done")
    )


def routed(cast: Cast, **fields: object) -> Ticket:
    ticket = first_told(make_complaint(cast, no_visit_because="远程查看", **fields))
    route(ticket, cast.technical, cast)
    return ticket


def answered(cast: Cast) -> Ticket:
    """One the customer has the answer to while technical has not said yes yet."""
    ticket = proposed(cast, ticket=routed(cast), liability="none")
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu)
    return ticket


def work_off(ticket: Ticket, cast: Cast) -> None:
    task = lead_of(ticket)
    actions.accept_task(task, by=cast.tang, version=task.version, now=NOW)
    actions.complete_task(task, by=cast.tang, version=task.version, outcome="固件过旧", now=NOW)
    ticket.refresh_from_db()


def close(ticket: Ticket, cast: Cast) -> None:
    ticket.refresh_from_db()
    said = {"by": cast.xu, "content": True, "words": "好", "now": NOW + 4 * HOUR}
    actions.hear_customer(ticket, version=ticket.version, **said)
    actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 5 * HOUR)
    assert ticket.state == "closed"


def test_a_lead_that_says_yes_after_the_answer_does_its_part_and_it_closes(cast: Cast) -> None:
    ticket = answered(cast)
    task = lead_of(ticket)
    path = f"/complaints/tasks/{task.public_id}/acceptance/"
    assert browser(cast.tang).post(path, {"version": task.version}).status_code == 302
    task.refresh_from_db()
    said = {"by": cast.tang, "version": task.version, "words": "在查", "now": NOW + 3 * HOUR}
    actions.report_progress(lead_of(ticket), **said)
    task = lead_of(ticket)
    done = {"by": cast.tang, "version": task.version, "outcome": "已查", "now": NOW + 3 * HOUR}
    actions.complete_task(task, **done)
    assert Ticket.objects.get().state == "replied"
    close(ticket, cast)


def test_a_lead_that_refuses_after_the_answer_holds_nothing_up(cast: Cast) -> None:
    ticket = answered(cast)
    task = lead_of(ticket)
    said = {"by": cast.tang, "version": task.version, "reason": "不归我们", "now": NOW + 3 * HOUR}
    actions.refuse_task(task, **said)
    assert Ticket.objects.get().state == "replied"
    close(ticket, cast)


def test_service_calls_off_a_silent_lead_once_another_can_no_longer_be_asked(cast: Cast) -> None:
    ticket = routed(cast)
    task = lead_of(ticket)
    sent = {"version": task.version, "reason": "客户已答复"}
    path = f"/complaints/tasks/{task.public_id}/cancellation/"
    assert browser(cast.wu).post(path, sent).status_code == 422  # another is asked to lead instead
    proposed(cast, ticket=ticket, liability="none")
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu)
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert path in page
    assert browser(cast.wu).post(path, sent).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.lead_department) == ("replied", None)
    close(ticket, cast)


def test_after_a_customers_own_no_the_same_department_leads_again(cast: Cast) -> None:
    ticket = routed(cast)
    work_off(ticket, cast)
    replied(cast, ticket=ticket)
    back_to_work(ticket, "还是充不满", by=None, now=NOW + 4 * HOUR)
    route(ticket, cast.technical, cast, now=NOW + 5 * HOUR)
    with pytest.raises(ValidationError):  # not while it is at it
        ask(ticket, cast.technical, cast)
    task = lead_of(ticket)
    assert (task.state, task.handler, task.task) == ("asked", cast.tang, "查电桩")
    work_off(ticket, cast)
    assert ticket.state == "investigating"
    assert ticket.tasks.count() == 1


def ask(ticket: Ticket, department: Department, cast: Cast) -> None:
    ticket.refresh_from_db()
    said = {"department": department, "task": "看批次", "now": NOW + 5 * HOUR}
    actions.ask_department(ticket, by=cast.xu, version=ticket.version, **said)


def test_after_a_customers_own_no_another_department_leads(cast: Cast) -> None:
    ticket = routed(cast)
    work_off(ticket, cast)
    replied(cast, ticket=ticket)
    back_to_work(ticket, "还是充不满", by=None, now=NOW + 4 * HOUR)
    logistics = make_department("物流")
    make_handler(cast, "liu", "刘运", logistics)
    route(ticket, logistics, cast, now=NOW + 5 * HOUR)
    tasks = {task.department.name: (task.is_lead, task.state) for task in ticket.tasks.all()}
    assert tasks == {"物流": (True, "asked"), "技术": (False, "done")}


def test_one_whose_lead_is_done_is_passed_on_alone_and_with_others(cast: Cast) -> None:
    logistics = make_department("物流")
    make_handler(cast, "liu", "刘运", logistics)
    done, fresh = routed(cast), first_told(make_complaint(cast, description="别的事"))
    work_off(done, cast)
    fresh.refresh_from_db()
    found = actions.route_tickets(
        [(done, done.version), (fresh, fresh.version)],
        department=logistics,
        task="查",
        by=cast.xu,
        now=NOW + HOUR,
    )
    assert [ticket.pk for ticket in found.done] == [done.pk, fresh.pk]
    assert lead_of(done).department == lead_of(fresh).department == logistics


def test_a_department_that_did_its_part_is_asked_something_else(cast: Cast) -> None:
    ticket = routed(cast)
    product = make_department("产品")
    handler = make_handler(cast, "pei", "裴产", product)
    ask(ticket, product, cast)
    part = ticket.tasks.get(department=product)
    actions.accept_task(part, by=handler, version=part.version, now=NOW)
    actions.complete_task(part, by=handler, version=part.version, outcome="批次正常", now=NOW)
    ask(ticket, product, cast)
    part = ticket.tasks.get(department=product)
    assert (part.state, part.is_lead, part.done_at) == ("asked", False, None)
    with pytest.raises(ValidationError):
        ask(ticket, product, cast)
    assert dt.timedelta(0) == part.asked_at - (NOW + 5 * HOUR)
