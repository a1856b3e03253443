"""What a fresh installation knows: official days and option lists, and what editing keeps."""

import datetime as dt

import pytest
from django.utils import translation

from crm.rulebook.actions.seeding import seed_rulebook
from crm.rulebook.models import CalendarDay, Number, OpeningHours, Option
from crm.rulebook.queues import numbers_for, option_choices, working_calendar
from tests.people import make_cast

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


def test_a_fresh_database_knows_the_working_days_of_2026() -> None:
    seed_rulebook(TODAY)
    calendar = working_calendar()
    assert calendar.is_working_day(dt.date(2026, 10, 10))
    assert not calendar.is_working_day(dt.date(2026, 10, 1))
    assert calendar.is_provisional(dt.date(2027, 1, 1))
    assert not calendar.is_provisional(dt.date(2026, 1, 1))


def test_seeding_again_changes_nothing_a_manager_edited() -> None:
    seed_rulebook(TODAY)
    Option.objects.filter(code="auto_show").update(retired=True, label_zh_hans="大车展")
    CalendarDay.objects.create(
        region="CN", day=dt.date(2026, 12, 25), kind="holiday", name="店休", source="manager"
    )
    before = CalendarDay.objects.count(), Option.objects.count()
    seed_rulebook(TODAY)
    assert (CalendarDay.objects.count(), Option.objects.count()) == before
    assert Option.objects.get(code="auto_show").label_zh_hans == "大车展"
    assert not working_calendar().is_working_day(dt.date(2026, 12, 25))


def test_options_speak_the_readers_language_and_retired_ones_stay_on_old_cards() -> None:
    seed_rulebook(TODAY)
    Option.objects.filter(kind="channel", code="outdoor").update(retired=True)
    with translation.override("zh-hant"):
        offered = dict(option_choices("channel"))
        assert offered["short_video"] == "短影音"
        assert "outdoor" not in offered
        assert dict(option_choices("channel", keep="outdoor"))["outdoor"] == "戶外廣告"
        assert dict(option_choices("channel", keep="路演"))["路演"] == "路演"


def test_a_store_without_hours_of_its_own_is_open_every_day() -> None:
    cast = make_cast()
    OpeningHours.objects.create(
        store=cast.chaoyang, weekday=0, opens=dt.time(10), closes=dt.time(18)
    )
    sunday = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
    assert working_calendar(cast.pudong.pk).is_open(sunday)
    assert not working_calendar(cast.chaoyang.pk).is_open(sunday)


def test_a_store_number_wins_over_the_number_for_all() -> None:
    cast = make_cast()
    Number.objects.create(key="cycle_days_h", value="3")
    Number.objects.create(key="cycle_days_h", store=cast.pudong, value="1")
    assert numbers_for(cast.pudong.pk).cycle_days("H") == 1
    assert numbers_for(cast.chaoyang.pk).cycle_days("H") == 3
