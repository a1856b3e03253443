"""Lin writes, submits and follows her plans on their pages."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups import actions
from followups.models import Plan, PlannedContact
from tests.people import NOW, local, make_card, make_contact, make_plan, make_planned

FRIDAY = {"due_at": "2026-03-13 16:00", "method": "wechat", "content": "发对比表"}
STEP = {**FRIDAY, "reason": "客户问竞品", "version": 1, "request_id": "r1"}


@pytest.fixture(autouse=True)
def _on_thursday_morning():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lin(cast) -> Client:
    return signed_in(cast.lin)


def at(name: str, row) -> str:
    return reverse(f"followups:{name}", args=[row.public_id])


def test_the_list_shows_what_needs_lin_first(cast, lin):
    for name, state in (("甲", "approved"), ("乙", "returned"), ("丙", "submitted")):
        make_plan(make_card(cast.lin, name), state=state, submitted_at=NOW, reviewer=cast.chen)
    make_plan(make_card(cast.zhou, "周的客户"))

    page = lin.get(reverse("followups:plans")).content.decode()

    assert page.index("乙") < page.index("丙") < page.index("甲")
    assert "周的客户" not in page


def test_a_page_for_many_plans_costs_what_one_costs(cast, lin):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            lin.get(reverse("followups:plans"))
        return len(seen)

    make_planned(make_plan(make_card(cast.lin, "甲")), NOW)
    statements()
    one = statements()
    for name in "乙丙丁戊":
        make_planned(make_plan(make_card(cast.lin, name)), NOW)

    assert statements() == one


def test_the_page_shows_steps_checks_and_how_to_go_on(lin, draft):
    page = lin.get(at("plan", draft)).content.decode()

    assert "夫人是决定人之一" in page
    assert at("submit_plan", draft) in page
    assert page.count(at("change_step", draft.steps.first())) >= 1
    assert page.count("<h1") == 1


def test_lin_adds_changes_and_removes_a_step(lin, draft):
    assert lin.post(at("add_step", draft), STEP).status_code == 302
    added = PlannedContact.objects.get(content="发对比表")
    changed = {**STEP, "due_at": "2026-03-13 17:00", "version": added.version}
    assert lin.post(at("change_step", added), changed).status_code == 302
    added.refresh_from_db()
    assert added.due_at == local("2026-03-13 17:00")

    assert lin.post(at("remove_step", added), {"version": added.version}).status_code == 302
    added.refresh_from_db()
    assert added.state == "cancelled"


@pytest.mark.parametrize(
    "change",
    [
        {"due_at": ""},
        {"due_at": "whenever"},
        {"due_at": "0001-01-01"},
        {"method": "pigeon"},
        {"content": ""},
        {"reason": "长" * 200_000},
        {"version": "1" + "0" * 30},
    ],
)
def test_a_wrong_step_is_422_with_what_was_typed(lin, draft, change):
    answer = lin.post(at("add_step", draft), {**STEP, "content": "发对比表", **change})

    assert answer.status_code == 422
    assert draft.steps.count() == 3


def test_lin_submits_and_takes_back(lin, draft):
    assert lin.post(at("submit_plan", draft), {"version": 1}).status_code == 302
    assert Plan.objects.get().state == "submitted"

    assert lin.post(at("take_back", draft), {"version": 2}).status_code == 302
    assert Plan.objects.get().state == "draft"


def test_a_plan_kept_back_by_a_check_is_422(cast, lin):
    plan = make_plan(make_card(cast.lin, "甲"), state="draft")

    answer = lin.post(at("submit_plan", plan), {"version": 1})

    assert answer.status_code == 422
    assert Plan.objects.get().state == "draft"


def test_somebody_was_first_is_409(lin, draft):
    assert lin.post(at("submit_plan", draft), {"version": 9}).status_code == 409
    assert lin.post(at("add_step", draft), {**STEP, "version": 9}).status_code == 409


def test_a_returned_plan_says_why_and_keeps_its_history(cast, lin, draft):
    actions.submit_plan(draft, by=cast.lin, version=1, now=NOW)
    actions.approve_plan(draft, by=cast.chen, version=2, now=NOW)
    actions.undo_approval(draft, by=cast.chen, version=draft.version, now=NOW)
    actions.return_plan(
        draft, by=cast.chen, version=draft.version, comment="第 2 步理由相同", now=NOW
    )

    page = lin.get(at("plan", draft)).content.decode()

    assert "第 2 步理由相同" in page
    assert page.count("陈立新") >= 3


def test_chen_gives_a_plan_up_with_a_reason(cast, draft):
    chen = signed_in(cast.chen)

    assert chen.post(at("cancel_plan", draft), {"version": 1, "reason": ""}).status_code == 422
    assert chen.post(at("cancel_plan", draft), {"version": 1, "reason": "停止"}).status_code == 302
    assert Plan.objects.get().state == "cancelled"


def test_a_plan_begins_on_a_card(lin, card):
    answer = lin.post(at("begin_plan", card))

    assert answer.url == at("plan", Plan.objects.get())


@pytest.mark.parametrize(
    ("name", "status"),
    [("lin", 200), ("chen", 200), ("shen", 200), ("bai", 200)]
    + [(name, 404) for name in ("zhou", "he", "otto", "wu", "xu", "fang", "pan", "adele", "vera")],
)
def test_who_sees_a_plan(cast, draft, name, status):
    assert signed_in(getattr(cast, name)).get(at("plan", draft)).status_code == status


@pytest.mark.parametrize("verb", ["add_step", "submit_plan", "take_back", "cancel_plan"])
def test_who_sees_a_plan_does_not_write_it(cast, draft, verb):
    sent = {**STEP, "exception_reason": ""}

    assert signed_in(cast.bai).post(at(verb, draft), sent).status_code == 403
    assert signed_in(cast.zhou).post(at(verb, draft), sent).status_code == 404


# --- moving one contact ------------------------------------------------------------------------


@pytest.fixture
def planned(card):
    make_contact(card, local("2026-03-11 19:42"))
    return make_planned(make_plan(card), NOW + dt.timedelta(hours=1))


def test_lin_moves_a_contact_with_a_reason(lin, planned):
    url = at("reschedule_planned", planned)
    sent = {"version": 1, "due_at": "明天 16:00", "reason": "客户出差", "request_id": "r1"}

    assert lin.get(url).status_code == 200
    assert lin.post(url, {**sent, "reason": ""}).status_code == 422
    assert lin.post(url, {**sent, "due_at": "2020-01-01"}).status_code == 422
    assert lin.post(url, sent).status_code == 302
    planned.refresh_from_db()
    assert planned.moved_to.due_at == local("2026-03-13 16:00")
    assert lin.post(url, sent).status_code == 302
    assert lin.post(url, {**sent, "request_id": "r2"}).status_code == 409


def test_only_a_supervisor_gives_a_contact_up(cast, lin, planned):
    url = at("cancel_planned", planned)

    assert lin.get(url).status_code == 403
    assert signed_in(cast.chen).get(url).status_code == 200
    sent = {"version": 1, "reason": "客户已搬走"}
    assert signed_in(cast.chen).post(url, sent).status_code == 302
    planned.refresh_from_db()
    assert planned.state == "cancelled"
