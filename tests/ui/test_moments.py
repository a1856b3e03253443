"""Times in words, read on Thursday 12 March 2026 at 10:20 in Shanghai (02:20 UTC)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from crm.ui import moments

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 12, 2, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "under a minute"),
        (59, "under a minute"),
        (60, "1 minute"),
        (22 * 60, "22 minutes"),
        (3600, "1 hour"),
        (3600 + 42 * 60, "1 h 42 min"),
        (9 * 3600 + 59 * 60, "9 h 59 min"),
        (18 * 3600 + 20 * 60, "18 hours"),
        (24 * 3600, "1 day"),
        (28 * 3600, "1 day 4 h"),
        (49 * 3600, "2 days"),
        (900 * 24 * 3600, "900 days"),
    ],
)
def test_a_length_has_at_most_two_units(seconds: int, words: str) -> None:
    assert moments.span(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-12 09:12", "today 09:12"),
        ("2026-03-11 19:42", "yesterday 19:42"),
        ("2026-03-09 11:00", "3 days ago · 9 Mar"),
        ("2026-02-09 11:00", "31 days ago · 9 Feb"),
        ("2026-01-02 11:00", "2 Jan"),
        ("2025-12-31 11:00", "31 Dec 2025"),
        ("2026-03-12 14:30", "today 14:30"),
        ("2026-03-13 10:00", "tomorrow 10:00"),
        ("2026-03-14 14:30", "Sat 14 Mar 14:30"),
        ("2027-01-02 09:00", "Sat 2 Jan 2027 09:00"),
    ],
)
def test_when_is_relative_nearby_and_absolute_far_off(moment: str, words: str) -> None:
    assert moments.when(at(moment), NOW) == words


def test_the_day_is_the_stores_not_utcs() -> None:
    before_midnight_utc = datetime(2026, 3, 11, 17, 0, tzinfo=UTC)

    assert moments.when(before_midnight_utc, NOW) == "today 01:00"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-12 10:19:30", "just now"),
        ("2026-03-12 10:08", "12 minutes ago"),
        ("2026-03-12 08:19", "2 hours ago"),
        ("2026-03-11 23:00", "yesterday"),
        ("2026-03-10 09:00", "10 Mar"),
    ],
)
def test_a_queue_says_how_long_ago(moment: str, words: str) -> None:
    assert moments.ago(at(moment), NOW) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-11 16:00", "overdue 18 hours"),
        ("2026-03-12 10:19", "overdue 1 minute"),
        ("2026-03-12 10:30", "in 10 minutes"),
        ("2026-03-12 17:30", "in 7 h 10 min"),
        ("2026-03-12 23:00", "today 23:00"),
        ("2026-03-13 16:00", "tomorrow 16:00"),
        ("2026-03-14 16:00", "day after tomorrow 16:00"),
        ("2026-03-20 16:00", "Fri 20 Mar 16:00"),
    ],
)
def test_a_planned_contact_says_how_it_stands(moment: str, words: str) -> None:
    assert moments.due(at(moment), NOW) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-10", "overdue 2 days"),
        ("2026-03-12", "any time today"),
        ("2026-03-13", "tomorrow"),
        ("2026-03-20", "Fri 20 Mar"),
    ],
)
def test_an_untimed_contact_speaks_of_days(day: str, words: str) -> None:
    assert moments.due(at(f"{day} 23:59:59"), NOW, untimed=True) == words


def test_a_limit_says_what_is_left_and_what_is_broken() -> None:
    assert moments.limit(NOW + timedelta(minutes=22), NOW) == "22 minutes left"
    assert moments.limit(NOW - timedelta(minutes=32), NOW) == "breached by 32 minutes"


@pytest.mark.parametrize(
    ("left", "whole", "state"),
    [
        (timedelta(seconds=-1), None, "late"),
        (timedelta(0), None, "soon"),
        (timedelta(minutes=119), None, "soon"),
        (timedelta(hours=2), None, "ok"),
        (timedelta(hours=11), timedelta(hours=48), "soon"),
        (timedelta(hours=12), timedelta(hours=48), "ok"),
        (timedelta(hours=1), timedelta(hours=2), "soon"),
    ],
)
def test_soon_is_two_hours_or_a_quarter_of_the_limit(
    left: timedelta, whole: timedelta | None, state: str
) -> None:
    due_at = NOW + left
    since = due_at - whole if whole else None

    assert moments.due_state(due_at, NOW, since=since) == state


def test_an_untimed_row_is_never_soon() -> None:
    assert moments.due_state(NOW + timedelta(minutes=5), NOW, untimed=True) == "ok"


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("slot", "today's"),
        ("time", "10:30"),
        ("date", "12 Mar"),
        ("weekday", "Thu 12 Mar"),
        ("plan", "today 10:30"),
        ("brief", "today 10:30"),
        ("ago", "just now"),
        ("", "today 10:30"),
    ],
)
def test_each_style_has_its_words(style: str, words: str) -> None:
    expected = "10:30" if words == "today's" else words

    assert moments.in_style(style, at("2026-03-12 10:30"), NOW) == expected


@pytest.mark.parametrize(
    ("moment", "untimed", "words"),
    [
        ("2026-03-12 10:30", False, "10:30"),
        ("2026-03-12 23:59:59", True, "any time"),
        ("2026-03-11 16:00", False, "yesterday 16:00"),
        ("2026-03-11 23:59:59", True, "yesterday"),
        ("2026-03-10 16:00", False, "10 Mar"),
    ],
)
def test_the_slot_of_a_row_of_work(moment: str, untimed: bool, words: str) -> None:
    assert moments.slot(at(moment), NOW, untimed=untimed) == words


def test_a_title_holds_everything() -> None:
    assert moments.full(at("2026-03-09 16:00")) == "Mon 9 Mar 2026 16:00"
    assert moments.full(at("2026-03-09 16:00"), untimed=True) == "Mon 9 Mar 2026"


def test_every_weekday_has_its_own_name() -> None:
    names = {moments.weekday(date(2026, 3, day)) for day in range(9, 16)}

    assert len(names) == 7


@pytest.mark.parametrize(
    ("moment", "first", "second"),
    [
        ("2026-03-12 10:30", "today 10:30", "in 10 minutes"),
        ("2026-03-12 09:12", "today 09:12", "1 hour ago"),
        ("2026-03-11 19:42", "yesterday 19:42", "11 Mar"),
        ("2026-03-13 16:00", "tomorrow 16:00", "13 Mar"),
        ("2026-03-09 11:00", "Mon 9 Mar", "3 days ago"),
        ("2025-03-09 11:00", "Sun 9 Mar 2025", ""),
        ("2026-03-14 14:30", "Sat 14 Mar 14:30", "in 2 days"),
    ],
)
def test_a_timeline_says_it_both_ways(moment: str, first: str, second: str) -> None:
    assert moments.lines(at(moment), NOW) == (first, second)


def test_an_untimed_day_of_a_timeline_has_no_clock() -> None:
    assert moments.lines(at("2026-03-12 23:59:59"), NOW, untimed=True) == ("today", "")
    assert moments.lines(at("2026-03-14 23:59:59"), NOW, untimed=True) == (
        "Sat 14 Mar",
        "in 2 days",
    )


def test_the_next_date_in_a_list_names_its_weekday_when_it_is_not_near() -> None:
    assert moments.brief(at("2026-03-10 16:00"), NOW) == "Tue 10 Mar"
    assert moments.brief(at("2026-03-13 23:59:59"), NOW, untimed=True) == "tomorrow"


@pytest.mark.parametrize(
    ("since", "due_at", "percent"),
    [(-3, 1, 75), (-3, -1, 100), (0, 0, 100), (1, 2, 0), (-1, 99, 1)],
)
def test_a_limit_is_used_up_by_degrees(since: int, due_at: int, percent: int) -> None:
    began, ends = NOW + timedelta(hours=since), NOW + timedelta(hours=due_at)

    assert moments.used_up(began, ends, NOW) == pytest.approx(percent)
