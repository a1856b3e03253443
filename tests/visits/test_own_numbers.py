"""A store's own numbers hold under the rules for all stores as well."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from crm.people.models import User
from crm.rulebook.models import Number
from tests.people import NOW, Cast, local, make_card, make_cast, make_order, make_visit
from visits.actions import plan_list, plan_rule
from visits.models import Visit, VisitRule

DAY = dt.timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.update(since=dt.date(2026, 1, 1))
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def own(cast: Cast, key: str, value: str) -> None:
    Number.objects.create(key=key, value=value, store=cast.pudong)


def bought(owner: User, at: dt.datetime = NOW, **fields):
    card = make_card(owner, "高峰", state="delivered")
    make_order(card, at - DAY, state="delivered", delivered_at=at, **fields)
    return card


def planned(trigger: str, **fields) -> dict[int, Visit]:
    rule = VisitRule.objects.filter(trigger=trigger, **fields).get()
    return {visit.card_id: visit for visit in plan_rule(rule, now=NOW).visits}


def test_the_days_within_which_visits_merge(cast):
    own(cast, "visit_merge_days", "14")
    here, there = bought(cast.lin), bought(cast.otto)
    for card in (here, there):
        make_visit(card, TODAY + 15 * DAY)
    assert planned("delivery", wait=3).keys() == {there.pk}


def test_what_is_a_fleet_and_what_is_many(cast):
    own(cast, "fleet_from_quantity", "2")
    own(cast, "visit_survey_from", "2")
    here, there = bought(cast.lin, quantity=2), bought(cast.otto, quantity=2)
    made = planned("project")
    assert (made.keys(), made[here.pk].method) == ({here.pk}, "onsite")
    rule = VisitRule.objects.get(trigger="list")
    cards = [make_card(cast.lin), make_card(cast.otto)]
    asked = plan_list(rule, cards, by=cast.xu, on=TODAY, now=NOW).visits
    assert {one.card_id: one.method for one in asked} == {
        cards[0].pk: "survey", cards[1].pk: "phone",
    }  # fmt: skip
    assert there.pk not in made


def test_how_often_vips_are_visited_and_how_far_ahead(cast):
    own(cast, "visit_vip_months", "1")
    own(cast, "visit_look_ahead_days", "30")
    here, there = (bought(one, local("2026-03-02 15:00")) for one in (cast.lin, cast.otto))
    for card in (here, there):
        for _lead in range(3):
            make_card(card.owner, referrer=card)
    made = planned("regular")
    assert {pk: one.due_on for pk, one in made.items()} == {here.pk: dt.date(2026, 4, 2)}


def test_who_is_drawn_to_be_asked_about_the_follow_up(cast):
    own(cast, "sample_contacted_days", "30")
    own(cast, "sample_again_days", "7")
    VisitRule.objects.filter(trigger="prospect").update(share=100)
    asked = {"kind": "follow_up_feedback", "state": "completed", "completed_at": NOW}
    cards = [make_card(one, last_contact_at=NOW - 20 * DAY) for one in (cast.lin, cast.otto)]
    fresh = [make_card(one, last_contact_at=NOW - DAY) for one in (cast.lin, cast.otto)]
    for card in fresh:
        make_visit(card, TODAY - 20 * DAY, **asked)
    assert planned("prospect").keys() == {cards[0].pk, fresh[0].pk}
