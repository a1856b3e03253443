"""What the system checks of Lin's plan for Zhang Wei before Chen decides."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from crm.rulebook.numbers import Numbers
from crm.workdays import WHOLE_WEEK, Calendar, OpeningHours
from followups import checks
from tests.people import NOW, SHANGHAI, local

GROUND = checks.Ground(level="H", as_of=NOW, numbers=Numbers(), calendar=Calendar(zone=SHANGHAI))


@dataclass(frozen=True)
class Step:
    due_at: dt.datetime
    method: str = "phone"
    content: str = "确认周六试驾时间"
    reason: str = "上次问到第二排空间"
    untimed: bool = False


GOOD = [
    Step(local("2026-03-12 10:30")),
    Step(local("2026-03-14 14:30"), "in_person", reason="夫人是决定人之一"),
    Step(local("2026-03-16 17:30"), reason="试驾后 48 小时内"),
]


def failed(steps, ground=GROUND):
    return [check.key for check in checks.check_plan(steps, ground) if not check.ok]


def blocked(steps, ground=GROUND):
    return [check.key for check in checks.blocking(checks.check_plan(steps, ground))]


def test_a_good_plan_passes_everything_and_says_its_gaps():
    found = checks.check_plan(GOOD, GROUND)

    assert checks.all_pass(found)
    interval = next(check for check in found if check.key == checks.INTERVAL)
    assert interval.data["gaps"] == [0, 2, 2]
    assert interval.data["cycle"] == 2


@pytest.mark.parametrize(
    ("change", "key", "blocks"),
    [
        ({"content": " "}, checks.COMPLETE, True),
        ({"reason": ""}, checks.COMPLETE, True),
        ({"method": ""}, checks.COMPLETE, True),
        ({"method": "survey"}, checks.METHOD, True),
        ({"due_at": local("2026-03-15 10:00")}, checks.INTERVAL, True),
        ({"due_at": local("2026-03-12 08:45")}, checks.PAST, False),
        ({"due_at": local("2026-03-12 20:00")}, checks.HOURS, False),
        ({"reason": "夫人是 决定人之一"}, checks.REASON, False),
    ],
)
def test_one_wrong_first_step_fails_its_rule(change, key, blocks):
    steps = [replace(GOOD[0], **change), *GOOD[1:]]
    if key == checks.INTERVAL:
        steps = steps[:1]

    assert key in failed(steps)
    assert (key in blocked(steps)) is blocks


def test_a_plan_without_a_step_ahead_cannot_be_submitted():
    yesterday = [Step(local("2026-03-11 10:00"))]

    assert checks.STEPS in blocked([])
    assert checks.STEPS in blocked(yesterday)


def test_a_reason_must_say_something_else_than_the_contact_before():
    ground = replace(GROUND, said_before="上次问到 第二排空间")

    assert failed(GOOD, ground) == [checks.REASON]


def test_a_longer_interval_is_let_through_with_a_reason_but_still_shown():
    steps = [Step(local("2026-03-20 10:30"))]
    ground = replace(GROUND, exception_reason="客户出国到 19 日")

    assert blocked(steps) == [checks.INTERVAL]
    assert blocked(steps, ground) == []
    assert failed(steps, ground) == [checks.INTERVAL]


def test_a_step_on_a_closed_day_is_shown():
    calendar = Calendar(
        zone=SHANGHAI, hours=OpeningHours(week=(*(WHOLE_WEEK,) * 5, (), WHOLE_WEEK))
    )

    assert failed(GOOD, replace(GROUND, calendar=calendar)) == [checks.OPEN_DAY]


def test_an_untimed_step_is_within_calling_hours_and_not_past_on_its_day():
    steps = [Step(local("2026-03-12 23:59:59"), untimed=True)]

    assert failed(steps) == []


@pytest.mark.parametrize(("level", "days"), [("H", 2), ("A", 7), ("B", 15), ("C", 30)])
def test_the_interval_is_that_of_the_level(level, days):
    ground = replace(GROUND, level=level)

    def plan(gap: int) -> list[Step]:
        return [Step(NOW + dt.timedelta(days=gap))]

    assert checks.INTERVAL not in failed(plan(days), ground)
    assert checks.INTERVAL in failed(plan(days + 1), ground)


def test_a_check_is_kept_as_plain_words_and_numbers():
    row = checks.check_plan(GOOD, GROUND)[0].as_row()

    assert row == {"key": "steps", "ok": True, "data": {"count": 3}}
