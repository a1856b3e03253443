"""Departments with a task: one refuses, one keeps silent, one assists; who sees and who may."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import DepartmentTask, Entry, Ticket
from crm.customers.models import CaseAccess
from crm.notices import dispatch
from crm.notices.models import Notice, Reminder
from tests.complaints.problems import (
    HOUR,
    accepted,
    browser,
    lead_of,
    make_department,
    make_handler,
    make_problem,
)
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    cast = make_cast()
    cast.technical.head = cast.shen
    cast.technical.save()
    return cast


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def told(user, kind: str) -> int:
    return Notice.objects.filter(recipient=user, kind=kind).count()


def open_page(user, ticket: Ticket) -> int:
    return browser(user).get(f"/complaints/{ticket.public_id}/").status_code


def test_a_refusing_department_gives_its_reason_and_another_is_asked(cast: Cast) -> None:
    ticket = make_problem(cast)
    task = lead_of(ticket)
    assert told(cast.shen, "ticket_routed") == told(cast.tang, "ticket_routed") == 1
    refusal = f"/complaints/tasks/{task.public_id}/refusal/"

    empty = browser(cast.tang).post(refusal, {"version": task.version, "reason": " "})
    assert empty.status_code == 422

    browser(cast.tang).post(refusal, {"version": task.version, "reason": "充电桩归物流安装"})
    ticket.refresh_from_db()
    task.refresh_from_db()
    assert (ticket.state, ticket.lead_department, task.state) == ("classified", None, "refused")
    assert told(cast.wu, "task_refused") == told(cast.xu, "task_refused") == 1
    assert open_page(cast.tang, ticket) == 404  # no longer the department's case
    assert not CaseAccess.objects.filter(department=cast.technical, until=None).exists()
    assert not Reminder.objects.still_to_ring().filter(about_id=task.public_id).exists()

    logistics = make_department("物流")
    liu = make_handler(cast, "liu", "刘运", logistics)
    routed = {
        "version": ticket.version,
        "category": "delivery",
        "subcategory": "delivery.condition",
        "department": logistics.pk,
        "task": "重装充电桩",
    }
    wrong = {**routed, "subcategory": "technical.charging"}
    path = f"/complaints/{ticket.public_id}/routing/"
    assert browser(cast.wu).post(path, wrong).status_code == 422
    assert browser(cast.wu).post(path, routed).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.category, ticket.lead_department) == (
        *("routed", "delivery"),
        logistics,
    )
    assert told(liu, "ticket_routed") == 1
    assert open_page(liu, ticket) == 200
    words = Entry.objects.filter(ticket=ticket, kind="refused").values_list("words", flat=True)
    assert list(words) == ["充电桩归物流安装"]


def test_a_silent_department_is_reminded_then_its_head_then_the_manager(cast: Cast) -> None:
    cast.technical.head = cast.he
    cast.technical.save()
    ticket = make_problem(cast)
    task = lead_of(ticket)
    bells = list(
        Reminder.objects.filter(about_id=task.public_id, kind="task_silent")
        .order_by("not_before")
        .values_list("step", "recipient__username", "role")
    )
    assert bells == [
        ("first", "tang", ""),
        ("remind", "tang", ""),
        ("head", "he", ""),
        ("manager", None, "manager"),
    ]

    for bell in Reminder.objects.filter(about_id=task.public_id, kind="task_silent"):
        dispatch.drain(now=bell.not_before)
    lines = Notice.objects.filter(kind="task_silent").order_by("pk")
    assert [line.recipient.username for line in lines] == ["tang", "tang", "he", "shen"]
    page = browser(cast.he).get("/inbox/").content.decode()
    assert f"工单 {ticket.ticket_no}：技术仍未回应，现通知你（部门负责人）。" in page

    actions.accept_task(task, by=cast.tang, version=task.version, now=NOW + dt.timedelta(days=4))
    assert not Reminder.objects.still_to_ring().filter(kind="task_silent").exists()
    assert not Notice.objects.filter(kind="task_silent").still_open().exists()
    assert Reminder.objects.still_to_ring().filter(kind="task_no_news").count() == 2


def test_a_report_begins_the_clock_of_silence_anew(cast: Cast) -> None:
    ticket = accepted(cast)
    task = lead_of(ticket)
    first = Reminder.objects.still_to_ring().get(kind="task_no_news", step="remind")
    later = NOW + dt.timedelta(days=1)
    actions.report_progress(task, by=cast.tang, version=task.version, words="等零件", now=later)
    second = Reminder.objects.still_to_ring().get(kind="task_no_news", step="remind")
    ticket.refresh_from_db()
    assert second.not_before > first.not_before
    assert ticket.state == "in_progress"
    assert told(cast.wu, "task_progress") == 1


def test_the_lead_answers_for_the_whole_so_assistants_finish_first(cast: Cast) -> None:
    ticket = accepted(cast)
    logistics = make_department("物流")
    liu = make_handler(cast, "liu", "刘运", logistics)
    asked = {"version": ticket.version, "department": logistics.pk, "task": "查运输记录"}
    path = f"/complaints/{ticket.public_id}/departments/"
    assert browser(cast.tang).post(path, asked).status_code == 302  # the lead may ask too
    ticket.refresh_from_db()
    again = browser(cast.wu).post(path, {**asked, "version": ticket.version})
    assert again.status_code == 422

    lead, part = lead_of(ticket), DepartmentTask.objects.get(department=logistics)
    with pytest.raises(ValidationError):
        actions.complete_task(lead, by=cast.tang, version=lead.version, outcome="好了", now=NOW)
    with pytest.raises(PermissionDenied):
        actions.accept_task(part, by=cast.tang, version=part.version, now=NOW)

    part.refresh_from_db()
    actions.accept_task(part, by=liu, version=part.version, now=NOW)
    actions.complete_task(part, by=liu, version=part.version, outcome="无损伤", now=NOW)
    lead = lead_of(ticket)
    actions.complete_task(lead, by=cast.tang, version=lead.version, outcome="换桩", now=NOW + HOUR)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at) == ("solved", NOW + HOUR)


def test_service_takes_back_what_it_asked_of_an_assistant(cast: Cast) -> None:
    ticket = accepted(cast)
    product = make_department("产品")
    actions.ask_department(
        ticket, by=cast.wu, version=ticket.version, department=product, task="看批次", now=NOW
    )
    part = DepartmentTask.objects.get(department=product)
    path = f"/complaints/tasks/{part.public_id}/cancellation/"
    sent = {"version": part.version, "reason": "不需要了"}
    assert browser(cast.tang).post(path, sent).status_code in (403, 404)
    assert browser(cast.wu).post(path, sent).status_code == 302
    part.refresh_from_db()
    assert part.state == "called_off"
    lead = lead_of(ticket)
    refused = browser(cast.xu).post(
        f"/complaints/tasks/{lead.public_id}/cancellation/",
        {"version": lead.version, "reason": "换部门"},
    )
    assert refused.status_code == 422


def test_a_handler_sees_the_departments_case_and_no_other_of_the_same_customer(cast: Cast) -> None:
    ticket = make_problem(cast)
    logistics = make_department("物流")
    other = make_problem(cast, card=ticket.card, lead_department=logistics)
    assert open_page(cast.tang, ticket) == 200
    assert open_page(cast.tang, other) == 404
    queue = browser(cast.tang).get("/complaints/tasks/").context["rows"]
    assert [task.ticket_id for task, _name in queue] == [ticket.pk]


def test_who_it_is_about_sees_nothing_and_does_nothing(cast: Cast) -> None:
    ticket = make_problem(cast, about=cast.tang, category="staff_conduct")
    task = lead_of(ticket)
    assert open_page(cast.tang, ticket) == 404
    assert told(cast.tang, "ticket_routed") == 0
    with pytest.raises(PermissionDenied):
        actions.accept_task(task, by=cast.tang, version=task.version, now=NOW)
    assert not browser(cast.tang).get("/complaints/tasks/").context["rows"]
    assert not Reminder.objects.filter(recipient=cast.tang).exists()


def test_what_a_department_refuses_about_a_supervisor_is_the_managers(cast: Cast) -> None:
    ticket = make_problem(cast, about=cast.xu, category="staff_conduct")
    task = lead_of(ticket)
    actions.refuse_task(task, by=cast.tang, version=task.version, reason="不归我们", now=NOW)
    assert told(cast.xu, "task_refused") == 0
    assert told(cast.shen, "task_refused") == 1
    assert open_page(cast.xu, ticket) == 404


def test_sales_knows_how_it_stands_and_not_what_was_said(cast: Cast) -> None:
    ticket = make_problem(cast, description="小林说可以免费升级")
    page = browser(cast.lin).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert "小林说可以免费升级" not in page
    assert "小林说可以免费升级" not in browser(cast.lin).get("/complaints/").content.decode()
    assert (
        "小林说可以免费升级"
        in browser(cast.tang).get(f"/complaints/{ticket.public_id}/").content.decode()
    )


def test_a_head_who_is_no_handler_reads_the_departments_tasks_and_no_others(cast: Cast) -> None:
    make_problem(cast)
    tasks = "/complaints/tasks/"
    assert browser(cast.chen).get(tasks).status_code == 403
    cast.technical.head = cast.chen
    cast.technical.save()
    page = browser(cast.chen).get(tasks)
    assert [task.department for task, _name in page.context["rows"]] == [cast.technical]


def test_the_queue_leads_to_tasks_only_whoever_may_read_them(cast: Cast) -> None:
    for user, leads in ((cast.xu, True), (cast.tang, True), (cast.lin, False)):
        page = browser(user).get("/complaints/").content.decode()
        assert ("/complaints/tasks/" in page) == leads, user
