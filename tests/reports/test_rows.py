"""The rows behind a figure are as many as it counts, for every figure of the board."""

from __future__ import annotations

import datetime as dt
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from crm.exchange.actions.imports import refresh_statistics
from crm.people import roles
from crm.people.models import Membership, Team
from crm.records.kpis import By, Scope
from crm.records.periods import MONTH, OWN, QUARTER, TODAY, WEEK, Period, so_far
from crm.reports.board import Number
from crm.reports.kpis import KPIS, SHOWN, Unit, kpi_of, source_of
from crm.reports.queues.asked import Asked
from crm.reports.queues.choices import Choice, Choices
from crm.reports.queues.rows import ABOVE, BELOW, MINUS, REST, rows_behind
from crm.rulebook.queues import rules_for
from tests.people import NOW, Cast, make_card, make_contact, make_product, make_user
from tests.reports import plain_kpis
from tests.reports.conftest import SignIn
from tests.reports.floor import ZONE, load_floor
from tests.reports.test_sample import SAMPLE

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31), ZONE)


def asked_by(reader: Any, chosen: Choice, kind: str = OWN, period: Period = OCTOBER) -> Asked:
    now = dt.datetime(2026, 11, 1, 9, 0, tzinfo=ZONE)
    numbers, calendar = rules_for(None)
    return Asked(reader, now, kind, period, chosen, Choices((chosen,)), calendar, numbers)


def test_the_board_has_the_keys_of_the_definitions() -> None:
    assert set(KPIS) == set(plain_kpis.KEYS)


# One reason, one brand and one move stand for the figures of which there is one for each.
ONE_OF_EACH = (
    "reason-charging",
    "brand-理想",
    "level_move_B_A",
    "level_move_none_H",
    "level_move_B_any",
)


@pytest.mark.django_db
def test_every_figure_opens_exactly_its_rows(subtests: pytest.Subtests) -> None:
    load_floor(plain_kpis.read_zip(SAMPLE / "floor.zip"))
    refresh_statistics()
    bai = make_user("bai", "白总", roles.GENERAL_MANAGER)
    team = Team.objects.get(store__code="SH01", name="一组")
    seller = Membership.objects.filter(team=team, role=roles.SALESPERSON).order_by("pk")[0]
    scopes = (
        Scope(),
        Scope(By.STORE, team.store_id),
        Scope(By.TEAM, team.pk),
        Scope(By.PERSON, seller.user_id),
    )
    for scope in scopes:
        asked = asked_by(bai, Choice("", "", scope))
        for key in (*SHOWN, *ONE_OF_EACH):
            with subtests.test(key=key, scope=scope):
                number = agree(asked, key)
                if scope == Scope() and key in KPIS:
                    assert number.denominator, "the sample floor has rows of every KPI"


# Every way to ask for days, each for somebody else: a Thursday, its week, month and quarter.
THURSDAY = date(2026, 10, 15)
DATES = Period(date(2026, 9, 28), date(2026, 10, 5), ZONE)


@pytest.mark.django_db
def test_the_rows_are_as_many_whatever_days_are_asked_for(subtests: pytest.Subtests) -> None:
    load_floor(plain_kpis.read_zip(SAMPLE / "floor.zip"))
    refresh_statistics()
    bai = make_user("bai", "白总", roles.GENERAL_MANAGER)
    team = Team.objects.get(store__code="SH01", name="一组")
    seller = Membership.objects.filter(team=team, role=roles.SALESPERSON).order_by("pk")[0]
    scopes = {
        TODAY: Scope(),
        WEEK: Scope(By.STORE, team.store_id),
        MONTH: Scope(By.PERSON, seller.user_id),
        QUARTER: Scope(By.TEAM, team.pk),
        OWN: Scope(),
    }
    for kind, scope in scopes.items():
        period = DATES if kind == OWN else so_far(kind, THURSDAY, ZONE)
        asked = asked_by(bai, Choice("", "", scope), kind, period)
        numbers = []
        for key in KPIS:
            with subtests.test(key=key, kind=kind):
                numbers.append(agree(asked, key))
        assert any(number.denominator for number in numbers), kind


def test_every_figure_says_its_formula_its_rule_and_whose_it_is() -> None:
    for key in (*SHOWN, *ONE_OF_EACH):
        kpi = kpi_of(key)
        words = (kpi.name, kpi.below, kpi.belongs, kpi.formula, source_of(key))
        assert all(str(one) for one in words), key
        assert bool(kpi.above) == (kpi.unit in (Unit.RATE, Unit.SCORE, Unit.PER_HUNDRED)), key


def agree(asked: Asked, key: str) -> Number:
    """Below, above and the rest add up to the figure, and all of it is visible to Bai."""
    whole = rows_behind(asked, key, BELOW, 1)
    number = whole.shown.number
    assert whole.count == number.denominator
    assert whole.hidden == 0
    counts = {side.key: rows_behind(asked, key, side.key, 1).count for side in whole.sides}
    if MINUS in counts:
        assert counts[ABOVE] - counts[MINUS] == number.numerator
    elif ABOVE in counts:
        assert counts[ABOVE] == number.numerator
    if REST in counts:
        assert counts[REST] == number.denominator - (number.numerator or 0)
        hits = {row.pk for row in whole.page if row.pk in whole.hits}
        assert len(hits) <= counts[ABOVE]
    return number


def test_a_customer_handed_to_another_team_is_counted_but_not_shown(
    cast: Cast, sign_in: SignIn
) -> None:
    make_contact(make_card(cast.lin, "留下"), NOW - dt.timedelta(hours=1))
    moved = make_card(cast.lin, "移交")
    make_contact(moved, NOW - dt.timedelta(hours=1))
    type(moved).objects.filter(pk=moved.pk).update(owner=cast.ma, team=cast.team_two)
    response = sign_in(cast.chen).get("/dashboard/rows/", {"kpi": "response_rate"})
    found = response.context["found"]
    assert (found.count, found.hidden, found.page.paginator.count) == (2, 1, 1)
    assert "移交" not in response.content.decode()


def test_a_marketing_supervisor_reads_figures_without_their_customers(
    cast: Cast, sign_in: SignIn
) -> None:
    make_contact(make_card(cast.lin, "张伟"), NOW - dt.timedelta(hours=1))
    response = sign_in(cast.mona).get("/dashboard/rows/", {"kpi": "response_rate"})
    assert response.context["found"].shown.number.denominator == 1
    assert list(response.context["found"].page) == []
    assert "张伟" not in response.content.decode()


def test_the_page_says_what_the_figure_means(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.chen).get("/dashboard/rows/", {"kpi": "on_time_rate"}, headers=ENGLISH)
    text = page.content.decode()
    assert "K-08" in text
    assert "in percent" in text
    assert "Planned contacts carried out by the end of their due day" in text
    assert "Who the planned contact is assigned to" in text


ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize("key", ["", "nonsense", "\x00", "__class__"])
def test_an_unknown_figure_is_not_there(cast: Cast, sign_in: SignIn, key: str) -> None:
    assert sign_in(cast.chen).get("/dashboard/rows/", {"kpi": key}).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_a_page_that_is_not_there_is_one_that_is(cast: Cast, sign_in: SignIn, page: str) -> None:
    make_contact(make_card(cast.lin), NOW - dt.timedelta(hours=1))
    response = sign_in(cast.chen).get("/dashboard/rows/", {"page": page})
    assert response.status_code == 200
    assert len(response.context["lines"]) == 1


def test_a_supervisor_of_two_teams_chooses_between_them(cast: Cast, sign_in: SignIn) -> None:
    Membership.objects.create(
        user=cast.chen,
        role=roles.SALES_SUPERVISOR,
        store=cast.pudong,
        team=cast.team_two,
        valid_from=date(2020, 1, 1),
    )
    make_contact(make_card(cast.ma), NOW - dt.timedelta(hours=1))
    client = sign_in(cast.chen)
    teams = client.get("/dashboard/rows/").context["asked"].choices.of(By.TEAM)
    assert {team.label for team in teams} == {"一组", "二组"}
    second = {"who": f"team-{cast.team_two.public_id}"}
    assert client.get("/dashboard/rows/", second).context["found"].count == 1


PAGES_OF_FIGURES = (
    *("dashboard", "figures", "compared", "origins", "effect", "lost_report"),
    *("visit_analysis", "complaint_report", "rows", "visit_rows", "complaint_rows"),
)


@pytest.mark.parametrize("page", PAGES_OF_FIGURES)
def test_an_address_that_asks_by_what_no_row_has_leads_nowhere(
    cast: Cast, sign_in: SignIn, page: str
) -> None:
    model = f"model-{make_product().public_id}"
    department = f"department-{cast.technical.public_id}"
    shen = sign_in(cast.shen)
    for of in (model, department, "source-walk_in", "source-none", "source-nowhere"):
        answer = shen.get(reverse(f"reports:{page}"), {"of": of})
        assert answer.status_code in {200, 404}, of


def test_a_page_narrowed_to_one_person_opens_the_rows_of_that_person(
    cast: Cast, sign_in: SignIn
) -> None:
    for seller in (cast.lin, cast.lin, cast.zhou):
        make_contact(make_card(seller), NOW, outcome="reached")
    shen = sign_in(cast.shen)
    query = {"period": "today", "of": f"person-{cast.lin.public_id}"}
    board = shen.get(reverse("reports:dashboard"), query).context["board"]
    tile = next(one for one in board.tiles if one.key == "response_rate")
    assert tile.number.denominator == 2
    assert shen.get(tile.href).context["found"].count == 2
