"""The dashboard shows each reader the figures they answer for, and every number opens its rows."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people.models import User
from tests.people import NOW, Cast, make_card, make_contact, make_order, make_plan, make_planned
from tests.reports.conftest import SignIn

PAGE = "/dashboard/"
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def follow_up(owner: User, name: str, *, late: bool = False) -> None:
    """A customer called today as planned, or an hour too late to be called."""
    card = make_card(owner, name)
    plan = make_plan(card)
    planned = make_planned(plan, NOW - HOUR)
    if not late:
        make_contact(card, NOW - HOUR, planned=planned)
        type(planned).objects.filter(pk=planned.pk).update(state="done")


def text_of(client: Client, query: str = "") -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def test_chen_reads_her_team_and_nobody_elses(cast: Cast, sign_in: SignIn) -> None:
    follow_up(cast.lin, "张伟")
    follow_up(cast.ma, "王芳")
    page = sign_in(cast.chen).get(PAGE).context["board"]
    assert [row.label for row in page.rows] == ["周启航", "林晓彤"]
    assert page.total.figures["on_time_rate"].number.denominator == 1


def test_shen_reads_the_store_and_bai_all_stores(cast: Cast, sign_in: SignIn) -> None:
    for owner in (cast.lin, cast.ma, cast.otto):
        follow_up(owner, f"customer of {owner.username}")
    store = sign_in(cast.shen).get(PAGE).context["board"]
    everything = sign_in(cast.bai).get(PAGE).context["board"]
    assert store.total.figures["on_time_rate"].number.denominator == 2
    assert everything.total.figures["on_time_rate"].number.denominator == 3


def test_lin_reads_her_own_figures_only(cast: Cast, sign_in: SignIn) -> None:
    follow_up(cast.lin, "张伟")
    follow_up(cast.zhou, "王芳", late=True)
    board = sign_in(cast.lin).get(PAGE).context["board"]
    assert [row.label for row in board.rows] == ["林晓彤"]
    assert board.total.figures["contacts_overdue"].number.value == 0
    assert sign_in(cast.lin).get(PAGE, {"who": f"person-{cast.zhou.public_id}"}).status_code == 404


@pytest.mark.parametrize("name", ["wu", "mia", "tang", "vera", "fang", "pan", "adele"])
def test_who_answers_for_nobody_reads_no_figures(cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    assert client.get(PAGE).status_code == 403
    assert client.get("/dashboard/rows/").status_code == 403


@pytest.mark.parametrize("who", ["team_two", "chaoyang_team"])
def test_another_team_is_not_there_for_chen(cast: Cast, sign_in: SignIn, who: str) -> None:
    key = f"team-{getattr(cast, who).public_id}"
    assert sign_in(cast.chen).get(PAGE, {"who": key}).status_code == 404
    assert sign_in(cast.chen).get("/dashboard/rows/", {"who": key}).status_code == 404


def test_a_person_who_moved_on_keeps_their_line_but_no_dashboard(
    cast: Cast, sign_in: SignIn
) -> None:
    follow_up(cast.lin, "张伟")
    cast.lin.memberships.update(valid_to=NOW.date() - DAY)
    board = sign_in(cast.chen).get(PAGE).context["board"]
    line = next(row for row in board.rows if row.label == "林晓彤")
    assert line.figures["on_time_rate"].number.denominator == 1
    assert line.href == ""
    rows = sign_in(cast.chen).get(line.figures["on_time_rate"].href).context["found"]
    assert (rows.count, rows.hidden) == (1, 0)


def test_a_customer_of_two_people_counts_once_for_the_team(cast: Cast, sign_in: SignIn) -> None:
    card = make_card(cast.lin)
    make_contact(card, NOW - HOUR)
    make_contact(card, NOW - HOUR, staff=cast.zhou)
    board = sign_in(cast.chen).get(PAGE).context["board"]
    assert [row.figures["conversion_rate"].number.denominator for row in board.rows] == [1, 1]
    assert board.total.figures["conversion_rate"].number.denominator == 1


def test_every_number_opens_as_many_rows_as_it_says(cast: Cast, sign_in: SignIn) -> None:
    for number, owner in enumerate((cast.lin, cast.lin, cast.zhou)):
        follow_up(owner, f"customer {number}", late=number == 1)
    make_order(make_card(cast.lin, "买家"), NOW - HOUR)
    client = sign_in(cast.chen)
    board = client.get(PAGE).context["board"]
    shown = [one for row in [board.total, *board.rows] for one in row.figures.values()]
    shown += [one for week in board.weeks for one in week.figures]
    assert len(shown) > 30
    for one in shown:
        rows = client.get(one.href).context["found"]
        assert rows.shown.number == one.number, one.key
        assert rows.count == one.number.denominator, one.key
        assert rows.page.paginator.count + rows.hidden == rows.count


def test_the_change_is_measured_against_the_week_before(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin), NOW - 7 * DAY, outcome="no_answer")
    make_contact(make_card(cast.lin), NOW - 7 * DAY)
    make_contact(make_card(cast.lin), NOW - HOUR)
    board = sign_in(cast.chen).get(PAGE).context["board"]
    response = board.tiles[0]
    assert (response.value, response.unit) == ("100.0", "%")
    assert response.earlier.value == 0.5
    assert (str(response.change), response.verdict) == ("50.0", "better")


def test_own_dates_stand_in_the_address(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin), NOW - 20 * DAY)
    dates = {"period": "own", "first": "2026-02-19", "last": "2026-02-21"}
    board = sign_in(cast.chen).get(PAGE, dates).context["board"]
    assert board.asked.period.days == 3
    assert board.tiles[0].number.denominator == 1
    assert "first=2026-02-19&last=2026-02-21" in board.tiles[0].href


@pytest.mark.parametrize(
    "query",
    [
        {"period": "own"},
        {"period": "own", "first": "2026-02-30", "last": "x"},
        {"period": "own", "first": "2026-03-09", "last": "2026-03-01"},
        {"period": "own", "first": "0001-01-01", "last": "9999-12-31"},
        {"period": "\x00" * 50},
        {"period": "year"},
    ],
)
def test_a_period_that_makes_no_sense_is_this_week(
    cast: Cast, sign_in: SignIn, query: dict[str, str]
) -> None:
    response = sign_in(cast.chen).get(PAGE, query)
    asked = response.context["asked"]
    assert response.status_code == 200
    assert (asked.kind, asked.period.first) == ("week", dt.date(2026, 3, 9))
    if query["period"] == "own":
        assert 'aria-invalid="true"' in response.content.decode()


def test_many_customers_cost_no_more_statements_than_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.chen)
    follow_up(cast.lin, "one", late=True)
    text_of(client)
    with CaptureQueriesContext(connection) as few:
        text_of(client)
    for number in range(30):
        follow_up(cast.zhou, f"more {number}", late=bool(number % 2))
    with CaptureQueriesContext(connection) as many:
        text_of(client)
    assert len(many) == len(few)
    assert len(many) <= 15


def test_nothing_of_another_store_stands_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    follow_up(cast.otto, "外店客户", late=True)
    page = text_of(sign_in(cast.shen))
    assert "外店客户" not in page
    assert cast.otto.name not in page
    assert cast.chaoyang_team.public_id not in page


def test_a_phone_number_never_stands_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    follow_up(cast.lin, "张伟", late=True)
    assert re.search(r"138\d{8}", unescape(text_of(sign_in(cast.chen)))) is None


def test_the_change_of_a_median_names_its_unit(cast: Cast, sign_in: SignIn) -> None:
    for days, minutes in ((7, 43), (1, 72)):
        opened = NOW - days * DAY
        card = make_card(cast.lin, opened_at=opened)
        make_contact(card, opened + dt.timedelta(minutes=minutes))
    client = sign_in(cast.chen)
    tile = client.get(PAGE).context["board"].tiles[-1]
    assert (tile.words, tile.before.words, tile.verdict) == ("1.2 小时", "43 分钟", "worse")
    assert "+29 分钟 变差" in text_of(client)


def test_the_overdue_at_level_h_open_those_and_no_others(cast: Cast, sign_in: SignIn) -> None:
    follow_up(cast.lin, "张伟", late=True)
    warm = make_plan(make_card(cast.lin, "王芳", level="B"))
    make_planned(warm, NOW - HOUR)
    client = sign_in(cast.chen)
    found = re.search(r'其中 H 级 <a class="u" href="([^"]+)">1<', text_of(client))
    assert found
    rows = client.get(unescape(found[1])).context["found"]
    assert (rows.shown.key, rows.count) == ("hot_contacts_overdue", 1)
    assert client.get(PAGE).context["board"].total.figures["contacts_overdue"].value == "2"


def test_the_course_of_past_days_ends_with_them(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_contact(make_card(cast.lin), NOW - 20 * DAY, outcome="no_answer")
    dates = {"period": "own", "first": "2026-02-16", "last": "2026-02-21"}
    board = sign_in(cast.chen).get(PAGE, dates).context["board"]
    assert board.weeks[-1].monday == dt.date(2026, 2, 16)
    assert board.tiles[0].course[-1] == board.tiles[0].number.value == 0


def test_the_running_week_is_marked_and_stands_beside_twelve_whole_ones(
    cast: Cast, sign_in: SignIn
) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    client = sign_in(cast.chen)
    answer = client.get(PAGE, headers={"accept-language": "en"})
    weeks = answer.context["board"].weeks
    assert [week.is_cut for week in weeks] == [False] * 12 + [True]
    text = answer.content.decode()
    assert ">so far</span></th>" in text
    assert ">so far</text>" in text
    assert 'class="ln s1"' in text
    assert "hollow" in text
    dates = {"period": "own", "first": "2026-02-16", "last": "2026-02-21"}
    past = client.get(PAGE, dates, headers={"accept-language": "en"}).context["board"].weeks
    assert past[-1].until == "to 21 Feb"
    dates["last"] = "2026-02-22"
    assert client.get(PAGE, dates).context["board"].weeks[-1].until == ""


def test_each_bar_of_the_funnel_opens_its_rows(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    client = sign_in(cast.chen)
    answer = client.get(PAGE)
    steps = [one for one in answer.context["board"].funnel.steps if not one.shown.is_zero]
    assert steps
    drawn = re.search(r'<svg class="viz"[^>]* role="group".*?</svg>', answer.content.decode())
    assert drawn
    opened = [unescape(href) for href in re.findall(r'<a href="([^"]+)"', drawn[0])]
    assert opened == [one.shown.href for one in steps]
    for step in steps:
        rows = client.get(step.shown.href).context["found"]
        assert rows.count == step.shown.number.denominator
