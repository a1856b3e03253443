"""Two visits of one customer within so many days are one, whichever card they are for (RV-15)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.customers.models import Card
from crm.rulebook.models import Number
from tests.people import NOW, Cast, make_card, make_cast, make_order, make_ticket, make_visit
from visits.actions import assign_waiting, plan_all, plan_list, plan_rule
from visits.models import Visit, VisitCause, VisitRule
from visits.queues import events_of_list, preview_of

DAY = dt.timedelta(days=1)
TODAY = NOW.date()
# Three working days after NOW, a Thursday.
DUE = dt.date(2026, 3, 17)


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.update(since=dt.date(2026, 1, 1))
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cards(cast) -> tuple[Card, Card]:
    """Gao's car of last year, from Lin, and the one he bought now, from Zhou."""
    first = make_card(cast.lin, "高峰", opened_at=NOW - 400 * DAY)
    return first, make_card(cast.zhou, customer=first.customer)


def only(trigger: str, *waits: int) -> VisitRule:
    """The rules of that trigger with these waits alone in force; the first of them."""
    VisitRule.objects.update(active=False)
    rules = VisitRule.objects.filter(trigger=trigger, **({"wait__in": waits} if waits else {}))
    rules.update(active=True)
    rule = rules.order_by("pk").first()
    assert rule is not None
    return rule


def delivered(card: Card, at: dt.datetime = NOW) -> None:
    make_order(card, at - DAY, state="delivered", delivered_at=at)


def outcomes() -> list[str]:
    return sorted(VisitCause.objects.values_list("outcome", flat=True))


def test_two_cards_with_two_rules_are_one_visit_on_the_card_that_is_due_first(cast, cards):
    only("delivery", 3, 7)
    older, newer = cards
    delivered(older, NOW)
    delivered(newer, NOW - DAY)
    assert plan_all(now=NOW) == 1
    visit = Visit.objects.get()
    assert (visit.card, visit.due_on) == (newer, DUE - DAY)
    assert outcomes() == ["made", "merged", "merged", "merged"]
    assert set(VisitCause.objects.values_list("visit", "card")) == {
        *((visit.pk, older.pk), (visit.pk, newer.pk))
    }
    assert plan_all(now=NOW + DAY) == 0


def test_the_card_whose_visit_is_planned_already_keeps_it(cast, cards):
    only("delivery", 3)
    older, newer = cards
    planned = make_visit(older, DUE + 5 * DAY)
    delivered(newer)
    assert plan_all(now=NOW) == 0
    assert VisitCause.objects.get(card=newer).visit == planned


def test_two_complaints_on_two_cards_are_asked_about_each_on_its_own(cast, cards):
    rule = only("complaint")
    for card in cards:
        answered = {"state": "replied", "resolved_at": NOW, "responsible": cast.xu}
        make_ticket(card, NOW - 5 * DAY, **answered)
    make_visit(cards[0], DUE)
    assert {visit.card for visit in plan_rule(rule, now=NOW).visits} == set(cards)


def test_a_list_with_both_cards_of_a_customer_asks_him_once(cast, cards):
    rule = only("list")
    older, newer = cards
    preview = preview_of(rule, events_of_list(rule, cards, TODAY), now=NOW)
    assert (preview.made, preview.merged) == (1, 0)
    planned = plan_list(rule, cards, by=cast.xu, on=TODAY, now=NOW)
    assert [visit.card for visit in planned.visits] == [newer]
    # He was asked; the list of that day has nothing more for him, by whichever card.
    Visit.objects.update(state="completed", completed_at=NOW)
    assert plan_list(rule, [older], by=cast.xu, on=TODAY, now=NOW).visits == []


@pytest.mark.parametrize(
    ("days", "apart", "visits"),
    [
        *((None, 7, 1), (None, -7, 1), (None, 8, 2), (None, -8, 2)),
        *(("3", 3, 1), ("3", 4, 2), ("10", 10, 1), ("10", 11, 2), ("0", 0, 1), ("0", 1, 2)),
    ],
)
def test_as_many_days_apart_as_the_rulebook_says_are_still_one(cast, cards, days, apart, visits):
    only("delivery", 3)
    if days is not None:
        Number.objects.create(key="visit_merge_days", value=days)
    older, newer = cards
    make_visit(older, DUE + apart * DAY)
    delivered(newer)
    plan_all(now=NOW)
    assert Visit.objects.count() == visits


def test_a_merged_visit_goes_to_nobody_who_is_judged_by_either_card(cast):
    """Wu sold Gao one of the two: neither makes the visit nor reads its words (RV-24)."""
    only("delivery", 3)
    card = make_card(cast.lin, "高峰")
    hers = make_card(cast.wu, customer=card.customer)
    delivered(card, NOW - DAY)
    delivered(hers)
    plan_all(now=NOW)
    visit = Visit.objects.get()
    assert (visit.card, visit.assignee) == (card, cast.xu)
    assert visit.rated_ids == {cast.lin.pk, cast.wu.pk}
    assert not Visit.objects.not_rating(cast.wu).exists()
    assert Visit.objects.not_rating(cast.xu).exists()


def test_what_judges_the_visitor_joins_no_visit_of_theirs(cast):
    only("delivery", 3)
    card = make_card(cast.lin, "高峰")
    hers = make_card(cast.wu, customer=card.customer)
    make_visit(card, DUE, assignee=cast.wu, state="assigned")
    delivered(hers)
    assert plan_all(now=NOW) == 1
    assert Visit.objects.get(card=hers).assignee == cast.xu


def test_regular_visits_count_from_the_customers_last_one_on_whichever_card(cast):
    rule = only("regular")
    older = make_card(cast.lin, "高峰", state="delivered")
    newer = make_card(cast.zhou, customer=older.customer, state="delivered")
    for card in (older, newer):
        delivered(card, NOW - 90 * DAY)
    (first,) = plan_rule(rule, now=NOW).visits
    Visit.objects.update(state="completed", completed_at=NOW)
    assert plan_rule(rule, now=NOW + 30 * DAY).visits == []
    (second,) = plan_rule(rule, now=NOW + 90 * DAY).visits
    assert (second.due_on - first.due_on).days > 80
    assert VisitCause.objects.count() == 4  # each card's, twice


def test_planning_and_giving_out_take_no_statement_more_for_a_visit_more(cast):
    """But for rows that go in parts: of a hundred, and of a few dozen on SQLite."""
    rule = only("delivery", 3)
    Number.objects.create(key="visits_a_day", value="500")
    taken = []
    for many in (50, 200):
        for number in range(many):
            delivered(make_card(cast.lin, f"客户{many}-{number}"))
        with CaptureQueriesContext(connection) as planning:
            assert len(plan_rule(rule, now=NOW).visits) == many
        with CaptureQueriesContext(connection) as giving:
            assert assign_waiting(now=NOW) == many
        taken.append((len(planning), len(giving)))
    (few_planned, few_given), (planned, given) = taken
    more = 150 // (5 if connection.vendor == "sqlite" else 50)
    assert planned - few_planned <= more, taken
    assert given - few_given <= more, taken
