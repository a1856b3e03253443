"""A frozen figure opens the rows that were frozen behind it, and says what has changed of them."""

from __future__ import annotations

import datetime as dt
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from complaints.models import Ticket
from crm.customers.models import Card
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.weekly.links import rows_link
from crm.reports.weekly.paper import Cell, paper_of
from crm.ui.lists import PAGE_SIZE
from crm.ui.snapshot import snapshot
from followups.models import Contact
from tests import people
from tests.people import Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import a_busy_week, weekly
from visits.models import Visit

TUESDAY = local("2026-03-03 10:00")


def opened(client: Client, report: PeriodReport, key: str, whose: str = "", side: str = "") -> Any:
    """What the page of a frozen figure's rows shows."""
    answer = client.get(rows_link(report, key, whose, side), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.context["found"]


def marks(found: Any) -> dict[str, str]:
    """What has become of each row, by the customer's name."""
    return {line.name: line.since for line in found.lines}


def test_a_frozen_figure_opens_the_rows_it_counted_and_no_later_one(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    shen = sign_in(cast.shen)
    then = {line.row.pk for line in opened(shen, report, "response_rate").lines}
    late = people.make_card(cast.lin, name="晚来", opened_at=TUESDAY)
    people.make_contact(late, TUESDAY, outcome="reached")
    found = opened(shen, report, "response_rate")
    assert {line.row.pk for line in found.lines} == then
    assert (found.count, found.shown.words, found.live.words) == (3, "66.7%", "75.0%")
    assert marks(opened(shen, report, "response_rate", side="changed")) == {
        "晚来": "Counts now and did not then"
    }


def test_a_row_that_left_a_figure_is_still_opened_and_says_so(cast: Cast, sign_in: SignIn) -> None:
    people.make_contact(people.make_card(cast.lin, name="在"), TUESDAY, outcome="reached")
    gone = people.make_contact(people.make_card(cast.lin, name="走"), TUESDAY, outcome="reached")
    turned = people.make_contact(people.make_card(cast.lin, name="变"), TUESDAY, outcome="sent")
    report = weekly(cast.pudong)
    Contact.objects.filter(pk=gone.pk).update(purpose="care")
    Contact.objects.filter(pk=turned.pk).update(outcome="replied")
    found = opened(sign_in(cast.shen), report, "response_rate")
    assert marks(found) == {
        "在": "",
        "走": "Counted then and no longer does",
        "变": "Achieved since",
    }
    assert found.count == 3


def test_a_median_says_which_row_took_another_time_and_which_left(
    cast: Cast, sign_in: SignIn
) -> None:
    for name, hours in (("甲", 2), ("乙", 4), ("丙", 6)):
        card = people.make_card(cast.lin, name=name, opened_at=TUESDAY)
        people.make_contact(card, TUESDAY + dt.timedelta(hours=hours))
    report = weekly(cast.pudong)
    Contact.objects.filter(card__customer__name="乙").update(
        occurred_at=TUESDAY + dt.timedelta(hours=1)
    )
    Contact.objects.filter(card__customer__name="丙").update(purpose="care")
    found = opened(sign_in(cast.shen), report, "first_response_hours")
    assert (found.shown.words, found.live.words) == ("4.0 hours", "1.5 hours")
    assert marks(found) == {
        "甲": "",
        "乙": "took 4 hours then, 1 hour now",
        "丙": "Counted then and no longer does",
    }
    took = {line.name: line.took_words for line in found.lines}
    assert took == {"甲": "2 hours", "乙": "4 hours", "丙": "6 hours"}


def test_a_detractor_alone_is_kept_though_the_score_is_below_nothing(
    cast: Cast, sign_in: SignIn
) -> None:
    done = {"state": "completed", "completed_at": TUESDAY, "recommend": 2}
    people.make_visit(people.make_card(cast.lin), TUESDAY.date(), **done)
    report = weekly(cast.pudong)
    assert report.figures["whole"]["nps"]["numerator"] == -1
    assert opened(sign_in(cast.shen), report, "nps").count == 1


def test_the_promoters_and_the_detractors_of_a_score_are_kept_apart(
    cast: Cast, sign_in: SignIn
) -> None:
    for name, mark in (("好", 10), ("中", 8), ("差", 2)):
        card = people.make_card(cast.lin, name=name)
        done = {"state": "completed", "completed_at": TUESDAY, "recommend": mark}
        people.make_visit(card, TUESDAY.date(), **done)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    Visit.objects.filter(recommend=8).update(recommend=3)
    Visit.objects.filter(recommend=2).update(recommend=9)
    assert opened(shen, report, "nps").count == 3
    assert [line.name for line in opened(shen, report, "nps", side="minus").lines] == ["差"]
    assert marks(opened(shen, report, "nps", side="changed")) == {
        "中": "Detractor since",
        "差": "No longer a detractor",
    }


def test_people_and_teams_are_compared_with_today_as_well(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    late = people.make_card(cast.zhou, name="补录", opened_at=TUESDAY)
    people.make_order(late, TUESDAY)
    page = shen.get(rows_link(report, "order_count").split("rows/")[0])
    changed = {
        (line.name, cell.key): (cell, cell.revised.words)
        for table in page.context["paper"].tables
        for line in table.lines
        for cell in line.cells
        if cell.revised
    }
    cell, now = changed[cast.zhou.name, "order_count"]
    assert (cell.words, now) == ("0", "1")
    assert (cast.lin.name, "order_count") not in changed
    assert (cast.team_one.name, "order_count") in changed
    (line,) = shen.get(cell.revised.href).context["lines"]
    assert line.name == "补录"


def test_every_cell_of_the_paper_opens_as_many_rows_as_it_counts(
    cast: Cast, sign_in: SignIn
) -> None:
    a_busy_week(cast)
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    Card.objects.update(owner=cast.zhou)
    cells: list[Cell] = [
        cell
        for table in paper_of(report).tables
        for line in table.lines
        for cell in line.cells
        if cell.href and cell.number.denominator
    ]
    assert len(cells) > 5
    for cell in cells:
        found = shen.get(cell.href).context["found"]
        assert (found.is_kept, found.count) == (True, cell.number.denominator), cell.href
        if cell.number.numerator is not None:
            above = shen.get(f"{cell.href}&side=above").context["found"]
            assert above.count == cell.number.numerator, cell.href


def test_more_rows_than_a_page_are_paged_and_the_links_keep_the_list(
    cast: Cast, sign_in: SignIn
) -> None:
    many = PAGE_SIZE + 3
    for _n in range(many):
        people.make_contact(people.make_card(cast.lin), TUESDAY, outcome="reached")
    report, shen = weekly(cast.pudong), sign_in(cast.shen)
    address = rows_link(report, "response_rate", side="above")
    first = shen.get(address)
    assert len(first.context["lines"]) == PAGE_SIZE
    assert "kpi=response_rate&amp;side=above&amp;page=2" in first.content.decode()
    assert len(shen.get(f"{address}&page=2").context["lines"]) == 3


def test_a_row_that_is_gone_is_counted_as_not_shown(cast: Cast, sign_in: SignIn) -> None:
    card = people.make_card(cast.lin)
    ticket = people.make_ticket(card, TUESDAY)
    report = weekly(cast.pudong)
    Ticket.objects.filter(pk=ticket.pk).delete()
    found = opened(sign_in(cast.shen), report, "complaint_count")
    assert (found.count, found.hidden, found.lines) == (1, 1, [])


def test_a_report_that_kept_no_rows_leads_to_those_of_today(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    report = weekly(cast.pudong)
    FrozenRows.objects.all().delete()
    answer = sign_in(cast.shen).get(rows_link(report, "response_rate"))
    assert not answer.context["found"].is_kept
    assert answer.context["found"].live.href in answer.content.decode().replace("&amp;", "&")


@pytest.mark.parametrize(
    "query", ["kpi=nonsense", "kpi=nps&whose=person-nobody", "kpi=nps&whose=x", "kpi=%00"]
)
def test_what_a_report_does_not_have_is_not_there(cast: Cast, sign_in: SignIn, query: str) -> None:
    report = weekly(cast.pudong)
    base = rows_link(report, "nps").split("?")[0]
    assert sign_in(cast.shen).get(f"{base}?{query}").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's tests share one database")
def test_figures_and_rows_of_a_report_are_read_at_one_moment() -> None:
    cast = people.make_cast()

    def write() -> None:
        people.make_card(cast.lin)
        connection.close()

    with snapshot():
        assert Card.objects.count() == 0
        writer = Thread(target=write)
        writer.start()
        writer.join()
        assert Card.objects.count() == 0
    assert Card.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_writes_nothing_and_leaves_the_connection_as_it_was() -> None:
    mode = getattr(connection, "transaction_mode", None)
    with snapshot():
        assert not Card.objects.exists()
    assert getattr(connection, "transaction_mode", None) == mode
    assert not connection.in_atomic_block
