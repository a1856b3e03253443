"""The queue of complaints: what expires first on top, each clock in its words, one price."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import accepted, browser
from tests.people import NOW, Cast, make_cast

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def described(cast: Cast, **query: str) -> list[str]:
    page = browser(cast.wu).get("/complaints/", query)
    return [line.ticket.description for line in page.context["lines"]]


def told(cast: Cast, ticket, **more) -> None:
    facts = {"way": "call", "words": "已受理", "has_plan": True, "now": NOW, **more}
    facts = {"named": True, "next_at": NOW + 9 * HOUR, **facts}
    actions.contact_customer(ticket, by=cast.wu, version=ticket.version, **facts)


def test_the_clock_that_runs_out_first_stands_on_top(cast: Cast) -> None:
    calm = make_complaint(cast, description="已联系", now=NOW - 2 * HOUR)
    told(cast, calm)
    make_complaint(cast, description="刚来", now=NOW - HOUR)
    make_complaint(cast, description="超时", now=NOW - 20 * HOUR)
    make_complaint(cast, description="紧急", severity="critical", now=NOW - HOUR / 4)
    waiting = make_complaint(cast, description="等客户", now=NOW - 26 * HOUR)
    told(cast, waiting, next_at=NOW + 480 * HOUR)
    actions.pause_clocks(waiting, by=cast.wu, version=waiting.version, reason="等", now=NOW)
    assert described(cast) == ["超时", "紧急", "刚来", "已联系", "等客户"]
    assert described(cast, show="late") == ["超时"]
    assert described(cast, show="soon") == ["紧急", "刚来"]
    assert described(cast, show="waiting") == ["等客户"]
    assert described(cast, severity="critical") == ["紧急"]


def test_a_row_shows_the_first_response_and_the_next_clock(cast: Cast) -> None:
    ticket = make_complaint(cast, now=NOW - HOUR)
    told(cast, ticket)
    line = browser(cast.wu).get("/complaints/").context["lines"][0]
    assert (line.first.status, line.first.words) == ("met", "1 小时")
    assert (line.next.kind, line.next.limit) == ("visit", "2 个工作日")


def test_the_ticket_shows_all_its_clocks(cast: Cast) -> None:
    ticket = make_complaint(cast)
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    shown = [(line.kind, line.status) for line in page.context["clocks"]]
    assert shown == [
        ("acknowledge", "running"),
        ("reply", "running"),
        ("visit", "running"),
        ("solution", "running"),
        ("resolution", "running"),
        ("follow_up", ""),
    ]


def test_thirty_complaints_cost_what_one_costs(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/complaints/").status_code == 200
        return len(captured)

    client = browser(cast.wu)
    told(cast, make_complaint(cast))
    client.get("/complaints/")
    one = statements()
    for number in range(29):
        ticket = make_complaint(cast, description=f"第 {number} 件")
        told(cast, ticket)
    assert statements() == one


def test_a_tickets_page_names_who_heard_it_first_and_how_often_they_complained(cast: Cast) -> None:
    ticket = make_complaint(cast)
    again = make_complaint(cast, card=ticket.card)
    html = browser(cast.xu).get(f"/complaints/{again.public_id}/").content.decode()
    assert "<dt>首问负责</dt><dd>吴伟刚</dd>" in html
    assert "来电 · 该客户第 2 次" in html


def test_the_queue_says_how_much_there_is_what_is_waited_for_and_by_which_hours(
    cast: Cast,
) -> None:
    asked, waiting = accepted(cast), make_complaint(cast, description="等视频")
    told(cast, waiting)
    waiting.refresh_from_db()
    waits = {"version": waiting.version, "reason": "等客户发视频", "now": NOW + HOUR}
    actions.pause_clocks(waiting, by=cast.wu, **waits)
    make_complaint(cast, card=None, description="刚到")
    page = browser(cast.wu).get("/complaints/")
    by_ticket = {line.ticket.pk: line.waits for line in page.context["lines"]}
    assert (by_ticket[asked.pk], by_ticket[waiting.pk]) == ("department", "customer")
    html = page.content.decode()
    assert "未结 3，待回访 0，本周新增 3" in html
    assert "今日计时时段" in html
    assert "icon-player-pause" in html or "#player-pause" in html
    shown = [one.key for one in page.context["chips"]]
    assert "visit" not in shown  # nothing there
    assert {"open", "late", "waiting", "all"} <= set(shown)


def test_messages_of_late_limits_stand_together_in_the_course(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW + dt.timedelta(days=20))
    actions.sweep_clocks(now=NOW + dt.timedelta(days=21))
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    lengths = [len(one) for one in page.context["entries"]]
    assert lengths[0] > 2
    assert "次超时提醒" in page.content.decode()
