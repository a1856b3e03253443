"""Arming reminders inside somebody else's transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from crm.notices.actions import Desk, remind, remind_many, ring, tell
from crm.notices.models import Notice, Reminder
from crm.people.models import Delegation
from tests.notices.rows import CONTACT, inbox_of, occasion
from tests.people import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def armed() -> dict[str, Reminder]:
    return {row.step: row for row in Reminder.objects.all()}


def test_lins_contact_tomorrow_gets_its_two_bells_and_the_ladder(cast: Cast) -> None:
    assert remind(occasion(cast), now=NOW) == 4
    rows = armed()
    assert sorted(rows) == ["before", "manager", "owner", "supervisor"]
    assert {row.recipient for row in rows.values()} == {cast.lin}
    assert rows["owner"].role == ""
    assert rows["supervisor"].role == "sales_supervisor"
    assert rows["supervisor"].team == cast.team_one
    assert rows["manager"].role == "manager"


def test_the_day_before_at_half_past_eight_is_armed_while_it_lies_ahead(cast: Cast) -> None:
    remind(occasion(cast, due_at=NOW + dt.timedelta(days=3)), now=NOW)
    assert armed()["day"].not_before == NOW.replace(hour=8, minute=30) + dt.timedelta(days=2)


def test_the_same_occasion_arms_nothing_twice(cast: Cast) -> None:
    remind(occasion(cast), now=NOW)
    remind(occasion(cast), now=NOW)
    assert Reminder.objects.count() == 4


def test_what_is_armed_is_gone_when_the_change_that_made_it_rolls_back(cast: Cast) -> None:
    class Refused(Exception):
        pass

    def save_and_fail() -> None:
        with transaction.atomic():
            remind(occasion(cast), now=NOW)
            raise Refused

    with pytest.raises(Refused):
        save_and_fail()
    assert not Reminder.objects.exists()


def test_a_bell_of_an_unapproved_plan_is_marked(cast: Cast) -> None:
    remind(occasion(cast, unapproved=True), now=NOW)
    assert all(row.unapproved for row in armed().values())


def test_text_no_database_can_store_is_cleaned_and_cut(cast: Cast) -> None:
    remind(occasion(cast, data={"reason": "a\x00b" + "字" * 9000, "list": ["\x00"]}), now=NOW)
    data = armed()["before"].data
    assert data["reason"].startswith("ab字")
    assert len(data["reason"]) == 500
    assert data["list"] == [""]


def test_an_import_arms_a_thousand_contacts_in_bulk_statements(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    many = [occasion(cast, occasion=f"contact:{n}/v1") for n in range(1000)]
    with django_assert_max_num_queries(150):
        assert remind_many(many, now=NOW) == 4000
    assert Reminder.objects.count() == 4000


def test_a_single_bell_for_a_desk_waits_for_opening_hours(cast: Cast) -> None:
    at = NOW.replace(hour=23)
    desk = Desk("manager", cast.pudong.pk)
    plan = {"occasion": "plan:1/v1", "kind": "plan_escalated", "about": CONTACT}
    assert ring(**plan, step="limit", to=desk, at=at, now=NOW)
    row = Reminder.objects.get()
    assert (row.role, row.recipient) == ("manager", None)
    assert row.not_before == NOW.replace(hour=8, minute=30) + dt.timedelta(days=1)
    assert not ring(**plan, step="late", to=desk, at=NOW, now=NOW)


def test_telling_a_desk_reaches_its_holder_once(cast: Cast) -> None:
    desk = Desk("sales_supervisor", cast.pudong.pk, cast.team_one.pk)
    for _time in range(2):
        tell(to=desk, kind="plan_waiting", occasion="plan:1/v1", about=CONTACT, now=NOW)
    assert inbox_of(cast.chen) == ["plan_waiting"]
    assert Notice.objects.count() == 1


def test_telling_somebody_away_reaches_their_deputy(cast: Cast) -> None:
    today = NOW.date()
    Delegation.objects.create(user=cast.lin, deputy=cast.zhou, starts_on=today, ends_on=today)
    tell(to=cast.lin, kind="plan_returned", occasion="plan:1/v1", about=CONTACT, now=NOW)
    assert inbox_of(cast.lin) == []
    assert inbox_of(cast.zhou) == ["plan_returned"]
