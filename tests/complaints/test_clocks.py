"""When a clock of a complaint runs out: a table of days and hours worked out by hand (CP-31).

2026: Spring Festival is 15 to 23 February, with 14 and 28 February (Saturdays) worked for it;
National Day is 1 to 7 October, with 20 September (Sunday) and 10 October (Saturday) worked.
"""

from __future__ import annotations

import datetime as dt

import pytest

from complaints import clocks
from complaints.clocks import Limit
from complaints.spans import Stand
from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar, OpeningHours, Slot
from tests.people import SHANGHAI, local
from tests.test_workdays import mainland

WEEK = (Slot(dt.time(8, 30), dt.time(18)),)
SPLIT = (Slot(dt.time(9), dt.time(12)), Slot(dt.time(13, 30), dt.time(18)))
THREE = (*SPLIT, Slot(dt.time(19), dt.time(20)))
HOURS = {
    "plain": OpeningHours(week=(WEEK,) * 7),
    "split": OpeningHours(week=(SPLIT,) * 7),
    "three": OpeningHours(week=(THREE,) * 7),
    "office": OpeningHours(week=(WEEK,) * 5 + ((),) * 2),
    "mondays off": OpeningHours(week=((),) + (WEEK,) * 6),
    "shut on 13 March": OpeningHours(week=(WEEK,) * 7, closed=frozenset({dt.date(2026, 3, 13)})),
    "never": OpeningHours(week=((),) * 7),
}
NUMBERS = Numbers()

# hours | begun | limit (w working, o opening minutes, d days) | stood still | due
TABLE = """
plain | 03-12 10:20 | 120w | | 03-12 12:20
plain | 03-12 08:30 | 120w | | 03-12 10:30
plain | 03-12 06:00 | 120w | | 03-12 10:30
plain | 03-12 00:00 | 120w | | 03-12 10:30
plain | 03-12 16:00 | 120w | | 03-12 18:00
plain | 03-12 16:01 | 120w | | 03-13 08:31
plain | 03-12 17:59 | 120w | | 03-13 10:29
plain | 03-12 18:00 | 120w | | 03-13 10:30
plain | 03-12 21:40 | 120w | | 03-13 10:30
plain | 03-12 23:59 | 120w | | 03-13 10:30
plain | 03-13 17:00 | 120w | | 03-16 09:30
plain | 03-14 11:00 | 120w | | 03-16 10:30
plain | 03-15 20:00 | 120w | | 03-16 10:30
plain | 03-14 11:00 | 30o | | 03-14 11:30
plain | 03-14 17:45 | 30o | | 03-15 08:45
plain | 03-12 22:00 | 30o | | 03-13 09:00
plain | 02-18 10:00 | 30o | | 02-18 10:30
plain | 02-18 10:00 | 120w | | 02-24 10:30
plain | 02-14 17:30 | 120w | | 02-24 10:00
plain | 02-13 17:30 | 120w | | 02-14 10:00
plain | 02-28 09:00 | 120w | | 02-28 11:00
plain | 02-28 17:30 | 120w | | 03-02 10:00
plain | 03-12 10:00 | 1140w | | 03-16 10:00
split | 03-12 11:00 | 120w | | 03-12 14:30
split | 03-12 12:30 | 120w | | 03-12 15:30
split | 03-12 10:00 | 120w | | 03-12 12:00
split | 03-12 10:01 | 120w | | 03-12 13:31
split | 03-12 17:00 | 120w | | 03-13 10:00
split | 03-12 07:00 | 240w | | 03-12 14:30
split | 02-14 17:00 | 120w | | 02-24 10:00
three | 03-12 17:30 | 60w | | 03-12 19:30
three | 03-12 11:30 | 330w | | 03-12 19:30
three | 03-12 18:10 | 90w | | 03-13 09:30
office | 02-14 09:00 | 120w | | 02-14 11:00
office | 02-14 17:00 | 120w | | 02-24 09:30
office | 03-14 11:00 | 30o | | 03-16 09:00
office | 09-20 12:00 | 120w | | 09-20 14:00
mondays off | 03-13 17:00 | 120w | | 03-17 09:30
mondays off | 03-16 10:00 | 30o | | 03-17 09:00
shut on 13 March | 03-12 17:00 | 120w | | 03-16 09:30
never | 03-12 10:00 | 120w | | 03-12 12:00
plain | 03-12 10:00 | 120w | 03-12 11:00 to 03-12 15:00 | 03-12 16:00
plain | 03-12 10:00 | 120w | 03-12 11:00 to 03-13 11:00 | 03-13 12:00
plain | 03-12 17:00 | 120w | 03-12 18:00 to 03-13 08:30 | 03-13 09:30
plain | 03-12 10:00 | 120w | 03-12 10:00 to 03-12 11:00 | 03-12 13:00
plain | 03-12 10:00 | 120w | 03-12 10:30 to 03-12 11:00, 03-12 11:30 to 03-12 14:00 | 03-12 15:00
plain | 03-12 10:00 | 120w | 03-12 12:00 to 03-12 15:00 | 03-12 12:00
plain | 02-14 17:00 | 120w | 02-14 17:30 to 02-24 09:00 | 02-24 10:30
split | 03-12 11:00 | 120w | 03-12 11:30 to 03-12 14:00 | 03-12 15:30
plain | 03-12 10:20 | 1d | | 03-13 23:59:59
plain | 03-12 00:00 | 1d | | 03-13 23:59:59
plain | 03-12 23:59 | 1d | | 03-13 23:59:59
plain | 03-13 10:00 | 1d | | 03-16 23:59:59
plain | 03-14 10:00 | 1d | | 03-16 23:59:59
plain | 03-12 10:20 | 2d | | 03-16 23:59:59
plain | 02-13 10:00 | 1d | | 02-14 23:59:59
plain | 02-13 10:00 | 2d | | 02-24 23:59:59
plain | 02-14 10:00 | 2d | | 02-25 23:59:59
plain | 02-15 10:00 | 2d | | 02-25 23:59:59
plain | 02-23 10:00 | 1d | | 02-24 23:59:59
plain | 02-27 10:00 | 1d | | 02-28 23:59:59
plain | 02-27 10:00 | 2d | | 03-02 23:59:59
plain | 09-30 10:00 | 2d | | 10-09 23:59:59
plain | 10-09 10:00 | 2d | | 10-12 23:59:59
plain | 03-12 10:00 | 7d | | 03-23 23:59:59
plain | 03-12 10:00 | 2d | 03-13 10:00 to 03-16 09:00 | 03-17 17:00
plain | 03-12 10:00 | 2d | 03-13 09:00 to 03-13 12:00 | 03-17 11:30
plain | 03-12 10:00 | 2d | 03-12 12:00 to 03-13 09:00 | 03-17 09:00
plain | 03-12 10:00 | 2d | 03-13 10:00 to 03-18 09:00 | 03-19 17:00
plain | 03-12 10:00 | 2d | 03-13 17:59 to 03-13 18:01 | 03-17 08:31
plain | 03-12 10:00 | 2d | 03-13 18:00 to 03-16 08:30 | 03-16 23:59:59
plain | 03-12 10:00 | 2d | 03-12 11:00 to 03-12 17:00 | 03-16 23:59:59
plain | 03-12 10:00 | 2d | 03-13 08:30 to 03-13 18:00 | 03-17 23:59:59
plain | 03-12 10:00 | 2d | 03-13 10:00 to 03-13 11:00, 03-16 17:30 to 03-16 18:30 | 03-17 10:00
plain | 03-12 10:00 | 2d | 03-13 17:00 to 03-16 09:30, 03-17 08:30 to 03-17 10:00 | 03-17 12:00
plain | 03-12 10:00 | 1d | 03-13 17:00 to 03-16 09:30 | 03-16 10:30
split | 03-12 10:00 | 1d | 03-13 11:00 to 03-13 14:30 | 03-16 11:00
three | 03-12 10:00 | 1d | 03-13 19:30 to 03-13 21:00 | 03-16 09:30
mondays off | 03-13 10:00 | 1d | 03-16 12:00 to 03-17 08:30 | 03-17 13:15
office | 03-12 10:00 | 1d | 03-13 17:00 to 03-15 12:00 | 03-16 09:30
plain | 03-12 10:00 | 2d | 03-14 10:00 to 03-15 09:00 | 03-16 23:59:59
plain | 02-13 10:00 | 2d | 02-14 09:00 to 02-24 09:00 | 02-25 23:59:59
plain | 12-31 10:00 | 2d | | 2027-01-05 23:59:59
plain | 12-31 17:00 | 120w | | 2027-01-04 09:30
plain | 2025-12-31 10:00 | 2d | | 01-05 23:59:59
plain | 2025-12-31 17:30 | 120w | | 01-04 10:00
plain | 2025-12-31 10:00 | 1d | 01-04 09:00 to 01-05 09:00 | 01-05 23:59:59
"""
UNIT = {"w": clocks.WORKING, "o": clocks.OPENING, "d": clocks.DAYS}


def moment(text: str) -> dt.datetime:
    return local(text if text.startswith("20") else f"2026-{text}")


def rows() -> list[tuple[str, ...]]:
    lines = [line for line in TABLE.splitlines() if line]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]


def calendar_of(hours: str) -> Calendar:
    return mainland(HOURS[hours])


def stands_in(text: str) -> list[Stand]:
    pairs = [part.split(" to ") for part in text.split(", ") if part]
    return [Stand(moment(begin.strip()), moment(end.strip())) for begin, end in pairs]


def limit_in(text: str) -> Limit:
    return Limit(int(text[:-1]), UNIT[text[-1]])


def test_the_table_is_long_enough() -> None:
    assert len(rows()) >= 60


@pytest.mark.parametrize(("hours", "begun", "limit", "stood", "due"), rows())
def test_a_clock_runs_out(hours: str, begun: str, limit: str, stood: str, due: str) -> None:
    found = clocks.due_at(moment(begun), limit_in(limit), calendar_of(hours), stands_in(stood))
    assert found.astimezone(SHANGHAI) == moment(due)


@pytest.mark.parametrize(
    ("begun", "limit", "warned", "manager"),
    [
        ("03-12 10:00", "120w", "03-12 11:30", "03-12 16:00"),
        ("03-12 16:30", "120w", "03-12 18:00", "03-13 13:00"),
        ("03-12 17:30", "120w", "03-13 09:30", "03-13 14:00"),
        ("03-12 10:00", "2d", "03-16 08:30", "03-17 12:30"),
        ("02-13 10:00", "2d", "02-24 08:30", "02-25 12:30"),
        ("03-14 11:00", "240o", "03-14 14:00", "03-15 09:30"),
    ],
)
def test_who_is_told_before_and_after(begun: str, limit: str, warned: str, manager: str) -> None:
    course = clocks.course(moment(begun), limit_in(limit), calendar_of("plain"), NUMBERS)
    assert course.warn_at.astimezone(SHANGHAI) == moment(warned)
    assert course.manager_at.astimezone(SHANGHAI) == moment(manager)


def test_each_severity_has_its_limits() -> None:
    normal, high, critical = (clocks.limits(one, NUMBERS) for one in clocks.SEVERITIES)
    assert normal["acknowledge"] == high["acknowledge"] == Limit(120, clocks.WORKING)
    assert critical["acknowledge"] == Limit(30, clocks.OPENING)
    resolutions = [one["resolution"].amount for one in (normal, high, critical)]
    assert resolutions == [7, 3, 1]
    assert {one["visit"] for one in (normal, high, critical)} == {Limit(2)}


def test_a_store_shortens_a_limit_by_its_own_number() -> None:
    numbers = Numbers(complaint_resolution_working_days=5)
    assert clocks.limits("normal", numbers)["resolution"] == Limit(5)


@pytest.mark.parametrize(
    ("begin", "end", "stood", "minutes"),
    [
        ("03-12 10:00", "03-12 12:00", "", 120),
        ("03-12 06:00", "03-12 09:00", "", 30),
        ("03-12 17:00", "03-13 09:30", "", 120),
        ("03-13 17:00", "03-16 09:30", "", 120),
        ("03-12 10:00", "03-12 15:00", "03-12 11:00 to 03-12 13:00", 180),
        ("02-14 17:00", "02-24 09:30", "", 120),
    ],
)
def test_time_worked_between_two_moments(begin: str, end: str, stood: str, minutes: int) -> None:
    calendar = calendar_of("plain")
    found = clocks.worked(moment(begin), moment(end), calendar, stands_in(stood))
    assert found == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("began", "earlier", "until"),
    [
        ("03-12 10:00", "", "03-19 23:59:59"),
        ("02-13 10:00", "", "02-27 23:59:59"),
        ("03-16 10:00", "03-10 10:00 to 03-12 10:00", "03-19 23:59:59"),
        ("03-16 10:00", "03-10 10:00 to 03-10 12:00", "03-23 16:00"),
        ("03-16 10:00", "03-10 17:59 to 03-10 18:01", "03-23 17:59"),
        ("03-16 10:00", "03-10 18:00 to 03-11 08:30", "03-23 23:59:59"),
        ("03-23 10:00", "03-09 08:30 to 03-13 15:00", "03-24 11:30"),
        ("03-20 10:00", "03-09 10:00 to 03-16 10:00", None),
    ],
)
def test_waiting_for_the_customer_has_its_limit(
    began: str, earlier: str, until: str | None
) -> None:
    found = clocks.pause_limit(
        moment(began), stands_in(earlier), numbers=NUMBERS, calendar=calendar_of("plain")
    )
    assert found == (moment(until) if until else None)


@pytest.mark.parametrize(
    ("at", "met", "paused", "void", "stands"),
    [
        ("03-12 10:00", "", False, False, "running"),
        ("03-12 11:30", "", False, False, "soon"),
        ("03-12 12:00", "", False, False, "soon"),
        ("03-12 12:01", "", False, False, "late"),
        ("03-12 12:01", "", True, False, "paused"),
        ("03-12 12:01", "", False, True, "void"),
        ("03-12 14:00", "03-12 12:00", False, False, "met"),
        ("03-12 14:00", "03-12 12:01", False, False, "met_late"),
    ],
)
def test_how_a_clock_stands(at: str, met: str, paused: bool, void: bool, stands: str) -> None:
    found = clocks.status(
        moment(at),
        due=moment("03-12 12:00"),
        warn=moment("03-12 11:30"),
        met=moment(met) if met else None,
        paused=paused,
        void=void,
    )
    assert found == stands
