"""The scenarios of return visits as they are clicked through: delivery, call, problem."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from complaints.models import Ticket
from crm.customers.models import Card, CaseAccess, Customer
from crm.orders.actions import deliver_order
from crm.people.models import Department, User
from crm.promises.models import Promise
from crm.records.models import AuditEvent
from crm.rulebook.queues import rules_for
from tests.people import NOW, Cast, local, make_card, make_cast, make_order, make_visit
from visits import actions
from visits.actions import assign_visit, plan_all
from visits.draws import drawn
from visits.models import (
    Answer,
    CareRule,
    CareTask,
    Draw,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Visit,
    VisitRule,
)
from visits.questions import form_of

BEFORE_THE_HOLIDAY = local("2026-04-03 16:00")  # Friday before Qingming


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.update(since=dt.date(2026, 1, 1))
    return make_cast()


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_scenario_13_from_the_delivery_to_the_last_follow_on_visit(cast):
    """Card state; first visit in three working days, the holiday left out; follow-on visits;
    care tasks done by people; the referrer thanked by their own salesperson."""
    CareRule.objects.update(since=dt.date(2026, 1, 1))
    referrer = make_card(cast.zhou, "老客户", state="delivered")
    make_order(
        referrer,
        BEFORE_THE_HOLIDAY - dt.timedelta(days=30),
        state="delivered",
        delivered_at=BEFORE_THE_HOLIDAY - dt.timedelta(days=20),
    )
    card = make_card(cast.lin, "高峰", state="ordered", source="referral", referrer=referrer)
    Customer.objects.filter(pk=card.customer_id).update(birthday=dt.date(1985, 6, 18))
    order = make_order(card, BEFORE_THE_HOLIDAY - dt.timedelta(days=9))
    _numbers, calendar = rules_for(card.store_id)
    assert not calendar.is_working_day(dt.date(2026, 4, 6))
    with time_machine.travel(BEFORE_THE_HOLIDAY, tick=False) as clock:
        deliver_order(
            order,
            by=cast.lin,
            version=order.version,
            delivered_at=BEFORE_THE_HOLIDAY,
            now=BEFORE_THE_HOLIDAY,
        )
        assert Card.objects.get(pk=card.pk).state == "delivered"
        plan_all(now=BEFORE_THE_HOLIDAY)
        visits = list(Visit.objects.filter(card=card))
        assert [(one.kind, one.due_on) for one in visits] == [
            ("new_purchase", dt.date(2026, 4, 9)),  # 4 to 6 April are days off
            ("regular", dt.date(2026, 5, 6)),  # 3 May is a Sunday of the Labour Day holiday
            ("regular", dt.date(2026, 7, 2)),
        ]
        first = visits[0]
        # the 7-day visit would be the day after the first: one visit, both reasons kept
        assert first.causes.filter(outcome="merged").count() == 1
        assert first.state == "assigned"
        assert first.assignee in (cast.wu, cast.xu)
        assert CaseAccess.objects.filter(card=card, user=first.assignee).exists()
        before = Visit.objects.count()
        assert plan_all(now=BEFORE_THE_HOLIDAY) == 0
        assert Visit.objects.count() == before
        page = client_of(cast.lin).get(f"/customers/{card.public_id}/?show=system")
        assert page.status_code == 200
        # the referrer is thanked on the next working day, by their own salesperson, once
        thanks = CareTask.objects.get()
        assert (thanks.card, thanks.newcomer, thanks.assignee) == (referrer, card, cast.zhou)
        assert (thanks.occasion, thanks.due_on) == ("thanks", dt.date(2026, 4, 7))
        clock.move_to(local("2026-04-07 10:00"))
        greeted(cast.zhou, thanks, words="谢谢您介绍高先生", gift="保养券")
        assert set(referrer.contacts.values_list("purpose", flat=True)) == {"care"}
        go_through_the_months(cast, card, visits, clock)


def greeted(by: User, task: CareTask, **said: str) -> None:
    """Somebody logs a greeting through their own page."""
    task.refresh_from_db()
    sent = {"version": task.version, "request_id": str(uuid.uuid4()), "method": "phone", **said}
    url = f"/visits/care/{task.public_id}/completion/"
    assert client_of(by).post(url, {**sent, "outcome": "reached"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.ended_by) == ("done", by)


def called(visit: Visit) -> None:
    """The visitor opens the call screen and enters what the customer answered there."""
    visit.refresh_from_db()
    url, visitor = f"/visits/{visit.public_id}/call/", client_of(visit.assignee)
    assert "总体满意度" in visitor.get(url).content.decode()
    sent = {"version": visit.version, "request_id": str(uuid.uuid4()), "method": "phone"}
    missed = visitor.post(url, {**sent, "q_visitor": "5"})
    assert (missed.status_code, [*missed.context["form"].errors]) == (422, ["q_overall"])
    assert visitor.post(url, {**sent, "q_overall": "5", "q_visitor": "5"}).status_code == 302


def go_through_the_months(cast: Cast, card: Card, visits: list[Visit], clock) -> None:
    """Each visit made on its day; birthday and first service greeted by whom the rule names."""
    coming = [("visit", one.due_on, one) for one in visits]
    coming += [("care", day, None) for day in (dt.date(2026, 6, 18), dt.date(2026, 10, 9))]
    for kind, day, visit in sorted(coming, key=lambda one: one[1]):
        now = local(f"{day} 10:00")
        clock.move_to(now)
        plan_all(now=now)
        actions.plan_care(now=now)
        actions.plan_care(now=now)  # the worker comes round again
        if kind == "care":
            (task,) = CareTask.objects.filter(card=card, state="open", due_on__lte=day)
            assert task.assignee == (cast.lin if task.occasion == "birthday" else cast.wu)
            greeted(task.assignee, task)
            continue
        called(visit)
    done = CareTask.objects.filter(card=card, state="done").order_by("due_on")
    assert list(done.values_list("occasion", "due_on")) == [
        ("birthday", dt.date(2026, 6, 18)),
        ("service", dt.date(2026, 10, 9)),  # 3 October lies in the holiday
    ]
    kept = Visit.objects.filter(pk__in=[one.pk for one in visits])
    assert set(kept.values_list("state", "method", "satisfaction")) == {("completed", "phone", 5)}
    asked = Response.objects.filter(visit__in=kept).values_list("questions", flat=True)
    assert sorted(asked) == sorted(kept.values_list("questions", flat=True))
    assert not CareTask.objects.filter(card=card, state="open").exists()


def test_scenario_15_problem_with_lead_and_assistants_and_promise_arise_in_one_save(cast):
    """What follows, from the department's work to the case, is tested with the complaints."""
    logistics = Department.objects.create(name="物流")
    with time_machine.travel(NOW, tick=False):
        visit = make_visit(make_card(cast.lin, "高峰"), NOW.date(), kind="new_purchase")
        assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
        sent = {
            "version": visit.version,
            "request_id": str(uuid.uuid4()),
            "method": "phone",
            "q_overall": "2",
            "q_visitor": "5",
            "problem": "小区桩晚上充到 80% 就停",
            "category": "technical",
            "department": cast.technical.pk,
            "assistants": [logistics.public_id, cast.technical.public_id],
            "answer_by": "2026-03-13 12:00",
        }
        url, wu = f"/visits/{visit.public_id}/call/", client_of(cast.wu)
        refused = wu.post(url, {**sent, "assistants": ["999999"]})
        assert refused.status_code == 422
        assert "assistants" in refused.context["form"].errors
        assert not Ticket.objects.exists()
        for _ in range(2):
            assert wu.post(url, sent).status_code == 302
    ticket, promise = Ticket.objects.get(), Promise.objects.get()
    assert (ticket.kind, ticket.category, ticket.responsible) == ("problem", "technical", cast.wu)
    tasks = {(task.department.name, task.is_lead) for task in ticket.tasks.all()}
    assert tasks == {("技术", True), ("物流", False)}
    assert (promise.source_id, promise.due_at) == (ticket.public_id, local("2026-03-13 12:00"))
    visit.refresh_from_db()
    assert (visit.state, visit.satisfaction, visit.ticket) == ("completed", 2, ticket)


def test_scenario_16_questionnaire_by_a_link_answered_once_and_prizes_blind_to_the_grade(cast):
    """One answer only, closed after its day, a draw that is logged and repeated by its seed."""
    xu, phone = client_of(cast.xu), Client(headers={"accept-language": "zh-hans"})
    with time_machine.travel(NOW, tick=False) as clock:
        announced(xu, sheet=Questionnaire.objects.get(kind="new_purchase"))
        links = [handed_out(cast, name) for name in ("高峰", "宋佳", "任伟", "顾晨")]
        for number, address in enumerate(links[:3]):
            assert "中奖与您的评分无关" in phone.get(address).content.decode()
            assert phone.post(address, answered(5 - 2 * number)).status_code == 200
            assert phone.post(address, answered(5)).status_code == 404
        assert sorted(Response.objects.values_list("visit__satisfaction", flat=True)) == [1, 3, 5]
        clock.move_to(local("2026-03-27 00:00"))  # good until the 14th day
        closed = phone.get(links[3])
        assert (closed.status_code, closed.content) == (404, phone.get("/s/none/").content)
        assert phone.post(links[3], answered(5)).status_code == 404
        assert Response.objects.count() == 3
        won = drawn_and_repeated(xu, Draw.objects.get())
        Answer.objects.update(number=1)
        again = page_of(xu, Draw.objects.get())
    assert again["repeats"]
    assert [winner.response.public_id for winner, _name in again["rows"]] == won


def announced(xu: Client, *, sheet: Questionnaire) -> None:
    """Two prizes among those who answer within the week."""
    told = {"questionnaire": sheet.pk, "prize": "精洗券", "prizes": "2"}
    days = {"since": NOW.date().isoformat(), "until": "2026-03-18"}
    sent = {**told, **days, "request_id": str(uuid.uuid4())}
    assert xu.post("/visits/draws/new/", sent).status_code == 302


def handed_out(cast: Cast, name: str) -> str:
    """The address a customer of Lin's was given by Wu."""
    visit = make_visit(make_card(cast.lin, name), NOW.date(), kind="new_purchase")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    made = actions.make_link(visit, by=cast.wu, now=NOW)
    assert made
    return f"/s/{made[1]}/"


def answered(grade: int) -> dict[str, str]:
    """What a customer sends who has seen every question."""
    questions = QuestionnaireVersion.objects.get(
        questionnaire__kind="new_purchase", state="approved"
    )
    seen = " ".join([*(one.key for one in form_of(questions.body).questions), "call"])
    return {"q_overall": str(grade), "q_visitor": "5", "seen": seen}


def drawn_and_repeated(xu: Client, draw: Draw) -> list[str]:
    """Xu draws, presses once more, and reads that the seed says the same; who won, in order."""
    sent = {"version": draw.version, "request_id": str(uuid.uuid4())}
    for _ in range(2):
        assert xu.post(f"/visits/draws/{draw.public_id}/drawing/", sent).status_code == 302
    page = page_of(xu, draw)
    won = [winner.response.public_id for winner, _name in page["rows"]]
    event = AuditEvent.objects.get(action="visits.draw_winners")
    entries = list(Response.objects.values_list("public_id", flat=True))
    assert event.after == {"seed": page["draw"].seed, "entries": 3, "winners": won}
    assert (page["repeats"], drawn(page["draw"].seed, entries, 2)) == (True, won)
    return won


def page_of(xu: Client, draw: Draw):
    """The page of a draw: its seed, who won, whether the seed says so again."""
    return xu.get(f"/visits/draws/{draw.public_id}/").context
