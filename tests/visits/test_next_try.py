"""When a customer is called again after a try in vain: it rings and is in the round (RV-30)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from crm.notices import states
from crm.notices.models import Reminder
from tests.people import NOW, Cast, local, make_card, make_cast, make_visit
from visits.actions import appoint_visit, assign_visit, try_visit
from visits.models import Visit
from visits.queues.loads import day_of, loads_on
from visits.queues.rounds import round_of

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
TOMORROW_AT_THREE = local("2026-03-13 15:00")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def given(cast: Cast, due_on: dt.date) -> Visit:
    visit = make_visit(make_card(cast.lin, "高峰"), due_on, method="phone")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def tried(visit: Visit, cast: Cast, **more) -> None:
    told = {"method": "phone", "outcome": "no_answer", "now": NOW, **more}
    try_visit(visit, by=cast.wu, version=visit.version, **told)
    visit.refresh_from_db()


def bells(visit: Visit) -> dict[str, dt.datetime]:
    rows = Reminder.objects.filter(about_id=visit.public_id, state="pending")
    return dict(rows.values_list("step", "not_before"))


def test_the_hour_the_customer_named_rings(cast):
    visit = given(cast, TODAY)
    tried(visit, cast, again_at=TOMORROW_AT_THREE, note_words="明天三点再打")
    found = bells(visit)
    assert found[states.BEFORE] == TOMORROW_AT_THREE - dt.timedelta(hours=1)
    # Late is who is not called then: nobody is told of a visit that is tried as it should be.
    for step in (states.LATE_OWNER, states.LATE_SUPERVISOR, states.LATE_MANAGER):
        assert found[step] > TOMORROW_AT_THREE
    assert found[states.LATE_SUPERVISOR] >= TOMORROW_AT_THREE + DAY


def test_tried_ahead_of_its_day_it_rings_at_the_hour_and_is_late_after_the_day(cast):
    visit = given(cast, TODAY + 5 * DAY)
    tried(visit, cast, again_at=TOMORROW_AT_THREE)
    found = bells(visit)
    assert found[states.BEFORE] == TOMORROW_AT_THREE - dt.timedelta(hours=1)
    assert found[states.LATE_OWNER].date() > TODAY + 5 * DAY
    again = Visit.objects.get(pk=visit.pk)
    assign_visit(again, to=cast.xu, by=cast.xu, version=again.version, now=NOW, reason="换人")
    assert bells(visit).keys() == found.keys()


def test_the_round_of_the_day_it_is_tried_again_holds_it_though_it_is_due_later(cast):
    visit = given(cast, TODAY + 5 * DAY)
    tried(visit, cast, again_at=TOMORROW_AT_THREE)
    tomorrow, after = TODAY + DAY, TODAY + 2 * DAY
    orders = [round_of(cast.wu, day).order for day in (TODAY, tomorrow, after)]
    assert orders == [[], [visit.pk], [visit.pk]]
    assert day_of(visit, TODAY) == tomorrow
    assert loads_on([cast.wu.pk], [TODAY, tomorrow, TODAY + 5 * DAY], TODAY) == {
        (cast.wu.pk, tomorrow): 1
    }


def test_whoever_is_called_again_at_an_hour_comes_before_what_has_only_a_day(cast):
    oldest = given(cast, TODAY - 9 * DAY)
    visit = given(cast, TODAY)
    tried(visit, cast, again_at=NOW + dt.timedelta(hours=3))
    assert round_of(cast.wu, TODAY).order == [visit.pk, oldest.pk]


def test_an_appointment_that_passed_in_vain_is_over(cast):
    visit = given(cast, TODAY)
    at = NOW + dt.timedelta(hours=1)
    appoint_visit(visit, by=cast.wu, version=visit.version, at=at, now=NOW)
    visit.refresh_from_db()
    tried(visit, cast, now=at + dt.timedelta(minutes=5))
    assert (visit.state, visit.appointed_at) == ("in_progress", None)
    assert day_of(visit, TODAY) == TODAY + DAY
    assert loads_on([cast.wu.pk], [TODAY], TODAY) == {}


def test_an_appointment_still_to_come_stays(cast):
    visit = given(cast, TODAY)
    appoint_visit(visit, by=cast.wu, version=visit.version, at=NOW + 3 * DAY, now=NOW)
    visit.refresh_from_db()
    tried(visit, cast)
    assert visit.appointed_at == NOW + 3 * DAY
    assert bells(visit)[states.BEFORE] == NOW + 3 * DAY - dt.timedelta(hours=1)
