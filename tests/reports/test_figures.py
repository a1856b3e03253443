"""All figures on one page, each of them by person, and how far a period's customers got."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.customers.models import Card, LevelChange, Recovery
from crm.people.models import Membership, User
from crm.reception.models import ReceptionEntry
from crm.records.kpis import By, Part
from crm.reports.board import Number
from crm.reports.kpis import FUNNEL, KPIS, kpi_of
from crm.reports.kpis.board import BESIDE
from crm.reports.models import Target
from crm.reports.queues.figures import GROUPS
from crm.reports.queues.tiles import Aim, Tile
from tests.people import (
    NOW,
    Cast,
    local,
    make_card,
    make_contact,
    make_order,
    make_plan,
    make_planned,
    make_ticket,
    make_visit,
)
from tests.reports.conftest import SignIn

PAGE, COMPARED = "/dashboard/figures/", "/dashboard/compared/"
ORIGINS, DASHBOARD = "/dashboard/origins/", "/dashboard/"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def received(by: User, card: Card | None = None, *, test_drive: bool = False) -> None:
    """Somebody's first time at the door, an hour ago."""
    ReceptionEntry.objects.create(
        entry_no=f"R-{ReceptionEntry.objects.count()}",
        kind="walk_in",
        arrived_at=NOW - HOUR,
        staff=by,
        team_id=by.reach.main.team_id,
        store_id=by.reach.main.store_id,
        card=card,
        test_drive=test_drive,
    )


def visited(card: Card, by: User, **fields: str) -> None:
    """A return visit an hour ago, with the best grade."""
    done = {"assignee": by, "state": "completed", "completed_at": NOW - HOUR, "satisfaction": 5}
    make_visit(card, NOW.date(), **{**done, **fields})


def tiles(client: Client, query: str = "") -> dict[str, Tile]:
    page = client.get(PAGE + query).context["page"]
    return {line.tile.key: line.tile for _heading, lines in page.groups for line in lines}


def test_every_figure_of_the_definitions_stands_once_on_the_page() -> None:
    keys = [key for _heading, group in GROUPS for key in group]
    assert sorted(keys) == sorted(KPIS)


@pytest.mark.parametrize("query", ["", "?period=month", "?period=quarter"])
def test_every_figure_opens_as_many_rows_as_it_says(
    cast: Cast, sign_in: SignIn, query: str
) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_order(make_card(cast.zhou, "买家"), NOW - DAY)
    visited(make_card(cast.lin, "车主"), cast.wu)
    for before in (7 * DAY, 20 * DAY, 70 * DAY):
        make_contact(make_card(cast.lin, opened_at=NOW - 90 * DAY), NOW - before)
        make_order(make_card(cast.zhou, "老客", opened_at=NOW - 90 * DAY), NOW - before)
    client = sign_in(cast.shen)
    shown = tiles(client, query)
    assert sum(bool(one.number.denominator) for one in shown.values()) >= 5
    for key, one in shown.items():
        found = client.get(one.href).context["found"]
        assert found.shown.number == one.number, key
        assert found.count == one.number.denominator, key
    assert sum(bool(one.before.number.denominator) for one in shown.values()) >= 3
    for key, one in shown.items():
        found = client.get(one.before.href).context["found"]
        assert found.shown.number == one.earlier, key
        assert found.count == one.earlier.denominator, key


def recovered(card: Card, handler: User, stage: int, order_no: str = "") -> None:
    """A recovery case closed an hour ago, with the order it led to."""
    Recovery.objects.create(
        recovery_no=f"W-{Recovery.objects.count()}",
        card=card,
        stage=stage,
        handler=handler,
        team_id=handler.reach.main.team_id,
        store=card.store,
        opened_at=NOW - 5 * DAY,
        closed_at=NOW - HOUR,
        order_no=order_no,
    )


def test_the_figures_beside_others_count_their_own_rows_alone(cast: Cast, sign_in: SignIn) -> None:
    plan = make_plan(make_card(cast.lin))
    for state in ("planned", "done", "cancelled", "rescheduled"):
        make_planned(plan, NOW - HOUR, state=state)
    make_planned(plan, NOW - 9 * DAY, state="cancelled")
    make_planned(make_plan(make_card(cast.lin), state="draft"), NOW - HOUR, state="cancelled")
    for state in ("registered", "closed", "withdrawn", "rejected", "merged"):
        make_ticket(make_card(cast.lin), NOW - HOUR, responsible=cast.wu, state=state)
    make_ticket(make_card(cast.lin), NOW - HOUR, kind="problem", state="refused")
    won = make_order(make_card(cast.lin, "回来"), NOW - DAY)
    recovered(won.card, cast.lin, 1, won.order_no)
    recovered(make_card(cast.lin), cast.lin, 1)
    recovered(make_card(cast.lin), cast.lin, 1)
    recovered(make_card(cast.lin), cast.chen, 2)
    client, values = sign_in(cast.shen), {}
    for key in BESIDE:
        found = client.get(f"/dashboard/rows/?period=week&kpi={key}").context["found"]
        assert found.count == found.shown.number.denominator, key
        values[key] = found.shown.number.value
    assert values == {
        "contacts_dropped": 2,
        "complaints_cancelled": 3,
        "recovery_rate_of_consultants": 1 / 3,
        "recovery_rate_of_supervisors": 0,
        "oldest_open_hours": 1,
    }


def test_lin_reads_her_figures_beside_her_teams_which_open_nothing(
    cast: Cast, sign_in: SignIn
) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_contact(make_card(cast.zhou), NOW - HOUR, outcome="no_answer")
    page = sign_in(cast.lin).get(PAGE).context["page"]
    response = page.groups[0][1][0]
    assert response.tile.number.value == 1
    assert response.team.number.value == 0.5
    assert (page.team, response.team.href) == (cast.team_one.name, "")


def test_the_team_beside_lin_is_narrowed_to_the_source_she_is(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin, source="walk_in"), NOW - HOUR)
    make_contact(make_card(cast.zhou, source="phone"), NOW - HOUR)
    groups = sign_in(cast.lin).get(PAGE, {"of_source": "walk_in"}).context["page"].groups
    (line,) = (one for _h, lines in groups for one in lines if one.tile.key == "response_rate")
    assert (line.tile.number.denominator, line.team.number.denominator) == (1, 1)


def test_lins_dashboard_has_her_teams_average_and_no_colleague(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_contact(make_card(cast.zhou), NOW - HOUR, outcome="no_answer")
    page = sign_in(cast.lin).get(DASHBOARD)
    first = page.context["board"].tiles[0]
    assert (first.number.value, first.team.number.value, first.team.href) == (1, 0.5, "")
    text = page.content.decode()
    assert "小组平均 50.0%" in text
    assert cast.zhou.name not in text
    assert cast.zhou.public_id not in text
    assert sign_in(cast.chen).get(DASHBOARD).context["board"].tiles[0].team is None


@pytest.mark.parametrize("by", ["person", "team"])
def test_lin_compares_herself_with_her_team_and_reads_no_colleague(
    cast: Cast, sign_in: SignIn, by: str
) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_contact(make_card(cast.zhou), NOW - HOUR, outcome="no_answer")
    page = sign_in(cast.lin).get(COMPARED, {"kpi": "response_rate", "by": by})
    lines = {line.label: line.shown for line in page.context["page"].lines}
    team = lines.pop(cast.team_one.name)
    assert (team.number.denominator, team.href) == (2, "")
    assert list(lines) == ([cast.lin.name] if by == "person" else [])
    assert cast.zhou.name not in page.content.decode()


def test_somebody_in_no_team_counts_on_every_page(cast: Cast, sign_in: SignIn) -> None:
    cast.lin.memberships.update(team=None)
    lin = User.objects.get(pk=cast.lin.pk)
    make_contact(make_card(lin), NOW - HOUR)
    make_contact(make_card(cast.zhou), NOW - HOUR)
    shen, her = sign_in(cast.shen), sign_in(lin)
    board = shen.get(DASHBOARD).context["board"]
    shown = [one for row in board.rows for one in row.figures.values() if row.label == lin.name]
    assert shown
    told = {"kpi": "response_rate", "by": "team"}
    lines = shen.get(COMPARED, told).context["page"].lines
    assert sum(line.shown.number.denominator for line in lines) == 2
    shown += [line.shown for line in lines]
    for one in shown:
        found = shen.get(one.href).context["found"]
        assert (found.count, found.shown.number) == (one.number.denominator, one.number), one.key
    own = her.get(PAGE)
    assert (own.context["page"].team, tiles(her)["response_rate"].number.denominator) == ("", 1)
    assert her.get(DASHBOARD).context["board"].tiles[0].team is None
    assert [line.label for line in her.get(COMPARED).context["page"].lines] == [lin.name]


def test_orders_of_nobodys_team_stand_beside_the_teams_that_received(
    cast: Cast, sign_in: SignIn
) -> None:
    received(cast.zhou)
    make_order(make_card(cast.lin), NOW - HOUR, team_id=None)
    told = {"kpi": "closing_rate", "by": "team"}
    lines = sign_in(cast.shen).get(COMPARED, told).context["page"].lines
    loose = {one.label: one.shown.number.numerator for one in lines}
    assert loose.get("不在任何小组") == 1


def test_what_is_counted_in_steps_has_nothing_to_take_off() -> None:
    rows = Card.objects.all()
    for more in ({"miss": Q(pk=1)}, {"in_denominator": False}):
        with pytest.raises(ValueError, match="in steps"):
            Part(rows, in_steps=True, **more)


def test_chen_compares_her_people_the_best_first(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR, outcome="no_answer")
    make_contact(make_card(cast.zhou), NOW - HOUR)
    make_contact(make_card(cast.ma), NOW - HOUR)
    client = sign_in(cast.chen)
    page = client.get(COMPARED, {"kpi": "response_rate"}).context["page"]
    assert [line.label for line in page.lines][:2] == ["周启航", "林晓彤"]
    assert "马骁" not in [line.label for line in page.lines]
    for line in page.lines:
        found = client.get(line.shown.href).context["found"]
        assert found.count == line.shown.number.denominator


@pytest.mark.parametrize("team", ["team_one", "team_two"])
def test_who_changed_teams_counts_in_each_for_what_was_done_there(
    cast: Cast, sign_in: SignIn, team: str
) -> None:
    make_contact(make_card(cast.lin), NOW - 2 * DAY)
    cast.lin.memberships.update(team=cast.team_two)
    lin = User.objects.get(pk=cast.lin.pk)
    for hours in (1, 2):
        make_contact(make_card(lin), NOW - hours * HOUR)
    make_contact(make_card(cast.zhou), NOW - HOUR)
    client, query = sign_in(cast.shen), {"who": f"team-{getattr(cast, team).public_id}"}
    told = {**query, "kpi": "response_rate"}
    lines = client.get(COMPARED, told).context["page"].lines
    board = client.get(DASHBOARD, query).context["board"]
    shown = [line.shown for line in lines]
    shown += [one for row in board.rows for one in row.figures.values()]
    of_lin = next(line.shown for line in lines if line.label == lin.name)
    assert of_lin.number.denominator == {"team_one": 1, "team_two": 2}[team]
    for one in shown:
        found = client.get(one.href).context["found"]
        assert (found.count, found.shown.number) == (one.number.denominator, one.number), one.key


def test_what_visitors_did_is_compared_by_visitor(cast: Cast, sign_in: SignIn) -> None:
    visited(make_card(cast.lin, "车主"), cast.wu)
    client = sign_in(cast.shen)
    page = client.get(COMPARED, {"kpi": "visit_satisfaction_rate"}).context["page"]
    assert [line.label for line in page.lines] == [cast.wu.name]
    assert client.get(page.lines[0].shown.href).context["found"].count == 1


@pytest.mark.parametrize("key", ["visit_satisfaction_rate", "handling_satisfaction_rate"])
def test_marketing_reads_sums_of_five_answers_about_visitors_and_never_the_rows(
    cast: Cast, sign_in: SignIn, key: str
) -> None:
    kind = {"kind": "complaint"} if key.startswith("handling") else {}
    for _ in range(4):
        visited(make_card(cast.lin), cast.wu, **kind)
    client, told = sign_in(cast.mona), {"kpi": key}
    page = client.get(COMPARED, told).context["page"]
    assert tiles(client)[key].withheld
    assert all(one.withheld for one in (page.shown, *(line.shown for line in page.lines)))
    visited(make_card(cast.lin), cast.wu, **kind)
    page, tile = client.get(COMPARED, told).context["page"], tiles(client)[key]
    for one in (tile, page.shown, page.lines[0].shown):
        assert (one.number.denominator, one.href, one.withheld) == (5, "", False)
    assert client.get("/dashboard/rows/", told).status_code == 403
    assert sign_in(cast.shen).get("/dashboard/rows/", told).context["found"].count == 5


def test_another_period_of_a_comparison_keeps_what_is_compared(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.shen).get(COMPARED, {"kpi": "nps", "by": "team"})
    for chip in answer.context["kinds"]:
        assert "kpi=nps" in chip.href
        assert chip.href.endswith("&by=team")
    for name, value in {"kpi": "nps", "by": "team"}.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in answer.content.decode()


@pytest.mark.parametrize("query", [{"kpi": "cards_begun"}, {"kpi": "x"}, {"by": "model"}])
def test_nothing_else_is_compared(cast: Cast, sign_in: SignIn, query: dict[str, str]) -> None:
    assert sign_in(cast.shen).get(COMPARED, query).status_code == 404


@pytest.mark.parametrize("page", [PAGE, COMPARED, ORIGINS])
def test_more_rows_cost_no_more_statements(cast: Cast, sign_in: SignIn, page: str) -> None:
    client = sign_in(cast.shen)
    make_contact(make_card(cast.lin), NOW - HOUR)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for owner in (cast.lin, cast.zhou, cast.ma) * 4:
        make_contact(make_card(owner), NOW - HOUR)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)


def test_the_funnel_counts_how_far_a_months_customers_got(cast: Cast, sign_in: SignIn) -> None:
    make_card(cast.lin, "只建卡")
    make_contact(make_card(cast.lin, "通过话"), NOW - HOUR)
    care = make_card(cast.lin, "只关怀")
    make_contact(care, NOW - HOUR, method="in_person", purpose="care")
    came = make_card(cast.lin, "到过店")
    received(cast.lin, came)
    drove = make_card(cast.lin, "试驾过")
    received(cast.lin, drove, test_drive=True)
    make_order(make_card(cast.lin, "下了订"), NOW - HOUR)
    done = make_order(make_card(cast.lin, "交了车"), NOW - DAY)
    type(done).objects.filter(pk=done.pk).update(state="delivered", delivered_at=NOW - HOUR)
    received(cast.lin)
    assert ReceptionEntry.objects.filter(first_time=True).count() == 3
    client = sign_in(cast.chen)
    funnel = client.get(DASHBOARD).context["board"].funnel
    counts = {step.shown.key: step.shown.number.value for step in funnel.steps}
    assert list(counts) == list(FUNNEL)
    assert list(counts.values()) == [3, 7, 5, 4, 3, 2, 1]
    assert funnel.sold == "28.6%"
    for step in funnel.steps:
        assert client.get(step.shown.href).context["found"].count == step.shown.number.value


def test_whoever_came_before_the_month_is_not_in_its_funnel(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.lin, opened_at=NOW - 40 * DAY), NOW - HOUR)
    funnel = sign_in(cast.chen).get(DASHBOARD).context["board"].funnel
    assert {step.shown.number.value for step in funnel.steps} == {0}
    assert funnel.sold == "—"
    quarter = sign_in(cast.chen).get(DASHBOARD, {"period": "quarter"}).context["board"].funnel
    assert quarter.period.first == dt.date(2026, 1, 1)
    assert quarter.steps[1].shown.number.value == 1


def test_each_source_opens_the_customers_it_brought(cast: Cast, sign_in: SignIn) -> None:
    make_order(make_card(cast.lin, "甲", source="referral", opened_at=NOW - HOUR), NOW - HOUR)
    make_card(cast.zhou, "乙", source="referral", opened_at=NOW - HOUR)
    make_card(cast.lin, "丙", source="internet", opened_at=NOW - HOUR)
    make_card(cast.lin, "未知", source="", opened_at=NOW - HOUR)
    make_card(cast.ma, "丁", source="event", opened_at=NOW - HOUR)
    client = sign_in(cast.chen)
    page = client.get(ORIGINS).context["page"]
    counts = [line.figures[1].number.value for line in page.sources]
    assert (counts, page.total.figures[1].number.value) == ([2, 1, 1], 4)
    assert (page.sources[0].sold, page.sources[1].sold) == ("50.0%", "0.0%")
    for line in (*page.sources, page.total):
        for one in line.figures:
            assert client.get(one.href).context["found"].count == one.number.value, one.key


def moved(card: Card, before: str, after: str) -> None:
    """A level that was judged anew yesterday."""
    LevelChange.objects.create(card=card, before=before, after=after, at=NOW - DAY, by=card.owner)
    Card.objects.filter(pk=card.pk).update(level=after)


def test_a_week_says_how_levels_moved_and_how_many_rose(cast: Cast, sign_in: SignIn) -> None:
    moved(make_card(cast.lin, "升级", level="B"), "B", "A")
    moved(make_card(cast.lin, "降级", level="H"), "H", "C")
    make_card(cast.lin, "不变", level="A")
    make_order(make_card(cast.zhou, "下订", level="H"), NOW - HOUR)
    lost = make_card(cast.zhou, "战败", level="C")
    Card.objects.filter(pk=lost.pk).update(state="lost", lost_at=NOW - HOUR)
    rose = make_card(cast.zhou, "升级后战败", level="B")
    moved(rose, "B", "A")
    Card.objects.filter(pk=rose.pk).update(state="lost", lost_at=NOW - HOUR)
    make_card(cast.zhou, "新客", level="C", opened_at=NOW - HOUR)
    make_order(make_card(cast.zhou, "老客", level="H"), NOW - 10 * DAY)
    client = sign_in(cast.chen)
    page = client.get(ORIGINS, {"period": "week"}).context["page"]
    cells = {cell.key: cell for line in page.moves for cell in line.cells}
    some = {key: cell.number.value for key, cell in cells.items() if cell.number.value}
    assert some == {
        "level_move_B_A": 1,
        "level_move_H_C": 1,
        "level_move_A_A": 1,
        "level_move_H_ordered": 1,
        "level_move_C_lost": 1,
        "level_move_B_lost": 1,
    }
    rate = page.promoted.number
    assert (rate.numerator, rate.denominator) == (2, 6)
    for line in page.moves:
        assert line.total.number.value == sum(cell.number.value or 0 for cell in line.cells)
    totals = [line.total for line in page.moves]
    for cell in (*cells.values(), *totals, page.promoted):
        assert client.get(cell.href).context["found"].count == cell.number.denominator, cell.key


def test_a_first_level_is_a_move_from_none_and_a_promotion(cast: Cast, sign_in: SignIn) -> None:
    moved(make_card(cast.lin, "初评", level=""), "", "H")
    page = sign_in(cast.chen).get(ORIGINS, {"period": "week"}).context["page"]
    cells = {cell.key: cell.number.value for line in page.moves for cell in line.cells}
    assert (cells["level_move_none_H"], cells["level_move_H_H"]) == (1, 0)
    assert page.promoted.number.numerator == 1


def test_visitors_stand_beside_the_cards_of_their_source(cast: Cast, sign_in: SignIn) -> None:
    card = make_card(cast.lin, source="event", opened_at=NOW - HOUR)
    for led_to in (card, None):
        received(cast.lin, led_to)
    client = sign_in(cast.chen)
    page = client.get(ORIGINS).context["page"]
    came = {line.label: line.figures[0] for line in page.sources}
    assert [one.number.value for one in came.values()] == [1, 1]
    for one in came.values():
        assert client.get(one.href).context["found"].count == 1


def test_the_funnel_of_a_past_period_stops_at_its_end(cast: Cast, sign_in: SignIn) -> None:
    card = make_card(cast.lin, opened_at=local("2026-02-10 10:00"))
    make_order(card, local("2026-03-03 10:00"))
    client = sign_in(cast.chen)
    for last, ordered in (("2026-02-28", 0), ("2026-03-03", 1)):
        query = {"period": "own", "first": "2026-02-01", "last": last, "kpi": "cards_ordered"}
        assert client.get("/dashboard/rows/", query).context["found"].count == ordered


def test_a_month_is_the_one_of_the_calendar(cast: Cast, sign_in: SignIn) -> None:
    asked = sign_in(cast.chen).get(DASHBOARD, {"period": "month"}).context["asked"]
    assert (asked.period.first, asked.period.last) == (dt.date(2026, 3, 1), NOW.date())
    before = asked.before
    assert (before.first, before.last) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    thirty = sign_in(cast.chen).get(DASHBOARD, {"period": "30days"}).context["asked"]
    assert thirty.period.days == 30


def test_every_figure_has_its_thirteen_weeks_as_a_table_that_opens_rows(
    cast: Cast, sign_in: SignIn
) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_contact(make_card(cast.lin), NOW - 8 * DAY)
    client = sign_in(cast.chen)
    page = client.get(COMPARED, {"kpi": "response_rate"})
    weeks = [week.figures[0] for week in page.context["page"].weeks]
    assert [one.number.denominator for one in weeks[-2:]] == [1, 1]
    assert len(weeks) == 13
    for one in weeks[-2:]:
        assert client.get(one.href).context["found"].count == 1
    assert page.content.decode().count('aria-labelledby="course"') == 1


@pytest.mark.parametrize("path", [DASHBOARD, PAGE, "/visit-analysis/", "/complaint-report/"])
def test_marketing_reads_what_its_store_comes_to_and_nobody_by_name(
    cast: Cast, sign_in: SignIn, path: str
) -> None:
    make_contact(make_card(cast.lin), NOW - HOUR)
    make_visit(make_card(cast.lin), NOW.date(), state="completed", completed_at=NOW - HOUR)
    page = sign_in(cast.mona).get(path)
    assert page.status_code == 200
    for person in (cast.lin, cast.zhou):
        assert person.name not in page.content.decode()


def test_marketing_opens_nobodys_figures(cast: Cast, sign_in: SignIn) -> None:
    client, lin = sign_in(cast.mona), f"person-{cast.lin.public_id}"
    for path, query in (
        (DASHBOARD, {"who": lin}),
        ("/dashboard/rows/", {"kpi": "response_rate", "of": lin}),
        (COMPARED, {"kpi": "response_rate", "by": "person"}),
    ):
        assert client.get(path, query).status_code == 404, path
    teams = client.get(COMPARED, {"kpi": "response_rate"}).context["page"]
    assert teams.by == By.TEAM


def test_a_place_without_sellers_keeps_its_figures(cast: Cast, sign_in: SignIn) -> None:
    make_contact(make_card(cast.ma), NOW - HOUR)
    Membership.objects.filter(team=cast.team_two).update(valid_to=dt.date(2026, 3, 1))
    client = sign_in(cast.shen)
    lines = client.get(COMPARED, {"kpi": "response_rate", "by": "team"}).context["page"].lines
    assert "二组" in [line.label for line in lines]
    team = f"team-{cast.team_two.public_id}"
    asked = client.get(DASHBOARD, {"who": team}).context["asked"]
    assert asked.chosen.label == "二组"


@pytest.mark.parametrize("key", ["level_move_", "level_move_X_A", "level_move_A_", "level_move"])
def test_no_other_move_is_a_figure(cast: Cast, sign_in: SignIn, key: str) -> None:
    assert sign_in(cast.chen).get("/dashboard/rows/", {"kpi": key}).status_code == 404


def aimed(percent: int, by: User, **whose: object) -> None:
    """A target for the response rate from this year's first month on."""
    Target.objects.create(
        key="response_rate", month=dt.date(2026, 1, 1), value=percent, set_by=by, **whose
    )


def light_of(client: Client, query: str = "") -> tuple[str, str]:
    """What the tile of the response rate says of its target."""
    tile = client.get(DASHBOARD + query).context["board"].tiles[0]
    return tile.aim_words, tile.light


def test_a_tile_says_how_it_stands_to_the_nearest_target(cast: Cast, sign_in: SignIn) -> None:
    for number in range(8):
        outcome = "no_answer" if number < 2 else "reached"
        make_contact(make_card(cast.lin), NOW - HOUR, outcome=outcome)
    client = sign_in(cast.shen)
    assert light_of(client) == ("60%", "done")
    aimed(80, cast.shen, store=cast.pudong)
    assert light_of(client) == ("80%", "soon")
    aimed(95, cast.shen, store=cast.pudong, team=cast.team_one)
    assert light_of(client) == ("80%", "soon")
    assert light_of(client, f"?who=team-{cast.team_one.public_id}") == ("95%", "late")
    assert light_of(client, f"?who=person-{cast.lin.public_id}") == ("95%", "late")
    aimed(75, cast.shen, store=cast.pudong, person=cast.lin)
    assert light_of(sign_in(cast.lin)) == ("75%", "done")
    Target.objects.create(
        key="response_rate",
        month=dt.date(2026, 4, 1),
        value=99,
        set_by=cast.shen,
        person=cast.lin,
        store=cast.pudong,
    )
    assert light_of(sign_in(cast.lin)) == ("75%", "done")


@pytest.mark.parametrize(
    ("key", "value", "aim", "light"),
    [
        ("first_response_hours", 2.0, 2, "done"),
        ("first_response_hours", 2.2, 2, "soon"),
        ("first_response_hours", 2.3, 2, "late"),
        ("first_response_hours", None, 2, ""),
        ("nps", 44.9, 50, "late"),
        ("nps", 45.0, 50, "soon"),
        ("complaint_count", 0, 0, "done"),
        ("complaint_count", 1, 0, "late"),
    ],
)
def test_a_light_turns_at_the_target_and_at_nine_tenths_of_it(
    key: str, value: float | None, aim: float, light: str
) -> None:
    assert Aim(aim, 90).light(kpi_of(key), Number(None, 7, value)) == light


def test_a_figure_whose_rows_have_no_department_is_not_narrowed_to_one(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.shen)
    for key in ("response_rate", "visit_completion_rate", "order_count"):
        wanted = {"kpi": key, "of": f"department-{cast.technical.public_id}"}
        assert client.get("/dashboard/rows/", wanted).status_code == 404
