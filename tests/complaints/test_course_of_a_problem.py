"""From the visit to the case: found, passed on, told, not solved, solved, learnt from (7.2, 15)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints import actions
from complaints.models import Case, Ticket
from crm.customers.models import CaseAccess
from crm.notices.models import Notice, Reminder
from crm.promises.models import Promise
from tests.complaints.problems import browser, make_problem
from tests.people import NOW, SHANGHAI, Cast, local, make_card, make_cast, make_visit

TOMORROW = "2026-03-13 16:00"


@pytest.fixture
def cast(db) -> Cast:
    cast = make_cast()
    cast.technical.head = cast.shen
    cast.technical.save()
    return cast


def press(user, path: str, version: int, **sent: str):
    """Press a button of a page; where it leads must be the ticket again."""
    answer = browser(user).post(path, {"version": version, **sent})
    assert answer.status_code == 302, answer.context and answer.context.get("form").errors
    return answer


def test_scenario_15_visit_problem_promise_no_yes_case(cast: Cast) -> None:
    card = make_card(cast.lin, "张伟")
    visit = make_visit(card, NOW.date(), assignee=cast.wu, state="assigned")

    with time_machine.travel(NOW, tick=False):
        # one save: the visit, the problem, the promise; the department is told
        page = browser(cast.wu).post(
            f"/visits/{visit.public_id}/call/",
            {
                "version": 1,
                "method": "phone",
                "q_overall": "2",
                "q_visitor": "4",
                "problem": "装桩后夜间充电停在 80%",
                "category": "technical",
                "department": cast.technical.pk,
                "answer_by": TOMORROW,
            },
        )
        assert page.status_code == 302
    ticket = Ticket.objects.get()
    promise = Promise.objects.get()
    task = ticket.tasks.get()
    assert (ticket.kind, ticket.state, ticket.responsible) == ("problem", "routed", cast.wu)
    assert (task.is_lead, task.state, task.due_at) == (True, "asked", promise.due_at)
    told = Notice.objects.filter(kind="ticket_routed").values_list("recipient__username", flat=True)
    assert sorted(told) == ["shen", "tang"]
    assert browser(cast.wu).get(f"/visits/{visit.public_id}/").context["tickets"] == [ticket]
    assert f"/visits/{visit.public_id}/" in page_of(cast.wu, ticket)

    # the department accepts, asks nobody, solves
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        press(cast.tang, f"/complaints/tasks/{task.public_id}/acceptance/", task.version)
        task.refresh_from_db()
        outcome = {"outcome": "网关固件过旧，已升级"}
        press(cast.tang, f"/complaints/tasks/{task.public_id}/outcome/", task.version, **outcome)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.solved_by) == ("solved", cast.tang)
    assert Notice.objects.filter(recipient=cast.wu, kind="ticket_solved").exists()

    # Wu tells the customer; the promise is answered in the same save
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        answer = {"words": "固件已升级，今晚可充满", "granted": "yes"}
        press(cast.wu, f"/complaints/{ticket.public_id}/answer/", ticket.version, **answer)
    promise.refresh_from_db()
    ticket.refresh_from_db()
    assert (ticket.state, promise.state, promise.answer) == ("told", "kept", answer["words"])

    # the customer says no: back to work, counted, with another promise
    first_resolution = ticket.resolved_at
    with time_machine.travel(NOW + dt.timedelta(hours=24), tick=False):
        no = {"solved": "no", "words": "昨晚还是停在 80%", "answer_by": "2026-03-14 10:00"}
        press(cast.wu, f"/complaints/{ticket.public_id}/confirmation/", ticket.version, **no)
    ticket.refresh_from_db()
    task.refresh_from_db()
    assert (ticket.state, ticket.reopenings, task.state) == ("in_progress", 1, "accepted")
    assert ticket.resolved_at == first_resolution < ticket.reopened_at
    assert Promise.objects.filter(state="open").count() == 1

    # solved again, told again, and now it is good
    with time_machine.travel(NOW + dt.timedelta(hours=25), tick=False):
        outcome = {"outcome": "换了充电枪，三次充满"}
        press(cast.tang, f"/complaints/tasks/{task.public_id}/outcome/", task.version, **outcome)
        ticket.refresh_from_db()
        answer = {"words": "已换充电枪", "granted": "yes"}
        press(cast.wu, f"/complaints/{ticket.public_id}/answer/", ticket.version, **answer)
        ticket.refresh_from_db()
    with time_machine.travel(NOW + dt.timedelta(hours=48), tick=False):
        yes = {"solved": "yes", "words": "昨晚充满了"}
        press(cast.wu, f"/complaints/{ticket.public_id}/confirmation/", ticket.version, **yes)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("confirmed", NOW + dt.timedelta(hours=48))
    assert ticket.resolved_at > ticket.reopened_at
    assert not CaseAccess.objects.filter(card=card, until__isnull=True).exists()
    assert not Reminder.objects.still_to_ring().filter(about_room="complaints").exists()
    assert not Promise.objects.filter(state="open").exists()

    # what was learnt, approved by somebody else
    with time_machine.travel(NOW + dt.timedelta(hours=49), tick=False):
        parts = {
            "title": "充电停在 80%",
            "symptoms": "装桩后夜间充电停在 80%",
            "cause": "充电枪接触不良，网关固件过旧",
            "handling": "先升级固件，再换充电枪",
            "lessons": "两样都要查",
        }
        press(cast.tang, f"/complaints/{ticket.public_id}/case/", 1, **parts)
        case = Case.objects.get()
        press(cast.tang, f"/complaints/cases/{case.public_id}/submission/", case.version)
        case.refresh_from_db()
        decision = {"decision": "publish"}
        press(cast.xu, f"/complaints/cases/{case.public_id}/decision/", case.version, **decision)
    found = browser(cast.lin).get("/complaints/cases/", {"q": "充电枪"})
    assert [one.title for one in found.context["listing"].page] == ["充电停在 80%"]


def page_of(user, ticket: Ticket) -> str:
    answer = browser(user).get(f"/complaints/{ticket.public_id}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_scenario_15_over_the_national_day_holiday_silence_is_counted_in_working_days(
    cast: Cast,
) -> None:
    eve = local("2026-09-30 17:00")
    task = make_problem(cast, now=eve).tasks.get()
    assert task.due_at.astimezone(SHANGHAI).date() > dt.date(2026, 10, 7)
    actions.accept_task(task, by=cast.tang, version=task.version, now=eve)
    bells = Reminder.objects.still_to_ring().filter(about_id=task.public_id)
    rings = {
        (row.kind, row.step): f"{row.not_before.astimezone(SHANGHAI):%m-%d}"
        for row in bells.filter(kind="task_no_news")
    }
    assert set(rings) == {("task_no_news", "remind"), ("task_no_news", "head")}
    assert min(rings.values()) > "10-07"
    assert not bells.filter(kind="task_silent").exists()
