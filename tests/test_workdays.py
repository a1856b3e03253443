"""The calendar: working days as the government prints them, hours as the store sets them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from crm.rulebook.published_days import official_days
from crm.workdays import Calendar, OpeningHours, Slot, is_to_come

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEARS = range(2024, 2028)


def mainland(hours: OpeningHours | None = None) -> Calendar:
    days = official_days("CN", YEARS)
    return Calendar(
        region="CN",
        zone=SHANGHAI,
        holidays=frozenset(d.day for d in days if d.kind == "holiday"),
        make_up_days=frozenset(d.day for d in days if d.kind == "workday"),
        published=frozenset(d.day.year for d in days if d.kind == "workday"),
        hours=hours or OpeningHours(),
    )


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_a_published_year_agrees_with_chinesecalendar(year: int) -> None:
    calendar, day, differing = mainland(), date(year, 1, 1), []
    while day.year == year:
        if calendar.is_working_day(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


def test_the_make_up_days_of_2026_are_the_six_announced_ones() -> None:
    assert sorted(day for day in mainland().make_up_days if day.year == 2026) == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_a_year_without_a_list_counts_weekdays_less_statutory_days_and_says_so() -> None:
    calendar = mainland()
    assert calendar.is_provisional(date(2027, 5, 1))
    assert not calendar.is_provisional(date(2026, 5, 1))
    assert not calendar.is_working_day(date(2027, 10, 1))  # a Friday, National Day
    assert calendar.is_working_day(date(2027, 10, 11))
    assert not calendar.is_working_day(date(2027, 10, 10))


def test_a_region_without_make_up_lists_is_never_provisional() -> None:
    assert not Calendar(region="HK", zone=SHANGHAI).is_provisional(date(2031, 1, 1))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day week
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # the Sunday is a make-up day
        (date(2026, 9, 18), 2, date(2026, 9, 21)),
        (date(2026, 2, 13), 3, date(2026, 2, 25)),  # 14 worked, Spring Festival, 24, 25
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
    ],
)
def test_working_days_are_counted_after_the_day_itself(start: date, count: int, end: date) -> None:
    assert mainland().add_working_days(start, count) == end


def test_within_two_working_days_means_before_the_end_of_the_second_one() -> None:
    # A complaint at 23:59 in Shanghai on a Friday is still Friday's, whatever UTC says.
    friday_night = local(2026, 11, 20, 23, 59).astimezone(UTC)
    assert mainland().nth_working_day_end(friday_night, 2) == local(2026, 11, 25)


def test_a_search_that_leaves_the_known_years_is_refused() -> None:
    with pytest.raises(ValueError, match="2000 and 2100"):
        mainland().add_working_days(date(2100, 12, 30), 5)
    with pytest.raises(ValueError, match="2000 and 2100"):
        mainland().add_working_days(date.max, 1)


def test_working_days_of_october_2026() -> None:
    days = (date(2026, 10, day) for day in range(1, 32))
    assert sum(map(mainland().is_working_day, days)) == 18


WITH_LUNCH = OpeningHours(
    week=((Slot(time(9), time(12)), Slot(time(14), time(19, 30))),) * 6 + ((),),
    closed=frozenset({date(2026, 11, 23)}),
)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (local(2026, 11, 20, 10, 0), local(2026, 11, 20, 10, 0)),
        (local(2026, 11, 20, 8, 59), local(2026, 11, 20, 9, 0)),
        (local(2026, 11, 20, 12, 0), local(2026, 11, 20, 14, 0)),
        (local(2026, 11, 21, 19, 30), local(2026, 11, 24, 9, 0)),  # Sunday shut, Monday closed
    ],
)
def test_the_next_opening_is_now_or_the_start_of_the_next_slot(
    moment: datetime, opening: datetime
) -> None:
    calendar = mainland(WITH_LUNCH)
    assert calendar.next_opening(moment) == opening
    assert calendar.is_open(opening)


def test_a_store_that_never_opens_leaves_the_moment_alone() -> None:
    moment = local(2026, 11, 20, 3, 0)
    assert mainland(OpeningHours(week=((),) * 7)).next_opening(moment) == moment


def test_opening_time_runs_only_while_the_store_is_open() -> None:
    calendar = mainland(WITH_LUNCH)
    two_hours = timedelta(hours=2)
    assert calendar.add_opening_time(local(2026, 11, 20, 11, 0), two_hours) == local(
        2026, 11, 20, 15, 0
    )
    assert calendar.add_opening_time(local(2026, 11, 21, 19, 0), two_hours) == local(
        2026, 11, 24, 10, 30
    )


@pytest.mark.parametrize(
    ("moment", "quiet", "after"),
    [
        (local(2026, 11, 20, 21, 59), False, local(2026, 11, 20, 21, 59)),
        (local(2026, 11, 20, 22, 0), True, local(2026, 11, 21, 8, 0)),
        (local(2026, 11, 20, 7, 59), True, local(2026, 11, 20, 8, 0)),
        (local(2026, 11, 20, 8, 0), False, local(2026, 11, 20, 8, 0)),
    ],
)
def test_nobody_is_disturbed_between_ten_at_night_and_eight(
    moment: datetime, quiet: bool, after: datetime
) -> None:
    calendar = mainland()
    assert calendar.in_quiet_hours(moment) is quiet
    assert calendar.after_quiet_hours(moment) == after


@pytest.mark.parametrize(
    "slots",
    [
        lambda: Slot(time(12), time(12)),
        lambda: OpeningHours(week=((Slot(time(9), time(12)), Slot(time(11), time(13))),) * 7),
        lambda: OpeningHours(week=((),) * 6),
    ],
)
def test_hours_that_contradict_themselves_are_refused(slots) -> None:
    with pytest.raises(ValueError, match=r"must|need"):
        slots()


def test_the_future_is_to_come_but_a_phones_clock_may_be_ahead() -> None:
    now = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
    assert not is_to_come(now + timedelta(minutes=5), now)
    assert is_to_come(now + timedelta(minutes=6), now)
