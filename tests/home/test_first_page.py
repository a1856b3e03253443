"""Everybody lands on a page that is theirs, with figures that are true."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from complaints import clocks
from crm.home.actions.grants import grant_role
from crm.people.models import Membership
from crm.people.roles import Post
from tests.people import (
    NOW,
    Cast,
    give_case,
    make_card,
    make_ticket,
    make_user,
    make_visit,
)

ELSEWHERE = {
    "lin": "/followups/day/",
    "chen": "/dashboard/",
    "shen": "/dashboard/",
    "bai": "/dashboard/",
    "fang": "/receptions/",
}


@pytest.mark.parametrize("who", ELSEWHERE)
def test_who_has_a_page_in_a_room_is_led_there(client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.url == ELSEWHERE[who]
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("who", ["wu", "xu", "tang", "vera", "mia", "mona", "pan", "adele"])
def test_everybody_else_has_a_page_of_home(client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get("/")
    assert answer.status_code == 200
    assert b"<h1" in answer.content


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, cast: Cast) -> None:
    answer = client.get("/accounts/users/?q=lin")
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/accounts/users/%3Fq%3Dlin"


def test_who_has_no_role_is_told_whom_to_ask(client, cast: Cast) -> None:
    Membership.objects.filter(user=cast.lin).delete()
    client.force_login(cast.lin)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "home/no_role.html" in [part.name for part in answer.templates]


def test_wu_sees_what_is_due_in_her_store_and_nothing_of_chaoyang(client, cast: Cast) -> None:
    today = timezone.localdate()
    here, there = make_card(cast.lin, "孙海燕"), make_card(cast.otto, "外地人")
    make_visit(here, today - dt.timedelta(days=2), assignee=cast.wu)
    make_visit(here, today)
    make_visit(here, today + dt.timedelta(days=3))
    make_visit(there, today)
    late = timezone.now() - dt.timedelta(hours=1)
    make_ticket(
        here,
        late - dt.timedelta(days=1),
        responsible=cast.wu,
        deadline=late,
        description="空调异味",
    )
    make_ticket(there, late, description="朝阳的事")
    client.force_login(cast.wu)
    answer = client.get("/")
    assert answer.context["visit_counts"] == {"late": 1, "due": 2, "week": 1}
    assert len(answer.context["visits"]) == 2
    assert answer.context["ticket_counts"] == {"open": 1, "late": 1}
    assert "空调异味" in answer.content.decode()
    assert "朝阳的事" not in answer.content.decode()
    assert "外地人" not in answer.content.decode()


@time_machine.travel(NOW, tick=False)
def test_the_first_page_says_the_clock_that_runs_out_next_as_the_queue_does(
    client, cast: Cast
) -> None:
    day = dt.timedelta(days=1)
    ticket = make_ticket(make_card(cast.lin, "孙海燕"), NOW - 4 * day, responsible=cast.wu)
    limit = {"limit_amount": 1, "limit_unit": clocks.DAYS, "started_at": NOW - 4 * day}
    moments = dict.fromkeys(("due_at", "warn_at", "manager_at"), NOW - 3 * day)
    ticket.clocks.create(kind=clocks.SOLUTION, **limit, **moments)
    client.force_login(cast.wu)
    assert "超时 3 天" in client.get("/").content.decode()


def test_tang_sees_the_cases_of_his_department_alone(client, cast: Cast) -> None:
    now = timezone.now()
    card = make_card(cast.lin, "孙海燕")
    make_ticket(card, now, lead_department=cast.technical, description="充电停在 80%")
    make_ticket(make_card(cast.zhou), now, description="别的部门")
    give_case(card, department=cast.technical)
    client.force_login(cast.tang)
    page = client.get("/").content.decode()
    assert "充电停在 80%" in page
    assert "别的部门" not in page


def test_mia_sees_counts_by_source_of_her_stores_and_no_customer(client, cast: Cast) -> None:
    now = timezone.now()
    make_card(cast.lin, "孙海燕", source="event", opened_at=now)
    make_card(cast.lin, "马国强", source="event", opened_at=now, state="ordered")
    make_card(cast.zhou, "黄志强", source="internet", opened_at=now)
    make_card(cast.lin, "上月的", source="event", opened_at=now - dt.timedelta(days=40))
    make_card(cast.otto, "外地人", source="event", opened_at=now)
    client.force_login(cast.mia)
    answer = client.get("/")
    rows = {row.source: (row.cards, row.ordered) for row in answer.context["rows"]}
    assert answer.context["total"] == 3
    assert answer.context["rows"][0].cards == 2
    assert sorted(rows.values(), reverse=True)[:3] == [(2, 1), (1, 0), (0, 0)]
    assert "孙海燕" not in answer.content.decode()


def test_pan_reads_sign_ins_refusals_and_reveals_of_a_week(client, cast: Cast) -> None:
    client.post("/accounts/login/", {"username": "lin", "password": "wrong password 1"})
    client.post("/accounts/login/", {"username": "nobody", "password": "wrong password 1"})
    client.force_login(cast.pan)
    figures = client.get("/").context["figures"]
    assert figures.refused == 2
    assert figures.sign_ins == 1
    assert figures.reveals == 0
    assert figures.active == 18


def test_pan_reads_whose_role_changed(client, cast: Cast) -> None:
    grant_role(
        cast.lin, Post("reception", cast.pudong.pk), by=cast.adele, now=NOW, today=NOW.date()
    )
    with time_machine.travel(NOW + dt.timedelta(hours=1)):
        client.force_login(cast.pan)
        (row,) = client.get("/").context["events"]
    assert (row.person, row.event.actor) == ("林晓彤", cast.adele)
    assert row.role


def test_adele_is_told_what_is_missing(client, cast: Cast) -> None:
    make_user("idle", "无岗", "reception", cast.pudong)
    Membership.objects.filter(user__username="idle").delete()
    client.force_login(cast.adele)
    figures = client.get("/").context["figures"]
    assert (figures.stores, figures.teams, figures.departments) == (2, 4, 1)
    assert figures.without_role == 1
    assert figures.stores_without_manager == 1


def test_search_is_the_customer_list_with_words(client, cast: Cast) -> None:
    client.force_login(cast.lin)
    assert client.get("/search/?q=张伟").url == "/customers/?q=%E5%BC%A0%E4%BC%9F"
    assert client.get("/search/").url == "/customers/"
    assert client.get("/search/?q=%00x").url == "/customers/?q=x"


def test_who_may_not_see_customers_has_no_search(client, cast: Cast) -> None:
    client.force_login(cast.adele)
    assert client.get("/search/?q=x").status_code == 403
    assert 'class="app-search"' not in client.get("/").content.decode()
