"""The analysis of return visits: every number opens its rows; sales reads sums, not answers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from crm.reports.queues.tiles import Shown
from tests.people import (
    NOW,
    Cast,
    make_card,
    make_finding,
    make_opportunity,
    make_product,
    make_ticket,
    make_visit,
)
from tests.reports.conftest import SignIn
from visits.models import Measurement, QuestionnaireVersion, Response, Visit

PAGE = "/visit-analysis/"
DAY = dt.timedelta(days=1)


def visited(cast: Cast, owner: Any, grade: int | None, **fields: Any) -> Visit:
    """A customer of this owner visited by Wu yesterday, with a grade."""
    card = fields.pop("card", None) or make_card(owner, "高峰", product=make_product())
    at = fields.pop("completed_at", NOW - DAY)
    return make_visit(
        card,
        at.date(),
        state="completed",
        completed_at=at,
        assignee=cast.wu,
        satisfaction=grade,
        **fields,
    )


def graded(visit: Visit, measure: str, number: int | None = None, choice: str = "") -> None:
    Measurement.objects.create(visit=visit, measure=measure, number=number, choice=choice)


def answered(visit: Visit, *, entered_by: Any) -> None:
    questions = QuestionnaireVersion.objects.filter(questionnaire__kind="regular").get()
    Response.objects.create(
        visit=visit, questions=questions, entered_by=entered_by, submitted_at=visit.completed_at
    )


@pytest.fixture
def answers(cast: Cast) -> None:
    """Six customers of Lin and Zhou, one without a grade, one asked twice, one of no model."""
    first = visited(cast, cast.lin, 2, repurchase=False, recommend=3)
    graded(first, "sales", 2)
    graded(first, "visitor", 5)
    graded(first, "reason", choice="charging")
    graded(first, "reason", choice="price")
    answered(first, entered_by=cast.wu)
    again = visited(
        cast, cast.lin, 5, card=first.card, completed_at=NOW - dt.timedelta(hours=2), recommend=10
    )
    answered(again, entered_by=None)
    graded(again, "sales", 4)
    for grade in (5, 4, 3):
        one = visited(cast, cast.zhou, grade, repurchase=True, recommend=9)
        graded(one, "reason", choice="charging")
        answered(one, entered_by=cast.wu)
    visited(cast, cast.lin, None, declined=True)
    visited(cast, cast.zhou, 1, card=make_card(cast.zhou, "无车型"), kind="follow_up_feedback")
    make_finding(visited(cast, cast.otto, 5), brand="极氪")
    for influence in ("none", "wavering", "deciding"):
        make_finding(first, brand="比亚迪", influence=influence)
    make_finding(again, brand="理想 L6")
    make_ticket(
        first.card,
        NOW - DAY,
        kind="problem",
        responsible=cast.wu,
        lead_department=cast.technical,
        resolved_at=NOW,
        state="solved",
    )


def page_of(client: Client, query: str = "") -> Any:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.context["page"]


def figures_of(page: Any) -> list[Shown]:
    """Every number on the page that has one."""
    lists = [*page.grades, *page.again, *page.measures, *page.ways, *page.reasons]
    lists += [*page.brands, *page.influences]
    lines = [*lists, *(line for table in page.tables for line in table.lines)]
    found = [*page.tiles, page.rated, *(one for line in lines for one in line.figures)]
    found += [one for week in page.weeks for one in week.figures]
    return [one for one in found if one.number.denominator]


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("who", ["bai", "shen", "xu", "chen", "lin"])
def test_every_number_opens_exactly_its_rows(cast: Cast, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(cast, who))
    opened = [one for one in figures_of(page_of(client)) if one.href]
    assert len({one.key for one in opened}) > 8
    for one in opened:
        address = urlsplit(one.href)
        query = dict(parse_qsl(address.query))
        below = client.get(address.path, query).context["found"]
        assert below.count == one.number.denominator, one.href
        assert below.shown.number == one.number, one.href
        above = client.get(address.path, {**query, "side": "above"}).context["found"].count
        if one.key == "nps":
            above -= client.get(address.path, {**query, "side": "minus"}).context["found"].count
        assert above == one.number.numerator, one.href


@pytest.mark.usefixtures("answers")
def test_both_formulas_of_satisfaction_stand_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in(cast.shen))
    tiles = {one.key: one.number for one in page.tiles}
    rated, all_visited = tiles["satisfaction_of_rated"], tiles["satisfaction_rate"]
    assert (all_visited.numerator, all_visited.denominator) == (3, 6)
    assert (rated.numerator, rated.denominator) == (3, 5)
    grades = [(line.first.number.numerator, line.first.number.denominator) for line in page.grades]
    assert grades == [(2, 5), (1, 5), (1, 5), (0, 5), (1, 5)]


@pytest.mark.usefixtures("answers")
def test_reasons_come_in_the_readers_words_most_named_first(cast: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in(cast.xu))
    named = [(line.label, line.first.number.numerator) for line in page.reasons]
    assert named == [("充电", 4), ("价格", 1)]


@pytest.mark.usefixtures("answers")
def test_other_brands_are_counted_where_they_may_be_read(cast: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in(cast.xu))
    spoken = [
        (line.label, line.first.number.numerator, line.first.number.denominator)
        for line in page.brands
    ]
    assert spoken == [("比亚迪", 3, 4), ("理想 L6", 1, 4)]
    assert [line.first.number.numerator for line in page.influences] == [2, 1, 1]
    assert page_of(sign_in(cast.lin)).brands == []
    rows = sign_in(cast.xu).get(f"{PAGE}rows/?kpi=brand-理想 L6&period=month&side=above")
    assert "理想 L6" in rows.content.decode()


@pytest.mark.usefixtures("answers")
def test_answers_of_the_customers_own_link_are_counted_apart(cast: Cast, sign_in: SignIn) -> None:
    link, colleague, elsewhere = (line.first.number for line in page_of(sign_in(cast.xu)).ways)
    assert (link.numerator, link.denominator) == (1, 1)
    assert (colleague.numerator, colleague.denominator) == (2, 4)
    assert (elsewhere.numerator, elsewhere.denominator) == (0, 1)


@pytest.mark.usefixtures("answers")
def test_sales_reads_nothing_of_few_answers_about_people(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.chen)
    page = page_of(client)
    guarded = [line.first for line in (*page.measures, *page.reasons)]
    assert all(one.withheld and not one.href for one in guarded)
    refused = client.get(f"{PAGE}rows/", {"kpi": "reason-charging", "period": "month"})
    assert refused.status_code == 403
    taken = client.get("/exports/new/", {"list": "figure", "kpi": "content_with_sales"})
    assert "高峰" not in taken.content.decode()


def test_follow_up_is_shown_to_sales_from_five_answers_on(cast: Cast, sign_in: SignIn) -> None:
    def of_lin() -> Shown:
        page = page_of(sign_in(cast.lin))
        table = next(table for table in page.tables if table.split.name == "salesperson")
        found: Shown = table.lines[0].figures[-1]
        return found

    for grade in (5, 4, 2, 5):
        visited(cast, cast.lin, grade, kind="follow_up_feedback")
    assert of_lin().withheld
    assert of_lin().number.denominator == 0
    visited(cast, cast.lin, 1, kind="follow_up_feedback")
    shown = of_lin()
    assert (shown.number.numerator, shown.number.denominator) == (3, 5)
    assert not shown.href


@pytest.mark.usefixtures("answers")
def test_a_team_is_not_shown_what_belongs_to_visitors(cast: Cast, sign_in: SignIn) -> None:
    tables = {table.split.name for table in page_of(sign_in(cast.chen)).tables}
    assert tables == {"model", "needs", "salesperson"}
    tables = {table.split.name for table in page_of(sign_in(cast.xu)).tables}
    assert tables == {"model", "needs", "salesperson", "visitor", "department"}


def test_an_unknown_line_or_reason_is_not_found(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.shen)
    for query in (
        "of=model-no-such",
        "of=tram-1",
        "kpi=reason-",
        "kpi=reason-%00",
        "kpi=tram",
        "kpi=brand-",
    ):
        assert client.get(f"{PAGE}rows/?{query}").status_code == 404, query


def test_the_trend_of_needs_is_shown_and_opens_its_rows(cast: Cast, sign_in: SignIn) -> None:
    """RV-40: how many customers need another car, week by week and by the car they have."""
    for n in range(4):
        visit = visited(cast, cast.lin, 4)
        if n == 0:
            taken = make_card(cast.lin, "高峰")
            make_opportunity(visit, state="taken", taken_as=taken, answered_at=NOW)
        if n == 1:
            make_opportunity(visit)
    earlier = visited(cast, cast.lin, 5, completed_at=NOW - 21 * DAY)
    make_opportunity(earlier)
    page = sign_in(cast.shen).get(PAGE, {"period": "week"}).context["page"]
    share, taken_up = (one.first for one in page.needs)
    assert (share.number.numerator, share.number.denominator) == (2, 4)
    assert (taken_up.number.numerator, taken_up.number.denominator) == (1, 2)
    weeks = {week.monday: week.figures[-1] for week in page.weeks}
    assert len(weeks) == 13
    told = [one.number.numerator for one in weeks.values() if one.number.denominator]
    assert told == [1, 2]
    rows = sign_in(cast.shen).get(share.href)
    assert rows.status_code == 200
    (table,) = [one for one in page.tables if one.split.name == "needs"]
    assert sum(line.first.number.numerator or 0 for line in table.lines) == 2
