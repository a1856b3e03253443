"""What a customer is asked by questionnaire takes no place in a visitor's day (N-63, RV-25)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.people import NOW, Cast, make_card, make_cast, make_visit
from visits.actions import assign_visit, plan_list
from visits.actions.assigning import suggest_visitors
from visits.models import Visit, VisitorProfile, VisitRule
from visits.queues.visitors import best_visitors

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    made = make_cast()
    VisitorProfile.objects.create(user=made.wu, capacity=2)
    VisitorProfile.objects.create(user=made.xu, capacity=1)
    return made


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_list_by_questionnaire_leaves_the_days_calls_their_room(cast):
    rule = VisitRule.objects.get(trigger="list")
    VisitRule.objects.filter(pk=rule.pk).update(method="survey")
    rule.refresh_from_db()
    cards = [make_card(cast.lin, f"车友{n}") for n in range(8)]
    asked = plan_list(rule, cards, by=cast.xu, on=TODAY, now=NOW).visits
    shares = [Visit.objects.filter(assignee=one).count() for one in (cast.wu, cast.xu)]
    assert sum(shares) == len(asked) == 8
    assert min(shares) > 1
    day = asked[0].due_on
    calls = [make_visit(make_card(cast.lin, f"电话{n}"), day, method="phone") for n in range(4)]
    assert suggest_visitors(calls, now=NOW) == 3
    left = next(call for call in calls if call.assignee_id is None)
    form = make_visit(left.card, day, method="survey")
    assign_visit(form, to=cast.wu, by=cast.xu, version=form.version, now=NOW)


def test_complaints_are_given_out_first_on_their_day(cast):
    VisitorProfile.objects.filter(user=cast.xu).update(qualified=False)
    VisitorProfile.objects.filter(user=cast.wu).update(capacity=1)
    regular = make_visit(make_card(cast.lin, "定期"), TODAY + DAY, method="phone")
    owed = make_visit(make_card(cast.lin, "投诉人"), TODAY + DAY, method="phone", kind="complaint")
    assert list(best_visitors([regular, owed], TODAY)) == [owed.pk]
