"""Whose figures may be chosen on which page, and the way back from the rows behind them."""

from __future__ import annotations

import datetime as dt
import re
from html import escape, unescape
from urllib.parse import parse_qsl

import pytest

from crm.records.kpis import By
from crm.reports.models import Target
from tests.people import NOW, Cast, make_card, make_contact, make_product
from tests.reports.conftest import SignIn
from tests.reports.test_figures import COMPARED, DASHBOARD, HOUR, ORIGINS, recovered, tiles, visited
from tests.reports.test_figures import PAGE as FIGURES


@pytest.mark.parametrize(
    ("reader", "may"), [("bai", True), ("shen", True), ("xu", True), ("chen", False)]
)
def test_who_makes_visits_is_chosen_where_visits_are_measured(
    cast: Cast, sign_in: SignIn, reader: str, may: bool
) -> None:
    visited(make_card(cast.lin), cast.wu)
    client, who = sign_in(getattr(cast, reader)), f"person-{cast.wu.public_id}"
    for page in (FIGURES, COMPARED):
        assert client.get(page, {"who": who}).status_code == (200 if may else 404), page
    for page in (DASHBOARD, ORIGINS, "/effect-report/", "/lost-report/"):
        assert client.get(page, {"who": who}).status_code == 404, page
    offered = f'<option value="{who}">{cast.wu.name}</option>'
    assert (offered in client.get(FIGURES).content.decode()) is may
    if may:
        shown = tiles(client, f"?who={who}")["audited_share"]
        assert (shown.number.denominator, client.get(shown.href).context["found"].count) == (1, 1)


def test_the_way_from_a_visitor_to_the_dashboard_leads_to_everybody(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.shen)
    here = client.get(FIGURES, {"who": f"person-{cast.wu.public_id}"}).context["here"]
    assert client.get(DASHBOARD + here).context["asked"].chosen.scope.by is By.STORE


def test_a_figure_compares_those_whose_work_it_measures(cast: Cast, sign_in: SignIn) -> None:
    visited(make_card(cast.lin), cast.wu)
    make_contact(make_card(cast.lin), NOW - HOUR)
    client = sign_in(cast.shen)

    def names(key: str) -> set[str]:
        lines = client.get(COMPARED, {"kpi": key}).context["page"].lines
        return {line.label for line in lines}

    assert cast.wu.name in names("audited_share")
    assert cast.lin.name not in names("audited_share")
    assert cast.lin.name in names("response_rate")
    assert cast.wu.name not in names("response_rate")


@pytest.mark.parametrize(
    "page", [FIGURES, COMPARED, ORIGINS, "/effect-report/", "/lost-report/", "/visit-analysis/"]
)
def test_the_way_back_from_the_rows_is_the_page_as_it_was(
    cast: Cast, sign_in: SignIn, page: str
) -> None:
    client, car = sign_in(cast.shen), make_product()
    card = make_card(cast.lin, source="walk_in", product=car)
    make_contact(card, NOW - HOUR)
    recovered(card, cast.lin, 1)
    told = {"period": "own", "first": "2026-03-01", "last": "2026-03-12"}
    told |= {"kpi": "connect_rate"} if page == COMPARED else {}
    told |= {"who": f"person-{cast.lin.public_id}"}
    told |= {"of_source": "walk_in", "of_model": car.public_id}
    answer = client.get(page, told)
    rows = unescape(re.findall(r'href="(/[a-z-]+/rows/[^"]+)"', answer.content.decode())[0])
    behind = client.get(rows)
    for way in (behind, client.get(rows.partition("?")[0] + behind.context["kinds"][2].href)):
        address, _mark, query = way.context["back"].partition("?")
        kept = {**told, **({} if way is behind else {"period": "month"})}
        if way is not behind:
            kept = {name: value for name, value in kept.items() if name not in ("first", "last")}
        assert (address, dict(parse_qsl(query))) == (page, kept)
        assert f'href="{escape(way.context["back"])}"' in way.content.decode()
        assert client.get(way.context["back"]).status_code == 200


def test_the_thirteen_weeks_show_the_target_of_each_beside_its_figure(
    cast: Cast, sign_in: SignIn
) -> None:
    for month, value in ((dt.date(2026, 2, 1), 70), (dt.date(2026, 3, 1), 90)):
        told = {"store": cast.pudong, "month": month, "value": value, "set_by": cast.shen}
        Target.objects.create(key="closing_rate", **told)
    make_contact(make_card(cast.lin), NOW - HOUR)
    answer = sign_in(cast.shen).get(COMPARED, {"kpi": "closing_rate"})
    weeks, text = answer.context["page"].weeks, answer.content.decode()
    assert [week.aim_words for week in weeks] == [""] * 6 + ["70%"] * 4 + ["90%"] * 3
    assert text.count('<td class="num nowrap ink-2">70%</td>') == 4
    assert '<polyline class="goal"' in answer.context["chart"]
    assert "目标 90%" in answer.context["chart"]
    bare = sign_in(cast.shen).get(COMPARED, {"kpi": "capture_rate"})
    assert "goal" not in bare.context["chart"]
    assert not bare.context["page"].has_aims
