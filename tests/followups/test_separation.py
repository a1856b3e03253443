"""Nobody approves what they edited or submitted, also for a salesperson of their team."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from crm.exchange.queues.columns import Asked
from crm.exchange.queues.listings import APPROVALS
from crm.home.queues import badges
from crm.notices.models import Notice
from crm.people.models import Delegation, User
from followups import actions, states
from followups.models import Plan
from followups.queues import reviews, to_review
from followups.steps import Step
from tests.followups.test_both_texts import hands, send
from tests.people import NOW, Cast, local, make_card, make_plan, make_user

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def submit(plan: Plan, by) -> None:
    plan.refresh_from_db()
    actions.submit_plan(plan, by=by, version=plan.version, now=NOW)


def approve(plan: Plan, by) -> None:
    plan.refresh_from_db()
    actions.approve_plan(plan, by=by, version=plan.version, now=NOW)


def edit(plan: Plan, by) -> None:
    step = plan.steps.all()[0]
    new = Step(due_at=step.due_at, untimed=False, method="phone", content="改", reason="夫人来电")
    actions.change_step(step, new, by=by, version=step.version, now=NOW)


def test_who_submitted_it_does_not_approve_it_the_manager_does_and_is_told(
    cast: Cast, draft: Plan
) -> None:
    submit(draft, cast.chen)
    assert Notice.objects.filter(kind="plan_waiting", recipient=cast.shen).exists()
    with pytest.raises(PermissionDenied):
        approve(draft, cast.chen)
    assert draft not in to_review(cast.chen)
    assert badges(cast.chen, now=NOW, today=TODAY)["plans"].count() == 0
    assert badges(cast.shen, now=NOW, today=TODAY)["plans"].count() == 1
    approve(draft, cast.shen)
    draft.refresh_from_db()
    assert draft.state == states.APPROVED


def test_who_edited_it_does_not_approve_it_another_supervisor_of_the_team_does(
    cast: Cast, draft: Plan
) -> None:
    second = make_user("second", "第二主管", "sales_supervisor", cast.pudong, cast.team_one)
    edit(draft, cast.chen)
    submit(draft, cast.lin)
    for verb in (actions.approve_plan, actions.return_plan):
        with pytest.raises(PermissionDenied):
            verb(draft, by=cast.chen, version=draft.version, now=NOW, comment="好")
    approve(draft, second)
    draft.refresh_from_db()
    assert draft.reviewer == second


def test_the_queue_shows_it_without_buttons_and_says_why(cast: Cast, draft: Plan) -> None:
    submit(draft, cast.chen)
    (review,) = reviews(cast.chen, NOW)
    assert not review.may_decide
    page = hands(cast.chen).get("/followups/plans/awaiting/").content.decode()
    assert 'class="stickbar"' not in page
    assert re.search(rf'value="{draft.public_id}:{draft.version}:[\w-]+" data-tick disabled', page)
    own = hands(cast.chen).get(f"/followups/plans/{draft.public_id}/")
    assert own.context["others_decide"]
    assert not own.context["may_decide"]
    assert send(hands(cast.chen), "approve_plan", draft, version=draft.version).status_code == 403
    assert 'class="stickbar"' in hands(cast.shen).get("/followups/plans/awaiting/").content.decode()


def test_moving_a_contact_of_a_plan_that_waits_hands_the_decision_to_the_manager(
    cast: Cast, draft: Plan
) -> None:
    submit(draft, cast.lin)
    assert to_review(cast.chen).count() == 1
    step = draft.steps.all()[0]
    when = local("2026-03-12 16:00")
    actions.reschedule_planned(
        step, by=cast.chen, version=step.version, due_at=when, reason="客户请求", now=NOW
    )
    assert to_review(cast.chen).count() == 0
    assert to_review(cast.shen).count() == 1
    assert Notice.objects.filter(kind="plan_waiting", recipient=cast.shen).exists()


def test_once_approved_by_another_a_later_change_by_lin_is_chens_to_decide(
    cast: Cast, draft: Plan
) -> None:
    edit(draft, cast.chen)
    submit(draft, cast.lin)
    approve(draft, cast.shen)
    step = draft.steps.all()[0]
    late = local("2026-05-12 16:00")
    actions.reschedule_planned(
        step, by=cast.lin, version=step.version, due_at=late, reason="客户出国", now=NOW
    )
    draft.refresh_from_db()
    assert draft.state == states.ADJUSTING
    approve(draft, cast.chen)
    draft.refresh_from_db()
    assert draft.state == states.APPROVED


def test_lins_own_plan_still_goes_to_chen(cast: Cast, draft: Plan) -> None:
    submit(draft, cast.lin)
    assert list(to_review(cast.chen)) == [draft]
    assert not draft.editors.exists()
    approve(draft, cast.chen)


def test_who_stands_in_for_the_author_is_not_counted_a_plan_to_decide(
    cast: Cast, draft: Plan
) -> None:
    submit(draft, cast.lin)
    Delegation.objects.create(user=cast.lin, deputy=cast.chen, starts_on=TODAY, ends_on=TODAY)
    deputy = User.objects.get(pk=cast.chen.pk)
    assert to_review(deputy).count() == 0
    assert badges(deputy, now=NOW, today=TODAY)["plans"].count() == 0
    assert badges(cast.shen, now=NOW, today=TODAY)["plans"].count() == 1


def test_a_queue_longer_than_is_shown_says_how_many_wait_behind(
    cast: Cast, draft: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(draft, cast.lin)
    page = hands(cast.chen).get("/followups/plans/awaiting/")
    assert page.context["beyond"] == 0
    monkeypatch.setattr("followups.queues.plans.LONGEST_QUEUE", 1)
    make_plan(make_card(cast.lin), state="submitted", submitted_at=NOW)
    page = hands(cast.chen).get("/followups/plans/awaiting/")
    assert (len(page.context["waiting"]), page.context["beyond"]) == (1, 1)
    taken = APPROVALS.rows(Asked(user=cast.chen, query={}, now=NOW))
    assert len(taken) == 2
