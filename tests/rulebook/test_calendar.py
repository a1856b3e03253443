"""Opening hours and days of the calendar are rows a manager edits (OT-04)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crm.people.models import Store, User
from crm.records.models import AuditEvent
from crm.rulebook import actions
from crm.rulebook.actions.seeding import seed_rulebook
from crm.rulebook.models import CalendarDay, OpeningHours
from crm.rulebook.queues import working_calendar
from crm.workdays import Slot
from tests.people import NOW, Cast, local
from tests.reports.conftest import SignIn

FRIDAY = dt.date(2026, 3, 20)
LUNCH = (Slot(dt.time(9), dt.time(12)), Slot(dt.time(13, 30), dt.time(18)))
WEEK = {f"day{number}": "09:00-12:00，13:30–18:00" for number in range(6)} | {"day6": ""}


def post(client: Client, name: str, *parts: str, **body: str) -> Any:
    sent = {"request_id": str(uuid.uuid4()), "version": "1", **body}
    return client.post(reverse(f"rulebook:{name}", args=parts), sent)


def enter(by: User, kind: str, store: Store | None = None, day: dt.date = FRIDAY) -> None:
    actions.set_calendar_day(day, kind, store=store, name="盘点", by=by, now=NOW)


def test_a_manager_writes_the_week_of_the_own_store(cast: Cast, sign_in: SignIn) -> None:
    sent = post(sign_in(cast.shen), "set_hours", cast.pudong.public_id, **WEEK)
    assert sent.status_code == 302
    week = working_calendar(cast.pudong.pk).hours.week
    assert (week[0], week[6]) == (LUNCH, ())
    assert working_calendar(cast.chaoyang.pk).hours.week[6]
    event = AuditEvent.objects.get(action="rulebook.set_opening_hours")
    assert event.after["opening_hours"][0] == "0 09:00-12:00"


def test_the_usual_hours_come_back(cast: Cast, sign_in: SignIn) -> None:
    client, place = sign_in(cast.shen), cast.pudong.public_id
    post(client, "set_hours", place, **WEEK)
    post(client, "set_hours", place, version="2", then="default", **WEEK)
    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(
    "typed", ["9-12", "12:00-09:00", "25:00-26:00", "09:00-12:00, 11:00-13:00", "早上"]
)
def test_times_that_make_no_sense_are_said_and_kept(
    cast: Cast, sign_in: SignIn, typed: str
) -> None:
    page = post(sign_in(cast.shen), "set_hours", cast.pudong.public_id, **WEEK | {"day0": typed})
    assert page.status_code == 422
    assert typed in page.content.decode()
    assert not OpeningHours.objects.exists()


def test_who_comes_second_sees_both_weeks(cast: Cast, sign_in: SignIn) -> None:
    place = cast.pudong.public_id
    post(sign_in(cast.shen), "set_hours", place, **WEEK)
    late = post(sign_in(cast.bai), "set_hours", place, **WEEK | {"day0": "10:00-16:00"})
    assert late.status_code == 409
    assert "10:00-16:00" in late.content.decode()
    assert "09:00-12:00, 13:30-18:00" in late.content.decode()


def test_a_store_is_shut_on_a_day_and_the_others_are_open(cast: Cast) -> None:
    enter(cast.shen, "closed", cast.pudong)
    noon = local("2026-03-20 12:00")
    assert not working_calendar(cast.pudong.pk).is_open(noon)
    assert working_calendar(cast.chaoyang.pk).is_open(noon)
    assert working_calendar(cast.pudong.pk).is_working_day(FRIDAY)


def test_a_day_of_the_region_is_for_whoever_answers_for_all(cast: Cast) -> None:
    for person, store in ((cast.shen, None), (cast.shen, cast.chaoyang), (cast.pan, None)):
        with pytest.raises(PermissionDenied):
            enter(person, "closed" if store else "holiday", store)
    enter(cast.adele, "holiday")
    assert not working_calendar().is_working_day(FRIDAY)
    with pytest.raises(ValidationError, match="day"):
        enter(cast.bai, "workday")


def test_an_official_day_is_replaced_and_a_release_leaves_it_so(cast: Cast) -> None:
    seed_rulebook(NOW.date())
    day = dt.date(2026, 5, 1)
    enter(cast.bai, "workday", day=day)
    seed_rulebook(NOW.date())
    assert CalendarDay.objects.get(day=day, store=None).kind == "workday"


def test_a_day_is_taken_back(cast: Cast, sign_in: SignIn) -> None:
    enter(cast.shen, "closed", cast.pudong)
    args = (cast.pudong.public_id, FRIDAY.isoformat())
    assert post(sign_in(cast.ola), "remove_day", *args).status_code == 403
    assert post(sign_in(cast.shen), "remove_day", *args).status_code == 302
    assert not CalendarDay.objects.filter(store=cast.pudong).exists()


def test_a_year_not_entered_is_said_on_every_page_of_a_manager(cast: Cast, sign_in: SignIn) -> None:
    seed_rulebook(NOW.date())
    home = reverse("rulebook:numbers")
    said = "/rulebook/calendar/?year=2026"
    working_calendar()
    assert said not in sign_in(cast.shen).get(home).content.decode()
    CalendarDay.objects.filter(kind="workday", day__year=2026).delete()
    working_calendar()
    assert said in sign_in(cast.shen).get(home).content.decode()
    assert said not in sign_in(cast.pan).get(home).content.decode()
