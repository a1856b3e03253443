"""The assessment score of kpi.md: weighted, capped, ranked, and frozen with a month."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.people import roles
from crm.people.models import Store, User
from crm.records.periods import Period
from crm.reports import due
from crm.reports.actions.closing import close_report
from crm.reports.models import PeriodReport, Target
from crm.reports.scores import CAP, Indicator, ranks, score_of
from crm.reports.weekly.csv_file import rows_of
from crm.reports.weekly.files import written
from crm.rulebook.models import Number
from tests.people import SHANGHAI, Cast, local, make_card, make_contact
from tests.reports.conftest import SignIn
from tests.reports.test_report_files import bare, text_of

LEAST = 5
FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28), SHANGHAI)
MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31), SHANGHAI)


def rate(key: str, percent: int | None, *, weight: int = 25, **more: Any) -> Indicator:
    value = None if percent is None else Fraction(percent)
    return Indicator(key, weight, value, more.pop("counted", 10), Fraction(more.pop("target", 80)))


def test_a_score_is_the_weighted_mean_of_what_was_reached_of_each_target() -> None:
    score = score_of([rate("a", 40, weight=30), rate("b", 80, weight=10)], LEAST)
    assert (score.value, score.counted, score.of) == (Fraction("62.5"), ("a", "b"), 2)


def test_no_indicator_makes_good_for_more_than_a_fifth_of_another() -> None:
    assert score_of([rate("a", 100, target=50)], LEAST).value == 100 * CAP
    hours = Indicator("h", 10, Fraction(3), 9, Fraction(2), less_is_better=True)
    assert score_of([hours], LEAST).value == Fraction(200, 3)
    none_at_all = Indicator("n", 10, Fraction(0), 9, Fraction(2), less_is_better=True)
    assert none_at_all.share == CAP


@pytest.mark.parametrize(
    "silent",
    [
        rate("x", None),
        rate("x", 80, counted=LEAST - 1),
        Indicator("x", 25, Fraction(80), 10, None),
        Indicator("x", 25, Fraction(80), 10, Fraction(0)),
    ],
)
def test_what_says_nothing_leaves_its_weight_to_the_others(silent: Indicator) -> None:
    score = score_of([rate("a", 40), silent], LEAST)
    assert (score.value, len(score.counted), score.of) == (50, 1, 2)
    assert score_of([silent], LEAST).value is None


def test_a_weight_of_nothing_leaves_the_rate_out() -> None:
    score = score_of([rate("a", 40), rate("b", 80, weight=0)], LEAST)
    assert (score.value, score.of) == (50, 1)


def test_ties_share_a_rank_and_who_has_no_score_has_none() -> None:
    scores = {"a": Fraction(9), "b": Fraction(7), "c": Fraction(7), "d": Fraction(1), "e": None}
    assert ranks(scores) == {"a": 1, "b": 2, "c": 2, "d": 4}


@given(st.dictionaries(st.text(), st.none() | st.fractions(), max_size=8))
def test_a_rank_is_one_more_than_how_many_are_better(scores: dict[str, Fraction | None]) -> None:
    found = ranks(scores)
    known = [score for score in scores.values() if score is not None]
    assert sorted(found.values()) == sorted(
        1 + sum(other > score for other in known) for score in known
    )


def calls(person: User, days: Period, *, reached: int, of: int) -> None:
    """A customer each, of whom the first are reached."""
    for number in range(of):
        at = local(f"{days.first} 10:00") + dt.timedelta(days=1, hours=number % 5)
        outcome = "reached" if number < reached else "no_answer"
        make_contact(make_card(person, f"{person.name} {number}"), at, outcome=outcome)


def month_of(store: Store, days: Period) -> PeriodReport:
    now = due.closes_at(days, dt.time(7))
    report = close_report("month", store, days, at=dt.time(7), now=now)
    assert report is not None
    return report


def scored(report: PeriodReport, of: str = "scores") -> dict[str, tuple[Any, Any, str]]:
    return {
        one["name"]: (one["score"], one["rank"], f"{one['counted']}/{one['of']}")
        for one in report.figures[of]
        if one["role"] == roles.SALESPERSON
    }


def test_a_month_freezes_the_scores_with_the_weights_and_targets_then_in_force(cast: Cast) -> None:
    calls(cast.lin, FEBRUARY, reached=6, of=10)
    calls(cast.zhou, FEBRUARY, reached=3, of=10)
    Target.objects.create(
        key="conversion_rate", store=cast.pudong, month=FEBRUARY.first, value=0, set_by=cast.shen
    )
    report = month_of(cast.pudong, FEBRUARY)
    # 60 of 60 percent and 30 of 60; nothing was planned, visited or, with a target, sold.
    assert scored(report)[cast.lin.name] == (100.0, 1, "1/4")
    assert scored(report)[cast.zhou.name] == (50.0, 2, "1/4")
    assert "quarter_scores" not in report.figures
    part = report.figures["scores"][0]["parts"][0]
    assert part == {
        "key": "response_rate",
        "weight": 25,
        "value": 60.0,
        "counted": 10,
        "target": 60.0,
        "share": 1.0,
    }
    Number.objects.create(key="score_response_weight", value="0", store=cast.pudong)
    report.refresh_from_db()
    assert scored(report)[cast.lin.name] == (100.0, 1, "1/4")


def test_the_last_month_of_a_quarter_has_its_scores_too_and_paper_shows_both(cast: Cast) -> None:
    calls(cast.lin, FEBRUARY, reached=6, of=10)
    calls(cast.lin, MARCH, reached=3, of=10)
    report = month_of(cast.pudong, MARCH)
    assert scored(report)[cast.lin.name][0] == 50.0
    assert scored(report, "quarter_scores")[cast.lin.name][0] == 75.0
    with translation.override("en"):
        text = text_of(written(report, ["pdf"])["pdf"])
        assert bare("Assessment of salespeople over the quarter") in text
        assert bare("75.0 1 of 4 indicators") in text or "75.0" in text
        lines = {(line[0], line[1]): line[6] for line in rows_of(report)}
    assert lines["scores", cast.lin.name] == 50.0
    assert lines["quarter_scores", cast.lin.name] == 75.0


def test_a_week_and_the_group_have_no_scores(cast: Cast) -> None:
    now = due.closes_at(MARCH, dt.time(7))
    group = close_report("month", None, MARCH, at=dt.time(7), now=now)
    assert group is not None
    assert "scores" not in group.figures


def page(sign_in: SignIn, person: User) -> str:
    answer = sign_in(person).get(
        "/dashboard/figures/", {"period": "month"}, headers={"accept-language": "en"}
    )
    return answer.content.decode()


def test_the_running_month_shows_its_scores_to_who_leads(cast: Cast, sign_in: SignIn) -> None:
    calls(cast.lin, MARCH, reached=6, of=10)
    calls(cast.zhou, MARCH, reached=3, of=10)
    User.objects.update(language="en")
    text = page(sign_in, cast.shen)
    table = text.partition("Assessment of salespeople")[2]
    assert table.index(cast.lin.name) < table.index(cast.zhou.name)
    assert "Response rate 30.0% of 60.0%, weight 25" in table
    assert "1 of 4 indicators" in table


def test_a_salesperson_reads_their_own_score_and_the_rank_where_the_store_tells_it(
    cast: Cast, sign_in: SignIn
) -> None:
    calls(cast.lin, MARCH, reached=6, of=10)
    calls(cast.zhou, MARCH, reached=3, of=10)
    User.objects.update(language="en")
    text = page(sign_in, cast.zhou)
    assert "50.0" in text
    assert cast.lin.name not in text
    assert '<td class="num">—</td>' in text
    Number.objects.create(key="score_rank_told", value="1", store=cast.pudong)
    told = page(sign_in, cast.zhou)
    assert '<td class="num">2</td>' in told
    assert cast.lin.name not in told


def test_the_figures_of_a_week_have_no_scores(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.shen).get("/dashboard/figures/", {"period": "week"})
    assert answer.context["scores"] == []


def test_a_store_s_own_target_stands_in_the_report_of_the_group(cast: Cast) -> None:
    Target.objects.create(
        key="on_time_rate", store=cast.pudong, month=MARCH.first, value=97, set_by=cast.shen
    )
    now = due.closes_at(MARCH, dt.time(7))
    report = close_report("month", None, MARCH, at=dt.time(7), now=now)
    assert report is not None
    targets = {one["name"]: one["targets"] for one in report.figures["stores"]}
    assert targets[cast.pudong.name] == {"on_time_rate": 97.0}
    assert targets[cast.chaoyang.name] == {}
