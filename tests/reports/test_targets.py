"""What figures are to reach: who sets it, what holds, what stays as the history (KP-13)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from crm.people.models import Membership, Store, User
from crm.records.models import AuditEvent
from crm.records.periods import Period
from crm.reports import actions
from crm.reports.models import Target
from crm.reports.queues.aims import own_targets, targets_for
from crm.reports.weekly.paper import paper_of
from crm.rulebook.numbers import Numbers
from tests import people
from tests.people import NOW, SHANGHAI, Cast
from tests.reports.conftest import SignIn
from tests.reports.test_period_reports import a_busy_week, weekly

MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
KEYS = ("response_rate", "conversion_rate", "first_response_hours")


def set_for(
    store: Store | None, value: str | None, by: User, *, month: dt.date = MARCH, key: str = KEYS[0]
) -> None:
    aim = None if value is None else Decimal(value)
    actions.set_target(key, store=store, month=month, value=aim, by=by, now=NOW)


def aim(store: Store, day: dt.date, key: str = KEYS[0]) -> float | None:
    return targets_for(KEYS, store.pk, Period(day, day, SHANGHAI), Numbers()).get(key)


def test_until_somebody_sets_one_those_of_the_rulebook_hold(cast: Cast) -> None:
    assert aim(cast.pudong, MARCH) == 60
    assert aim(cast.pudong, MARCH, "conversion_rate") is None


def test_the_stores_own_goes_before_that_for_all_from_its_month_on(cast: Cast) -> None:
    set_for(cast.pudong, "80", cast.shen)
    set_for(None, "70", cast.bai, month=APRIL)
    assert aim(cast.pudong, dt.date(2026, 2, 28)) == 60
    assert aim(cast.pudong, APRIL) == 80
    assert aim(cast.chaoyang, APRIL) == 70


def test_the_last_word_of_a_month_holds_and_those_before_stay(cast: Cast) -> None:
    for value in ("80", "85", None):
        set_for(cast.pudong, value, cast.shen)
    assert aim(cast.pudong, MARCH) is None
    assert Target.objects.count() == 3
    assert AuditEvent.objects.filter(action="reports.set_target").count() == 3


def test_managers_set_targets_for_their_own_store_only(cast: Cast) -> None:
    for person, store in ((cast.shen, cast.chaoyang), (cast.shen, None), (cast.xu, cast.pudong)):
        with pytest.raises(PermissionDenied):
            set_for(store, "80", person)


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("response_rate", "101", "value"),
        ("nps", "101", "value"),
        ("no_such", "5", "key"),
        ("response_rate", "-1", "value"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    cast: Cast, key: str, value: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        set_for(cast.pudong, value, cast.shen, key=key)
    assert field in refused.value.message_dict


def test_a_manager_sets_one_on_the_page_and_finds_it_in_force(cast: Cast, sign_in: SignIn) -> None:
    shen = sign_in(cast.shen)
    told = {
        "key": "first_response_hours",
        "who": f"store-{cast.pudong.public_id}",
        "month": "2026-03",
        "value": "0.5",
        "request_id": "r" * 22,
    }
    for _press in range(2):
        assert shen.post(reverse("reports:set_target"), told).status_code == 302
    assert Target.objects.count() == 1
    page = shen.get(reverse("reports:targets")).content.decode()
    assert "30 分钟" in page
    wrong = shen.post(reverse("reports:set_target"), {**told, "value": "1e30", "request_id": ""})
    assert wrong.status_code == 422
    assert "1e30" in wrong.content.decode()


def test_the_target_of_a_person_is_kept_with_their_name(cast: Cast, sign_in: SignIn) -> None:
    told = {
        "key": "response_rate",
        "who": f"person-{cast.lin.public_id}",
        "month": "2026-03",
        "value": "90",
    }
    shen = sign_in(cast.shen)
    shen.post(reverse("reports:set_target"), told)
    assert Target.objects.get().person == cast.lin
    assert f"浦东店 · {cast.lin.name}" in shen.get(reverse("reports:targets")).content.decode()


def test_the_report_shows_a_persons_own_target_over_the_teams(cast: Cast) -> None:
    a_busy_week(cast)
    for team, person, value in ((cast.team_one, None, "70"), (None, cast.lin, "30")):
        actions.set_target(
            "conversion_rate",
            store=cast.pudong,
            team=team,
            person=person,
            month=MARCH,
            value=Decimal(value),
            by=cast.shen,
            now=NOW,
        )
    paper = paper_of(weekly(cast.pudong))
    people_ = next(table for table in paper.tables if table.column == "销售顾问")
    at = [str(head) for head in people_.heads].index("销售转化率")
    aims = {line.name: (line.cells[at].aim, line.cells[at].is_met) for line in people_.lines}
    assert aims[cast.lin.name] == ("30%", True)
    assert aims[cast.zhou.name] == ("70%", None)


def set_for_one(cast: Cast, key: str, value: str | None, **whom: Any) -> None:
    aim = None if value is None else Decimal(value)
    told = {"store": cast.pudong, "month": MARCH, "by": cast.shen, "now": NOW, **whom}
    actions.set_target(key, value=aim, **told)


def test_the_target_of_a_count_is_a_months_and_a_week_takes_its_share(cast: Cast) -> None:
    set_for(cast.pudong, "62", cast.shen, key="order_count")
    set_for(cast.pudong, "60", cast.shen, key="order_count", month=APRIL)
    for first, last, share in (
        (dt.date(2026, 3, 2), dt.date(2026, 3, 8), 14),
        (MARCH, dt.date(2026, 3, 31), 62),
        (dt.date(2026, 3, 30), dt.date(2026, 4, 5), 4 + 10),
    ):
        period = Period(first, last, SHANGHAI)
        found = targets_for(["order_count"], cast.pudong.pk, period, Numbers())
        assert found["order_count"] == pytest.approx(share)
    before = Period(dt.date(2026, 2, 23), dt.date(2026, 3, 1), SHANGHAI)
    assert "order_count" not in targets_for(["order_count"], cast.pudong.pk, before, Numbers())


def test_what_a_store_is_to_sell_is_not_what_each_of_its_people_is(
    cast: Cast, sign_in: SignIn
) -> None:
    set_for(cast.pudong, "40", cast.shen, key="order_count")
    set_for_one(cast, "order_count", "12", team=cast.team_one)
    set_for_one(cast, "order_count", "3.1", person=cast.lin)
    people_ = weekly(cast.pudong).figures["people"]
    aims = {one["name"]: one["targets"].get("order_count") for one in people_}
    assert aims[cast.lin.name] == pytest.approx(0.7)
    assert aims[cast.zhou.name] is None


def test_a_target_of_somebody_that_was_taken_back_gives_way_to_no_wider_one(
    cast: Cast, sign_in: SignIn
) -> None:
    set_for_one(cast, "on_time_rate", "70", team=cast.team_one)
    set_for_one(cast, "on_time_rate", "50", person=cast.lin)
    lines = {row.label: row for row in board_of(sign_in, cast).rows}
    assert (lines[cast.lin.name].aim.value, lines[cast.zhou.name].aim.value) == (50, 70)
    set_for_one(cast, "on_time_rate", None, person=cast.lin)
    lines = {row.label: row for row in board_of(sign_in, cast).rows}
    assert (lines[cast.lin.name].aim, lines[cast.zhou.name].aim.value) == (None, 70)
    frozen = {one["name"]: one["targets"] for one in weekly(cast.pudong).figures["people"]}
    assert frozen[cast.lin.name]["on_time_rate"] is None
    assert frozen[cast.zhou.name]["on_time_rate"] == 70


def board_of(sign_in: SignIn, cast: Cast) -> Any:
    return sign_in(cast.shen).get(reverse("reports:dashboard")).context["board"]


def test_nobody_sets_the_target_of_somebody_of_another_store(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        set_for_one(cast, "response_rate", "80", person=cast.otto)
    assert "who" in refused.value.message_dict


def test_more_orders_than_new_customers_may_be_aimed_at(cast: Cast) -> None:
    set_for(cast.pudong, "120", cast.shen, key="closing_rate")
    assert Target.objects.get().value == 120


def test_the_page_shows_the_targets_of_teams_and_people_that_hold_today(
    cast: Cast, sign_in: SignIn
) -> None:
    set_for_one(cast, "on_time_rate", "60", team=cast.team_one)
    set_for_one(cast, "on_time_rate", "70", team=cast.team_one)
    set_for_one(cast, "on_time_rate", "50", person=cast.lin)
    set_for_one(cast, "response_rate", "80", person=cast.lin)
    set_for_one(cast, "response_rate", None, person=cast.lin)
    set_for_one(cast, "on_time_rate", "99", person=cast.zhou, month=APRIL)
    page = sign_in(cast.shen).get(reverse("reports:targets"))
    team, lin = f"浦东店 · {cast.team_one.name}", f"浦东店 · {cast.lin.name}"
    shown = {(one.place, one.target.key): one.words for one in page.context["of_each"]}
    assert shown == {
        (team, "on_time_rate"): "70%",
        (lin, "on_time_rate"): "50%",
        (lin, "response_rate"): "",
    }


def test_who_moves_to_another_store_takes_no_target_along(cast: Cast) -> None:
    here: dict[str, Any] = {"month": MARCH, "value": Decimal(91), "by": cast.shen, "now": NOW}
    actions.set_target(KEYS[0], store=cast.pudong, person=cast.lin, **here)
    whose = f"person-{cast.lin.public_id}"
    march, april = (Period(day, day, SHANGHAI) for day in (dt.date(2026, 3, 20), APRIL))
    assert own_targets(KEYS, march)[whose] == {KEYS[0]: 91.0}
    Membership.objects.filter(user=cast.lin).update(valid_to=dt.date(2026, 3, 31))
    Membership.objects.create(
        user=cast.lin, role="salesperson", store=cast.chaoyang, valid_from=APRIL
    )
    assert own_targets(KEYS, march)[whose] == {KEYS[0]: 91.0}
    assert own_targets(KEYS, april)[whose] == {}
    there: dict[str, Any] = {"month": APRIL, "value": Decimal(70), "by": cast.bai}
    actions.set_target(
        KEYS[0],
        store=cast.chaoyang,
        person=cast.lin,
        now=dt.datetime(2026, 4, 2, 10, tzinfo=SHANGHAI),
        **there,
    )
    assert own_targets(KEYS, april)[whose] == {KEYS[0]: 70.0}
    assert own_targets(KEYS, march)[whose] == {KEYS[0]: 91.0}


def test_what_is_overdue_has_a_target_that_is_no_share_of_a_month(
    cast: Cast, sign_in: SignIn
) -> None:
    for number in range(3):
        plan = people.make_plan(people.make_card(cast.zhou, f"客{number}"), state="approved")
        people.make_planned(plan, NOW - dt.timedelta(days=2))
    shen = sign_in(cast.shen)
    address = reverse("reports:dashboard")

    def tile(**query: str) -> Any:
        figures = shen.get(address, query).context["board"].total.figures
        return figures["contacts_overdue"]

    assert tile().aim is None
    set_for(cast.pudong, "2", cast.shen, key="contacts_overdue")
    for period in ("week", "month", "today"):
        late = tile(period=period)
        assert (late.aim_words, late.light, late.number.value) == ("2", "late", 3), period
    assert "目标 2" in shen.get(address).content.decode()
    assert tile(who=f"person-{cast.zhou.public_id}").aim is None
    set_for(cast.pudong, "3", cast.shen, key="contacts_overdue")
    assert tile().light == "done"
