"""The queue is worked with few presses: several at once, one after the other, what waits for me."""

from __future__ import annotations

import pytest
import time_machine

from complaints.models import Entry, Ticket
from crm.people import roles
from tests.complaints.answers import proposed
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast, make_user


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def tickets_of(cast: Cast, *names: str, **fields: object) -> list[Ticket]:
    return [make_complaint(cast, card=make_card(cast.lin, name), **fields) for name in names]


def ticks(*tickets: Ticket) -> list[str]:
    return [f"{one.public_id}:{one.version}" for one in tickets]


def test_ticked_ones_are_handed_over_and_stay_until_each_is_accepted(cast: Cast) -> None:
    first, second = tickets_of(cast, "张伟", "赵敏")
    client, sent = browser(cast.xu), {"ticket": ticks(first, second)}
    asked = client.post("/complaints/handovers/", sent)
    assert asked.status_code == 200
    assert first.ticket_no in asked.content.decode()
    full = {**sent, "to": cast.xu.pk, "reason": "休假", "request_id": "once"}
    for _twice in range(2):
        done = client.post("/complaints/handovers/", full, follow=True)
        assert "已处理 2 张工单" in done.content.decode()
    for one in (first, second):
        one.refresh_from_db()
        assert (one.responsible, one.offered_to) == (cast.wu, cast.xu)
    assert Entry.objects.filter(kind="offered").count() == 2


def test_of_each_that_is_left_it_is_said_why(cast: Cast) -> None:
    mine, theirs, moved = tickets_of(cast, "张伟", "赵敏", "孙丽")
    chosen = ticks(mine, theirs, moved)
    hua = make_user("hua", "华姐", roles.SERVICE_AGENT, cast.pudong, cast.service_team)
    Ticket.objects.filter(pk=theirs.pk).update(responsible=cast.xu)
    Ticket.objects.filter(pk=moved.pk).update(version=7)
    sent = {"ticket": chosen, "to": hua.pk, "reason": "休假"}
    told = browser(cast.wu).post("/complaints/handovers/", sent, follow=True).content.decode()
    assert "已处理 1 张工单" in told
    assert f"{theirs.ticket_no} 未处理：你不能在这张工单上这样做" in told
    assert f"{moved.ticket_no} 未处理：期间已被他人更改" in told


def test_whom_a_ticked_complaint_is_about_is_never_offered(cast: Cast) -> None:
    (plain,) = tickets_of(cast, "张伟")
    (about,) = tickets_of(cast, "赵敏", about=cast.wu, by=cast.xu)
    hua = make_user("hua", "华姐", roles.SERVICE_AGENT, cast.pudong, cast.service_team)
    client = browser(cast.xu)
    page = client.post("/complaints/handovers/", {"ticket": ticks(plain, about)})
    assert set(page.context["form"].fields["to"].queryset) == {cast.xu, hua}
    forced = {"ticket": ticks(plain, about), "to": cast.wu.pk, "reason": "休假"}
    assert client.post("/complaints/handovers/", forced).status_code == 422


def test_ticked_ones_go_to_a_department_with_one_task(cast: Cast) -> None:
    first, second = tickets_of(cast, "张伟", "赵敏")
    sent = {"ticket": ticks(first, second), "department": cast.technical.pk, "task": "查日志"}
    assert browser(cast.xu).post("/complaints/routings/", sent).status_code == 302
    for one in (first, second):
        one.refresh_from_db()
        assert one.lead_department == cast.technical
        assert one.tasks.get().task == "查日志"
    assert browser(cast.lin).post("/complaints/routings/", sent).status_code == 403
    none = browser(cast.xu).post("/complaints/routings/", {"ticket": ["x", "\x00:1"]}, follow=True)
    assert "请至少勾选一张工单" in none.content.decode()


def test_the_button_of_a_row_takes_that_one_alone(cast: Cast) -> None:
    first, second = tickets_of(cast, "张伟", "赵敏", by=cast.lin)
    client = browser(cast.wu)
    assert 'data-key="i"' in client.get("/complaints/").content.decode()
    sent = {"ticket": ticks(first), "one": ticks(second)}
    assert client.post("/complaints/claims/", sent).status_code == 302
    assert Ticket.objects.get(pk=second.pk).responsible == cast.wu
    assert Ticket.objects.get(pk=first.pk).responsible == cast.lin


def test_what_waits_for_my_decision_is_one_tap_away(cast: Cast) -> None:
    waiting = proposed(cast)
    make_complaint(cast, card=make_card(cast.lin, "赵敏"))
    for user, found in ((cast.xu, [waiting]), (cast.bai, [waiting])):
        listing = browser(user).get("/complaints/", {"show": "decide"}).context["listing"]
        assert list(listing.page) == found
    # The one who proposed it, and agents, who never decide, have no such filter or nothing in it.
    chips = browser(cast.wu).get("/complaints/").context["listing"].chips
    assert "decide" not in [chip.key for chip in chips]
    Ticket.objects.filter(pk=waiting.pk).update(responsible=cast.xu)
    again = browser(cast.xu).get("/complaints/", {"show": "decide"}).context["listing"]
    assert list(again.page) == []


def test_a_ticket_says_where_it_stands_among_what_one_filtered(cast: Cast) -> None:
    first, second, third = tickets_of(cast, "张伟", "赵敏", "孙丽")
    critical = make_complaint(cast, card=make_card(cast.lin, "周涛"), severity="critical")
    client = browser(cast.wu)
    place = client.get(f"/complaints/{critical.public_id}/").context["place"]
    assert (place.number, place.total, place.before) == (1, 4, "")
    page = client.get(f"/complaints/{second.public_id}/", {"severity": "normal"})
    place = page.context["place"]
    assert (place.number, place.total) == (2, 3)
    assert (place.before, place.after) == (first.public_id, third.public_id)
    assert f"/complaints/{third.public_id}/?severity=normal" in page.content.decode()
    strange = client.get(f"/complaints/{first.public_id}/", {"department": "\x00", "show": "x"})
    assert strange.context["place"].total == 4
    settled = client.get(f"/complaints/{first.public_id}/", {"show": "settled"})
    assert settled.context["place"] is None


def test_a_page_has_one_thing_to_do_next(cast: Cast) -> None:
    ticket = make_complaint(cast)
    page = browser(cast.xu).get(f"/complaints/{ticket.public_id}/")
    assert page.context["primary"] == "route"
    header = page.content.decode().split('class="thread"')[0].split('aria-labelledby="thread-h"')[0]
    assert header.count("btn-primary") == 1
    waiting = proposed(cast)
    page = browser(cast.xu).get(f"/complaints/{waiting.public_id}/")
    assert page.context["primary"] == "decide"
