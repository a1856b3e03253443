"""The funnel of a report, and what was sold against the time before (RP-07, RP-08)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from crm.people.models import User
from crm.reports.actions.closing import close_report
from crm.reports.due import MONTH, YEAR, period_of
from crm.reports.models import PeriodReport
from crm.reports.weekly.files import written
from crm.reports.weekly.paper import paper_of
from tests import people
from tests.people import SHANGHAI, Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import a_busy_week, weekly
from tests.reports.test_report_files import text_of

APRIL_FIRST = local("2026-04-01 07:02")


def sell(seller: User, day: str, amount: int, quantity: int = 1) -> None:
    signed = local(f"{day} 10:00")
    card = people.make_card(seller, opened_at=signed - dt.timedelta(days=3))
    people.make_order(card, signed, amount=amount, quantity=quantity)


def closed(kind: str, cast: Cast, now: dt.datetime = APRIL_FIRST) -> PeriodReport:
    day = now.date() - dt.timedelta(days=1)
    report = close_report(kind, cast.pudong, period_of(kind, day, SHANGHAI), at=dt.time(7), now=now)
    assert report is not None
    return report


def test_the_funnel_of_a_week_looks_back_thirty_days(cast: Cast, sign_in: SignIn) -> None:
    a_busy_week(cast)
    people.make_card(cast.lin, opened_at=local("2026-02-10 10:00"))  # within the thirty days
    people.make_card(cast.lin, opened_at=local("2026-02-01 10:00"))  # before them
    report = weekly(cast.pudong)
    funnel = report.figures["funnel"]
    assert (funnel["first"], funnel["last"]) == ("2026-02-07", "2026-03-08")
    counts = funnel["counts"]
    # Three of the busy week and one of Zhou opened then, and the one of February.
    assert counts["cards_ordered"] == 1
    assert counts["cards_begun"] > counts["cards_spoken_to"] >= counts["cards_ordered"]
    page = sign_in(cast.shen).get(reverse("reports:period_report", args=[report.public_id]))
    assert "销售漏斗，2月7日至3月8日" in page.content.decode()
    with translation.override("zh-hans"):
        assert "销售漏斗" in text_of(written(report, ["pdf"])["pdf"])
    assert not page.context["paper"].sold  # a week says nothing of last year


def test_a_month_says_what_was_sold_against_the_month_and_the_year_before(cast: Cast) -> None:
    sell(cast.lin, "2025-03-10", 100_000)
    sell(cast.zhou, "2026-02-10", 200_000)
    sell(cast.lin, "2026-03-10", 150_000)
    sell(cast.lin, "2026-03-31", 350_000, quantity=2)
    sell(cast.otto, "2026-03-31", 900_000)  # another store's
    cars, money, customers = paper_of(closed(MONTH, cast)).sold
    assert cars.cells[1:] == ["3", "1", "+200.0%", "1", "+200.0%"]
    assert money.cells[1:] == ["500,000 元", "200,000 元", "+150.0%", "100,000 元", "+400.0%"]
    assert customers.cells[1:4] == ["4", "2", "+100.0%"]


def test_a_year_says_how_the_number_of_customers_grew(cast: Cast) -> None:
    sell(cast.lin, "2024-05-10", 100_000)
    sell(cast.lin, "2025-03-10", 100_000)
    now = local("2026-01-01 07:02")
    report = closed(YEAR, cast, now)
    cars, _money, customers = paper_of(report).sold
    assert cars.cells[1:4] == ["1", "1", "0.0%"]
    assert customers.cells[1:4] == ["2", "1", "+100.0%"]
    assert not cars.year_ago


@pytest.mark.parametrize("part", ["funnel", "sales"])
def test_a_report_older_than_its_course_is_read_without_it(cast: Cast, part: str) -> None:
    report = closed(MONTH, cast)
    del report.figures[part]
    paper = paper_of(report)
    assert (paper.funnel is None) if part == "funnel" else (paper.sold == [])


def test_a_week_in_which_customers_were_only_lost_is_not_empty(cast: Cast) -> None:
    assert paper_of(weekly(cast.chaoyang)).is_empty
    told = {"state": "lost", "lost_at": local("2026-03-04 10:00"), "lost_reason": "use"}
    people.make_card(cast.lin, opened_at=local("2025-12-01 10:00"), **told)
    assert not paper_of(weekly(cast.pudong)).is_empty


def test_a_week_whose_funnel_has_numbers_is_not_empty(cast: Cast) -> None:
    people.make_card(cast.lin, opened_at=local("2026-02-20 10:00"))
    assert not paper_of(weekly(cast.pudong)).is_empty
