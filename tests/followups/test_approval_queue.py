"""The supervisor's queue: what waits, what was checked, one decision after the other."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.records.models import AuditEvent
from followups import states
from followups.models import Plan, PlanDecision
from tests.people import NOW, Cast, make_card, make_plan, make_planned

QUEUE = "/followups/plans/awaiting/"
pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss(cast: Cast, client: Client) -> Client:
    client.force_login(cast.chen, backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting_plan(owner, name: str, *, level: str = "H", gap_days: int = 2, **fields) -> Plan:
    card = make_card(owner, name, level=level)
    plan = make_plan(
        card, state=states.SUBMITTED, submitted_at=NOW - dt.timedelta(minutes=12), **fields
    )
    make_planned(plan, NOW + dt.timedelta(minutes=10), reason=f"{name}问到第二排空间")
    make_planned(plan, NOW + dt.timedelta(days=gap_days, minutes=10), reason=f"{name}要带夫人来")
    return plan


def decide(client: Client, verb: str, plan: Plan, **data) -> object:
    url = reverse(f"followups:{verb}", args=[plan.public_id])
    return client.post(url, {"version": plan.version, **data})


def test_chen_sees_her_teams_plans_the_oldest_first_with_every_check(boss, cast):
    waiting_plan(cast.lin, "张伟")
    other_team = waiting_plan(cast.ma, "马国强")
    page = boss.get(QUEUE)
    assert page.status_code == 200
    text = page.content.decode()
    assert "张伟" in text
    assert other_team.card.customer.name not in text
    assert [review.plan.card.customer.name for review in page.context["waiting"]] == ["张伟"]
    assert all(check.ok for check in page.context["review"].checks)


def test_a_plan_beyond_the_cycle_stands_under_warnings_and_cannot_be_ticked(boss, cast):
    waiting_plan(cast.lin, "张伟")
    slow = waiting_plan(cast.lin, "许文静", gap_days=9, exception_reason="客户出差一周")
    page = boss.get(QUEUE, {"show": "warned"})
    assert [row.plan for row in page.context["page"]] == [slow]
    assert not page.context["page"][0].passes
    box = rf'value="{slow.public_id}:{slow.version}:[\w-]+" data-tick disabled'
    assert re.search(box, page.content.decode())


def test_approving_goes_to_the_next_plan_and_can_be_undone_for_ten_seconds(boss, cast):
    first, second = waiting_plan(cast.lin, "张伟"), waiting_plan(cast.zhou, "叶青")
    answer = decide(boss, "approve_plan", first)
    assert answer.status_code == 302
    first.refresh_from_db()
    assert (first.state, first.reviewer) == (states.APPROVED, cast.chen)
    page = boss.get(answer.url)
    assert page.context["review"].plan == second
    assert reverse("followups:undo_approval", args=[first.public_id]) in page.content.decode()
    decide(boss, "undo_approval", first)
    first.refresh_from_db()
    assert first.state == states.SUBMITTED


def test_an_undo_after_ten_seconds_is_refused_with_409(boss, cast):
    plan = waiting_plan(cast.lin, "张伟")
    decide(boss, "approve_plan", plan)
    plan.refresh_from_db()
    with time_machine.travel(NOW + dt.timedelta(seconds=11), tick=False):
        assert decide(boss, "undo_approval", plan).status_code == 409
    plan.refresh_from_db()
    assert plan.state == states.APPROVED


def test_returning_without_words_is_refused_beside_the_field_and_changes_nothing(boss, cast):
    waiting_plan(cast.lin, "张伟")
    plan = waiting_plan(cast.lin, "许文静")
    answer = decide(boss, "return_plan", plan, comment="  ")
    assert answer.status_code == 422
    assert answer.context["form"].errors["comment"]
    assert answer.context["review"].plan == plan
    plan.refresh_from_db()
    assert plan.state == states.SUBMITTED
    assert not PlanDecision.objects.exists()


def test_returning_with_words_keeps_them_for_the_author(boss, cast):
    plan = waiting_plan(cast.lin, "张伟")
    assert decide(boss, "return_plan", plan, comment="第 2 步理由与上次相同").status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.review_comment) == (states.RETURNED, "第 2 步理由与上次相同")
    page = boss.get(QUEUE, {"show": "returned"})
    assert "第 2 步理由与上次相同" in page.content.decode()


def test_two_supervisors_at_once_one_decides_the_other_is_told_who(boss, cast):
    plan = waiting_plan(cast.lin, "张伟")
    shen = Client()
    shen.force_login(cast.shen, backend="django.contrib.auth.backends.ModelBackend")
    assert decide(shen, "return_plan", plan, comment="先处理投诉").status_code == 302
    answer = decide(boss, "approve_plan", plan)
    assert answer.status_code == 409
    assert cast.shen.name in answer.content.decode()
    assert PlanDecision.objects.count() == 1


def test_a_double_click_on_approve_decides_once(boss, cast):
    plan = waiting_plan(cast.lin, "张伟")
    first = decide(boss, "approve_plan", plan, request_id="r-1")
    again = decide(boss, "approve_plan", plan, request_id="r-1")
    assert (first.status_code, again.status_code) == (302, 302)
    assert PlanDecision.objects.filter(plan=plan).count() == 1
    assert AuditEvent.objects.filter(action="followups.approve_plan").count() == 1


def test_ticked_plans_that_pass_every_check_are_approved_the_others_named(boss, cast):
    good, slow = waiting_plan(cast.lin, "张伟"), waiting_plan(cast.lin, "许文静", gap_days=9)
    ticks = [f"{plan.public_id}:{plan.version}" for plan in (good, slow)]
    answer = boss.post(reverse("followups:approve_plans"), {"plan": ticks}, follow=True)
    good.refresh_from_db()
    slow.refresh_from_db()
    assert (good.state, slow.state) == (states.APPROVED, states.SUBMITTED)
    assert "许文静" in [str(m) for m in answer.context["messages"]][-1]


@pytest.mark.parametrize("nonsense", ["", "x", "x:y", "x:-1", "x:99999999999999", ":1", "\x00:1"])
def test_nonsense_among_the_ticks_approves_nothing(boss, cast, nonsense):
    plan = waiting_plan(cast.lin, "张伟")
    answer = boss.post(reverse("followups:approve_plans"), {"plan": [nonsense]})
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.state == states.SUBMITTED


def test_a_supervisors_own_plan_waits_for_somebody_else(boss, cast):
    own = waiting_plan(cast.chen, "郑丽华")
    assert boss.get(QUEUE).context["waiting"] == []
    assert decide(boss, "approve_plan", own).status_code == 403
    own.refresh_from_db()
    assert own.state == states.SUBMITTED


def test_a_salesperson_has_no_queue_and_an_outsider_finds_no_plan(client, cast):
    plan = waiting_plan(cast.lin, "张伟")
    client.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(QUEUE).status_code == 403
    assert decide(client, "approve_plan", plan).status_code == 403
    client.force_login(cast.ola, backend="django.contrib.auth.backends.ModelBackend")
    assert decide(client, "approve_plan", plan).status_code == 404
    plan.refresh_from_db()
    assert plan.state == states.SUBMITTED
