"""A leaver's tasks, stages and greetings go to colleagues before the account closes (PR-22)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.actions import give_correction, plan_stage, report_correction, start_correction
from complaints.models import Correction, DepartmentTask, Stage
from crm.home.queues import open_work_of
from crm.notices.models import Notice, Reminder
from crm.people.models import User
from tests.caring import make_care_task
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import accepted
from tests.people import NOW, Cast, make_card, make_cast, make_user
from visits.models import CareTask


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_tasks_and_stages_of_a_handler_keep_the_account_open_until_somebody_has_them(cast):
    other = make_user("gu", "顾工", "handler", cast.pudong, department=cast.technical)
    ticket = accepted(cast)
    plan_stage(
        ticket, by=cast.wu, title="换模块", owner=cast.tang, due_on=dt.date(2026, 3, 20), now=NOW
    )
    work = open_work_of(cast.tang)
    assert (work.tasks, work.stages, bool(work)) == (1, 1, True)
    adele, page = client_of(cast.adele), reverse("home:user_page", args=[cast.tang.public_id])
    close = reverse("home:deactivate_user", args=[cast.tang.public_id])
    refused = adele.post(close, {"version": cast.tang.version})
    assert refused.status_code == 422
    url = reverse("home:hand_over", args=[cast.tang.public_id])
    assert url in refused.content.decode()
    assert "1 项部门任务" in adele.get(url).content.decode()
    sent = {"request_id": str(uuid.uuid4())}
    assert adele.post(url, sent).status_code == 422  # nobody chosen
    sent |= {"tasks": other.public_id, "stages": other.public_id}
    answer = adele.post(url, sent)
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert DepartmentTask.objects.get().handler == other
    stage = Stage.objects.get()
    assert stage.owner == other
    ringing = Reminder.objects.filter(about_id=stage.public_id).still_to_ring()
    assert set(ringing.values_list("recipient__username", flat=True)) == {"gu"}
    assert Notice.objects.filter(recipient=other, kind="ticket_routed").exists()
    assert ticket.entries.filter(words__contains="顾工").count() == 2
    assert not open_work_of(cast.tang)
    assert adele.post(close, {"version": cast.tang.version}).status_code == 302


def test_what_a_leaver_has_to_put_right_goes_to_a_colleague(cast):
    other = make_user("gu", "顾工", "handler", cast.pudong, department=cast.technical)
    ticket, day = make_complaint(cast), dt.date(2026, 3, 20)
    for what in ("重做交接单", "培训前台", "改流程"):
        give_correction(ticket, by=cast.xu, what=what, owner=cast.tang, due_on=day, now=NOW)
    done = Correction.objects.get(what="培训前台")
    report_correction(done, by=cast.tang, version=done.version, outcome="已培训", now=NOW)
    begun = Correction.objects.get(what="改流程")
    start_correction(begun, by=cast.tang, version=begun.version, now=NOW)
    assert open_work_of(cast.tang).corrections == 3
    adele = client_of(cast.adele)
    url = reverse("home:hand_over", args=[cast.tang.public_id])
    assert "3 项整改任务" in adele.get(url).content.decode()
    sent = {"request_id": str(uuid.uuid4()), "corrections": other.public_id}
    assert adele.post(url, sent).status_code == 302
    assert set(Correction.objects.values_list("owner", "state")) == {
        (other.pk, "to_do"),
        (other.pk, "started"),
        (other.pk, "reported"),
    }
    ringing = Reminder.objects.filter(kind="corrective_due", role="").still_to_ring()
    assert set(ringing.values_list("recipient__username", flat=True)) == {"gu"}
    assert set(ringing.values_list("about_id", flat=True)) == {
        one.public_id for one in Correction.objects.filter(state__in=("to_do", "started"))
    }
    assert Notice.objects.filter(recipient=other, kind="corrective_given").exists()
    assert not open_work_of(cast.tang)


def test_who_a_complaint_is_about_takes_over_nothing_of_it(cast):
    about = make_user("gu", "顾工", "handler", cast.pudong, department=cast.technical)
    ticket = make_complaint(cast, about=about)
    give_correction(
        ticket, by=cast.xu, what="道歉", owner=cast.tang, due_on=dt.date(2026, 3, 20), now=NOW
    )
    url = reverse("home:hand_over", args=[cast.tang.public_id])
    sent = {"request_id": str(uuid.uuid4()), "corrections": about.public_id}
    assert client_of(cast.adele).post(url, sent).status_code == 422
    assert Correction.objects.get().owner == cast.tang


def test_greetings_go_to_who_may_have_them_and_the_rest_stays(cast):
    make_care_task(make_card(cast.lin, "高峰", state="delivered"))
    make_care_task(make_card(cast.ma, "二组客户", state="delivered"), assignee=cast.lin)
    assert open_work_of(cast.lin).care == 2
    url = reverse("home:hand_over", args=[cast.lin.public_id])
    sent = {"care": cast.zhou.public_id, "request_id": str(uuid.uuid4())}
    assert client_of(cast.adele).post(url, sent).status_code == 302
    assert sorted(CareTask.objects.values_list("assignee__username", flat=True)) == ["lin", "zhou"]
    assert client_of(cast.adele).post(url, sent).status_code == 302
    again = {"care": cast.zhou.public_id, "request_id": str(uuid.uuid4())}
    assert client_of(cast.adele).post(url, again).status_code == 422


@pytest.mark.parametrize("who", ["chen", "shen", "xu", "pan", "lin"])
def test_the_administrator_alone_hands_over(cast, who):
    url = reverse("home:hand_over", args=[cast.zhou.public_id])
    assert client_of(getattr(cast, who)).get(url).status_code in {403, 404}
