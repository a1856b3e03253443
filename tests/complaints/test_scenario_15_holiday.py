"""Scenario 15 over the National Day: found on the eve, solved on a make-up Saturday (7.2, 15).

Every step is a page of its own, every reminder the worker's.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from complaints.models import Case, DepartmentTask, Ticket
from complaints.tasks import sweep_clocks
from crm.notices.dispatch import drain
from crm.notices.models import Notice
from crm.people.models import User
from crm.promises.models import Promise
from tests.complaints.problems import browser
from tests.people import SHANGHAI, Cast, local, make_card, make_cast, make_visit


@pytest.fixture
def cast(db) -> Cast:
    cast = make_cast()
    cast.technical.head = cast.shen
    cast.technical.save()
    return cast


def on(moment: str) -> Any:
    return time_machine.travel(local(f"2026-{moment}"), tick=False)


def press(user: User, path: str, row: Any, **sent: str) -> None:
    """Send a form as its row stands now."""
    row.refresh_from_db()
    body = {"version": row.version, "request_id": f"{path}{row.version}"[-36:], **sent}
    answer = browser(user).post(f"/complaints/{path}/", body)
    assert answer.status_code == 302, answer.context and answer.context.get("form").errors
    row.refresh_from_db()


def worker() -> None:
    """The worker's minute: clocks are swept, bells are rung."""
    sweep_clocks()
    drain(now=timezone.now())


def rung(user: User, kind: str) -> int:
    return Notice.objects.filter(recipient=user, kind=kind).count()


def found_on_a_visit(cast: Cast) -> tuple[Ticket, DepartmentTask, Promise]:
    """One save on the eve: visit, problem, promise; technical is asked to lead."""
    card = make_card(cast.lin, "张伟")
    with on("09-30 17:00"):
        visit = make_visit(card, dt.date(2026, 9, 30), assignee=cast.wu, state="assigned")
        call = {
            "version": "1",
            "method": "phone",
            "q_overall": "2",
            "q_visitor": "4",
            "problem": "装桩后夜间充电停在 80%",
            "category": "technical",
            "department": str(cast.technical.pk),
            "answer_by": "2026-10-10 16:00",
        }
        assert browser(cast.wu).post(f"/visits/{visit.public_id}/call/", call).status_code == 302
    ticket = Ticket.objects.get()
    return ticket, ticket.tasks.get(), Promise.objects.get()


def test_a_problem_found_on_the_eve_of_the_holiday_to_its_case(cast: Cast) -> None:
    ticket, task, promise = found_on_a_visit(cast)
    assert f"{task.due_at.astimezone(SHANGHAI):%m-%d %H:%M}" == "10-10 16:00"
    assert promise.due_at == task.due_at

    # The showroom is open on the holiday: who is silent is asked again, then head and manager.
    with on("10-01 12:00"):
        worker()
    assert (rung(cast.tang, "task_silent"), rung(cast.shen, "task_silent")) == (2, 0)
    for day in range(2, 8):
        with on(f"10-0{day} 12:00"):
            worker()
    assert (rung(cast.tang, "task_silent"), rung(cast.shen, "task_silent")) == (2, 2)
    assert not rung(cast.wu, "promise_due")  # nothing is due on a day nobody works

    # Accepted on the first day back, solved and told on the make-up Saturday, as promised.
    with on("10-08 09:30"):
        press(cast.tang, f"tasks/{task.public_id}/acceptance", task)
    with on("10-09 16:00"):
        worker()
    assert rung(cast.wu, "promise_due") == 1
    assert not rung(cast.tang, "task_no_news")
    with on("10-10 10:00"):
        press(cast.tang, f"tasks/{task.public_id}/outcome", task, outcome="网关固件过旧，已升级")
    with on("10-10 15:00"):
        press(cast.wu, f"{ticket.public_id}/answer", ticket, words="已升级", granted="yes")
    promise.refresh_from_db()
    assert (ticket.state, promise.state) == ("told", "kept")

    # The customer says no: back to work, with another promise.
    with on("10-12 10:00"):
        no = {"solved": "no", "words": "还是停在 80%", "answer_by": "2026-10-14 10:00"}
        press(cast.wu, f"{ticket.public_id}/confirmation", ticket, **no)
    task.refresh_from_db()
    assert (ticket.state, ticket.reopenings, task.state) == ("in_progress", 1, "accepted")
    with on("10-13 11:00"):
        press(cast.tang, f"tasks/{task.public_id}/outcome", task, outcome="换了充电枪")
        press(cast.wu, f"{ticket.public_id}/answer", ticket, words="已换枪", granted="yes")
    with on("10-14 11:00"):
        press(cast.wu, f"{ticket.public_id}/confirmation", ticket, solved="yes", words="充满了")
        worker()
    assert ticket.state == "confirmed"
    assert [one.state for one in Promise.objects.order_by("pk")] == ["kept", "kept"]

    # What was learnt, read by a second person.
    with on("10-15 10:00"):
        parts = {
            "title": "充电停在 80%",
            "symptoms": "装桩后夜间充电停在 80%",
            "cause": "充电枪接触不良",
            "handling": "先升级固件，再换充电枪",
        }
        press(cast.tang, f"{ticket.public_id}/case", ticket, **parts)
        case = Case.objects.get()
        press(cast.tang, f"cases/{case.public_id}/submission", case)
        press(cast.xu, f"cases/{case.public_id}/decision", case, decision="publish")
    assert case.state == "published"
