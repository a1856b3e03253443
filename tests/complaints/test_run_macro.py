"""A macro does all its steps on a ticket or none, each by its own verb and right."""

from __future__ import annotations

import pytest
import time_machine

from complaints import actions
from complaints.models import Entry, Macro, Pause, Ticket
from crm.records.models import AuditEvent
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser, make_department
from tests.people import NOW, Cast, make_cast
from tests.permissions.answers import make_macro


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def everything(cast: Cast) -> Macro:
    return make_macro(
        cast.pudong,
        cast.xu,
        name="充电问题",
        takes=True,
        category="technical",
        lead=cast.technical,
        lead_task="查桩侧日志",
        assisting=make_department("配件"),
        assisting_task="看库存",
        note="先安抚",
        waits_for="等客户发视频",
    )


def run(user, ticket: Ticket, macro: Macro, **more: object):
    sent = {"macro": macro.public_id, "version": ticket.version, **more}
    return browser(user).post(f"/complaints/{ticket.public_id}/macro/", sent)


def test_all_steps_are_done_in_one_press_each_on_the_trail(cast: Cast) -> None:
    ticket, macro = make_complaint(cast, by=cast.lin), everything(cast)
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/macro/").content.decode()
    for words in ("领取工单", "查桩侧日志", "看库存", "先安抚", "等客户发视频"):
        assert words in page  # what it will do is read before
    for _twice in range(2):
        assert run(cast.wu, ticket, macro, request_id="once").status_code == 302
    ticket.refresh_from_db()
    assert ticket.responsible == cast.wu
    assert ticket.lead_department == cast.technical
    assert ticket.tasks.count() == 2
    assert Pause.objects.filter(ticket=ticket).count() == 1
    kinds = list(Entry.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True))
    done = ["macro", "taken", "classified", "asked", "asked", "note", "paused"]
    assert kinds[-7:] == done
    trail = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"complaints.run_macro", "complaints.claim_ticket", "complaints.pause_clocks"} <= trail


def test_where_one_step_is_refused_none_is_done_and_it_is_said_why(cast: Cast) -> None:
    ticket, macro = make_complaint(cast, by=cast.lin), everything(cast)
    Pause.objects.create(
        ticket=ticket,
        store=ticket.store,
        reason="等",
        by=cast.xu,
        began_at=NOW,
        until=NOW,
        created_at=NOW,
    )
    before = Entry.objects.count(), AuditEvent.objects.count()
    page = run(cast.wu, ticket, macro)
    assert page.status_code == 422
    assert "未执行任何步骤。等客户：" in page.content.decode()
    assert f'name="version" value="{ticket.version}:' in page.content.decode()
    assert Entry.objects.count() == before[0]
    assert AuditEvent.objects.filter(action__startswith="complaints.claim").count() == 0
    after = Ticket.objects.get(pk=ticket.pk)
    assert (after.version, after.responsible) == (ticket.version, cast.lin)


def test_a_department_at_work_is_not_asked_to_lead_once_more(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.wu)
    asked = {"category": "technical", "department": cast.technical}
    actions.route_ticket(ticket, by=cast.wu, version=ticket.version, now=NOW, **asked)
    task = ticket.tasks.get()
    actions.accept_task(task, by=cast.tang, version=task.version, now=NOW)
    ticket.refresh_from_db()
    macro = make_macro(cast.pudong, cast.xu, lead=cast.technical, note="已催")
    assert run(cast.wu, ticket, macro).status_code == 302
    ticket.refresh_from_db()
    sent = {"ticket": f"{ticket.public_id}:{ticket.version}", "department": cast.technical.pk}
    assert browser(cast.wu).post("/complaints/routings/", sent).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.handler, ticket.tasks.count()) == ("accepted", cast.tang, 1)
    assert ticket.entries.filter(words="已催").exists()


def test_a_step_somebody_may_not_do_is_not_done_by_a_macro(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.lin)
    note = make_macro(cast.pudong, cast.xu, note="内部说明")
    refused = run(cast.wu, ticket, note)  # Lin answers for it still
    assert refused.status_code == 422
    assert "内部备注：你不能在这张工单上这样做" in refused.content.decode()
    assert run(cast.xu, ticket, note).status_code == 302  # the supervisor may


def test_it_is_run_by_service_of_the_store_alone_and_on_the_ticket_as_it_was_seen(
    cast: Cast,
) -> None:
    ticket, macro = make_complaint(cast, about=cast.wu, by=cast.xu), everything(cast)
    assert run(cast.wu, ticket, macro).status_code == 404
    assert run(cast.shen, ticket, macro).status_code == 403
    elsewhere = make_macro(cast.chaoyang, cast.otto)
    assert run(cast.xu, ticket, elsewhere).status_code == 422
    retired = make_macro(cast.pudong, cast.xu, is_active=False)
    assert run(cast.xu, ticket, retired).status_code == 422
    late = browser(cast.xu).post(
        f"/complaints/{ticket.public_id}/macro/", {"macro": macro.public_id, "version": 99}
    )
    assert late.status_code == 409


def test_a_macro_is_kept_with_sensible_steps(cast: Cast) -> None:
    sent = {"name": "空", "store": cast.pudong.public_id, "version": 1, "is_active": "on"}
    client = browser(cast.xu)
    none = client.post("/complaints/macros/new/", sent)
    assert none.status_code == 422
    assert "请至少选择一个步骤" in none.content.decode()
    lead = client.post("/complaints/macros/new/", {**sent, "lead": cast.technical.pk})
    assert list(lead.context["form"].errors) == ["category"]
    good = {**sent, "lead": cast.technical.pk, "category": "technical", "takes": "on"}
    assert client.post("/complaints/macros/new/", good).status_code == 302
    macro = Macro.objects.get()
    path = f"/complaints/macros/{macro.public_id}/"
    assert client.post(path, {**good, "name": "转技术"}).status_code == 302
    macro.refresh_from_db()
    assert (macro.name, macro.version) == ("转技术", 2)
    assert client.post(path, {**good, "name": "转"}).status_code == 409
