"""Working through the queue: what nobody of service has is taken by one, and the next is opened."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints import actions
from complaints.models import Entry, Ticket
from complaints.queues.claiming import next_for, unclaimed
from crm.people import roles
from crm.promises.models import Promise
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast, make_user

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def press(user, ticket: Ticket, version: int, **more: str):
    path = f"/complaints/{ticket.public_id}/claim/"
    return browser(user).post(path, {"version": version, **more})


def test_of_two_who_take_one_ticket_the_second_is_told_who_was_first_and_when(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.lin)
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    assert page.context["may_claim"]
    assert "/claim/" in page.content.decode()
    assert press(cast.xu, ticket, ticket.version).status_code == 302
    late = press(cast.wu, ticket, ticket.version)
    assert late.status_code == 409
    told = late.content.decode()
    assert cast.xu.name in told
    assert late.context["changed_by"] == cast.xu.name
    assert late.context["changed_at"] == NOW
    ticket.refresh_from_db()
    assert ticket.responsible == cast.xu
    assert Entry.objects.filter(ticket=ticket, kind="taken").count() == 1
    assert AuditEvent.objects.filter(action="complaints.claim_ticket").count() == 1
    # Nor by a page opened since: a colleague of service has it.
    again = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    assert not again.context["may_claim"]
    assert press(cast.wu, ticket, ticket.version).status_code == 409


def test_two_who_read_the_same_row_cannot_both_have_it(cast: Cast) -> None:
    first, second = (Ticket.objects.get(pk=make_complaint(cast, by=cast.lin).pk) for _ in range(2))
    same = Ticket.objects.get(pk=first.pk)
    actions.claim_ticket(first, by=cast.xu, version=first.version, now=NOW)
    with pytest.raises(Stale):
        actions.claim_ticket(same, by=cast.wu, version=same.version, now=NOW)
    actions.claim_ticket(second, by=cast.wu, version=second.version, now=NOW)


def test_pressed_twice_it_is_taken_once_and_its_promise_moves_along(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.lin, answer_by=NOW + 30 * HOUR)
    for _ in range(2):
        sent = press(cast.wu, ticket, ticket.version, request_id="once")
        assert sent.status_code == 302
    promise = Promise.objects.get(source_id=ticket.public_id)
    assert promise.responsible == cast.wu
    assert Entry.objects.filter(ticket=ticket, kind="taken").count() == 1


def test_only_service_of_the_store_takes_and_nobody_what_is_about_themselves(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.lin, about=cast.wu)
    assert press(cast.wu, ticket, ticket.version).status_code == 404
    assert press(cast.zhou, ticket, ticket.version).status_code == 404
    assert press(cast.shen, ticket, ticket.version).status_code == 403  # manages, does not work it
    assert press(cast.otto, ticket, ticket.version).status_code == 404
    assert press(cast.xu, ticket, ticket.version).status_code == 302


def test_what_is_next_expires_first_and_is_nobodys_or_ones_own(cast: Cast) -> None:
    hua = make_user("hua", "华姐", roles.SERVICE_AGENT, cast.pudong, cast.service_team)
    normal = make_complaint(cast, by=cast.lin, card=make_card(cast.lin, "张伟"))
    mine = make_complaint(cast, by=cast.wu, severity="high", card=make_card(cast.lin, "赵敏"))
    make_complaint(cast, by=hua, severity="critical", card=make_card(cast.lin, "孙丽"))
    urgent = make_complaint(
        cast, by=cast.lin, severity="critical", card=make_card(cast.lin, "周涛")
    )
    order = [urgent.public_id]
    for _ in range(2):
        order.append(next_for(cast.wu, NOW, after=order[-1]))
    assert set(order[1:]) == {normal.public_id, mine.public_id}
    assert next_for(cast.wu, NOW) == urgent.public_id
    assert next_for(cast.wu, NOW, after=order[2]) == urgent.public_id  # and begins anew
    page = browser(cast.wu).get("/complaints/next/")
    assert page["Location"] == f"/complaints/{urgent.public_id}/"
    assert browser(cast.lin).get("/complaints/next/").status_code == 403
    assert set(unclaimed(cast.wu, NOW)) == {normal, urgent}


def test_with_nothing_left_the_queue_is_shown_with_a_word(cast: Cast) -> None:
    page = browser(cast.wu).get(
        "/complaints/next/",
        {
            "after": "\x00",
        },
        follow=True,
    )
    assert page.redirect_chain[0][0] == "/complaints/"
    assert "没有其他待处理的工单" in page.content.decode()


def test_several_are_taken_at_once_and_of_the_rest_it_is_said_who_has_them(cast: Cast) -> None:
    first, second = (
        make_complaint(cast, by=cast.lin, card=make_card(cast.lin, name))
        for name in ("张伟", "赵敏")
    )
    client = browser(cast.wu)
    page = client.get("/complaints/")
    ticks = [f"{one.public_id}:{one.version}" for one in (first, second)]
    assert all(f'value="{tick}:' in page.content.decode() for tick in ticks)
    actions.claim_ticket(second, by=cast.xu, version=second.version, now=NOW)
    sent = {"ticket": [*ticks, "nothing:1", f"{first.public_id}:x", "\x00"]}
    done = client.post("/complaints/claims/", {"ticket": sent["ticket"][:3]}, follow=True)
    told = done.content.decode()
    assert "已领取 1 张工单" in told
    assert f"{second.ticket_no} 未领取：{cast.xu.name} 已在处理" in told
    first.refresh_from_db()
    assert first.responsible == cast.wu
    again = client.post("/complaints/claims/", sent)
    assert again.status_code == 302
    assert browser(cast.lin).post("/complaints/claims/", sent).status_code == 403
    assert Entry.objects.filter(ticket=first, kind="taken").count() == 1
