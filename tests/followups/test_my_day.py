"""Lin's day: overdue first, then today, then what is done; its figures and its links."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.customers.models import OwnershipConflict, PhoneView
from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER
from followups import actions
from followups.queues import day
from tests.people import (
    NOW,
    SHANGHAI,
    give_case,
    local,
    make_card,
    make_contact,
    make_order,
    make_plan,
    make_planned,
)

MINUTE = dt.timedelta(minutes=1)
MY_DAY = reverse("followups:my_day")


@pytest.fixture(autouse=True)
def _on_thursday_morning():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def plan_for(owner, name, due_at, level="H", method="phone", **fields):
    card = make_card(owner, name, level=level)
    return make_planned(make_plan(card), due_at, method=method, **fields)


@pytest.fixture
def floor(cast):
    """Three overdue, two today, one tomorrow, one done."""
    lin = cast.lin
    plan_for(lin, "德润物流", local("2026-03-10 10:00"), "B")
    plan_for(lin, "马国强", local("2026-03-10 11:00"), "A", "wechat")
    plan_for(lin, "孙海燕", local("2026-03-11 16:00"), "H")
    plan_for(lin, "罗建平", local("2026-03-12 23:59:59"), "C", "sms", untimed=True)
    plan_for(lin, "张伟", local("2026-03-12 10:30"), "H")
    plan_for(lin, "吴倩", local("2026-03-13 10:00"), "A")
    make_contact(make_card(lin, "何美玲"), local("2026-03-12 09:05"))
    return lin


def names(rows):
    return [row.name for row in rows]


def test_the_day_is_split_and_ordered(floor):
    found = day.day_of(floor, NOW, SHANGHAI, {})

    assert names(found.overdue) == ["孙海燕", "马国强", "德润物流"]
    assert names(found.today) == ["张伟", "罗建平"]
    assert names(found.tomorrow) == []
    assert names(found.done) == ["何美玲"]
    assert (found.total, found.share) == (6, 17)


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("all", ["孙海燕", "马国强", "德润物流", "张伟", "罗建平"]),
        ("late", ["孙海燕", "马国强", "德润物流"]),
        ("h", ["孙海燕", "张伟"]),
        ("phone", ["孙海燕", "德润物流", "张伟"]),
        ("messages", ["马国强", "罗建平"]),
        ("next", []),
    ],
)
def test_each_chip_counts_exactly_its_rows(floor, show, expected):
    shown = day.day_of(floor, NOW, SHANGHAI, {"show": show})
    chip = next(chip for chip in shown.listing.chips if chip.key == show)

    assert names([*shown.overdue, *shown.today]) == expected
    assert chip.is_on
    assert chip.count == (len(expected) if show != "next" else 1)


def test_tomorrow_stands_under_its_own_chip(floor):
    found = day.day_of(floor, NOW, SHANGHAI, {"show": "next"})

    assert names(found.tomorrow) == names(found.rows) == ["吴倩"]


def test_fifty_rows_make_a_page_and_the_counts_say_all(cast):
    for number in range(52):
        plan_for(cast.lin, f"客户{number:02}", local("2026-03-11 10:00") + number * MINUTE)
    first = day.day_of(cast.lin, NOW, SHANGHAI, {})
    second = day.day_of(cast.lin, NOW, SHANGHAI, {"page": "2"})

    assert (len(first.rows), names(second.rows)) == (50, ["客户50", "客户51"])
    assert first.counts["all"] == first.numbers["overdue"] == first.total == 52
    assert 'rel="next"' in signed_in(cast.lin).get(MY_DAY).content.decode()


def test_the_row_due_within_the_half_hour_is_current_else_the_first(floor):
    def current(now, at=""):
        return day.day_of(floor, now, SHANGHAI, {"at": at}).current

    asked = day.day_of(floor, NOW, SHANGHAI, {}).overdue[1]
    assert current(NOW).name == "张伟"
    assert current(NOW - dt.timedelta(hours=1)).name == "孙海燕"
    assert current(NOW, asked.public_id) == asked


def test_the_page_shows_it_with_the_form_of_the_current_row_open(floor):
    page = signed_in(floor).get(MY_DAY).content.decode()

    assert re.findall(r"data-open>([^<]+)<", page) == [
        "孙海燕",
        "马国强",
        "德润物流",
        "张伟",
        "罗建平",
    ]
    assert page.count("data-contact") == 1
    assert "何美玲" in page
    assert page.count("<h1") == 1


def test_her_own_numbers_can_be_dialled_and_are_logged_as_shown_once(floor):
    client = signed_in(floor)
    page = client.get(MY_DAY).content.decode()
    client.get(MY_DAY)

    assert page.count('href="tel:+86') == 3
    assert page.count('href="sms:+86') == 1
    assert PhoneView.objects.filter(user=floor, kind="shown").count() == 5


def test_nobody_sees_another_persons_day(cast, floor):
    for name in ("zhou", "chen", "otto", "wu", "shen"):
        assert "孙海燕" not in signed_in(getattr(cast, name)).get(MY_DAY).content.decode()


@pytest.mark.parametrize(("who", "masked"), [("tang", True), ("wu", False), ("xu", False)])
def test_what_a_handler_did_today_keeps_the_name_masked(cast, who, masked):
    """An agent on the case reads the name in full, a handler never (security.md 1.3)."""
    helper = getattr(cast, who)
    card = make_card(cast.lin, "何美玲")
    give_case(card, user=helper)
    make_contact(card, local("2026-03-12 09:05"), staff=helper)

    page = signed_in(helper).get(MY_DAY).content.decode()

    assert ("何**" in page, "何美玲" in page) == (masked, not masked)


def test_without_a_case_an_agent_reads_her_own_contact_masked(cast):
    make_contact(make_card(cast.lin, "何美玲"), local("2026-03-12 09:05"), staff=cast.wu)

    page = signed_in(cast.wu).get(MY_DAY).content.decode()

    assert "何**" in page
    assert "何美玲" not in page


def test_a_row_planned_for_a_handler_keeps_the_name_masked(cast):
    card = make_card(cast.lin, "孙海燕")
    give_case(card, user=cast.tang)
    make_planned(make_plan(card), local("2026-03-12 11:00"), assignee=cast.tang)

    page = signed_in(cast.tang).get(MY_DAY).content.decode()

    assert "孙**" in page
    assert "孙海燕" not in page


def test_who_stands_in_for_lin_sees_her_day_too(cast, floor):
    cast.lin.absences.create(
        deputy=cast.zhou, starts_on=dt.date(2026, 3, 1), ends_on=dt.date(2026, 3, 31)
    )

    assert "孙海燕" in signed_in(cast.zhou).get(MY_DAY).content.decode()


def test_an_empty_day_says_what_to_do(cast):
    page = signed_in(cast.zhou).get(MY_DAY)

    assert page.status_code == 200
    assert reverse("customers:list") in page.content.decode()


def test_what_needs_attention_stands_beside(cast, floor):
    plan = make_plan(make_card(floor, "许文静"), state="submitted", submitted_at=NOW)
    actions.return_plan(plan, by=cast.chen, version=1, comment="换一个与车无关的理由", now=NOW)
    card = make_card(floor, "赵先生")
    OwnershipConflict.objects.create(card=card, owner=floor, claimant=cast.zhou)

    page = signed_in(floor).get(MY_DAY).content.decode()

    assert "换一个与车无关的理由" in page
    assert card.card_no in page


def test_the_week_counts_from_monday(cast, floor):
    done = plan_for(floor, "谭晶", local("2026-03-11 10:00"), "A")
    make_contact(done.card, local("2026-03-11 20:00"), planned=done, outcome="no_answer")
    make_order(done.card, local("2026-03-09 00:00"))
    make_order(make_card(floor, "上周"), local("2026-03-08 23:59"))

    week = day.day_of(floor, NOW, SHANGHAI, {}).beside.week

    assert week.orders == (1, 1)
    assert week.response == (1, 2)
    assert week.on_time[0] == 1


def test_thirty_rows_cost_what_one_costs(cast):
    def statements(client: Client) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(MY_DAY).status_code == 200
        return len(seen)

    Heartbeat.objects.create(name=TICKER, host="one", beat_at=NOW)
    plan_for(cast.lin, "一", local("2026-03-12 11:00"))
    client = signed_in(cast.lin)
    statements(client)
    one = statements(client)
    for count in range(30):
        row = plan_for(cast.lin, f"客户{count}", local("2026-03-12 12:00"))
        make_contact(row.card, local("2026-03-12 09:00"))

    statements(client)  # the numbers of new rows are kept once a day
    assert statements(client) == one
    assert one <= 8
