"""What stands out in a managers' report: the table of its rules (RP-09)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from crm.reports.board import Number
from crm.reports.highlights import Rules, found_in
from crm.reports.queues.tiles import Shown
from crm.reports.weekly.words import sentence_of

RATES = ("response_rate", "on_time_rate", "reopen_rate")
HEADS = (*RATES, "first_response_hours", "order_count", "complaint_count")
LESS = {"reopen_rate", "first_response_hours", "complaint_count"}
COUNTS = {"order_count", "complaint_count"}
RULES = Rules(points=3, least=5, share_percent=50, change_percent=25)


def number(above: int, below: int) -> dict[str, Any]:
    return {"numerator": above, "denominator": below, "value": above / below if below else None}


def hours(value: float, rows: int = 20) -> dict[str, Any]:
    return {"numerator": None, "denominator": rows, "value": value}


def count(rows: int) -> dict[str, Any]:
    return hours(rows, rows)


def person(name: str, *, in_time: tuple[int, int] = (0, 0), late: int = 0) -> dict[str, Any]:
    figures = {
        "on_time_rate": number(*in_time),
        "contacts_overdue": {"numerator": None, "denominator": late, "value": late},
    }
    return {"name": name, "figures": figures}


def rules_of(
    *,
    now: dict[str, tuple[int, int]] | None = None,
    before: dict[str, tuple[int, int]] | None = None,
    targets: dict[str, float] | None = None,
    people: list[dict[str, Any]] | None = None,
) -> list[tuple[str, str]]:
    """The rules that found something, each with its figure."""
    figures = {
        "whole": {key: number(*pair) for key, pair in (now or {}).items()},
        "before": {key: number(*pair) for key, pair in (before or {}).items()},
        "targets": targets or {},
        "people": people or [],
    }
    found = found_in(figures, HEADS, less=LESS, counts=COUNTS, rules=RULES)
    return [(one.rule, one.key) for one in found]


def test_nothing_is_said_of_nothing() -> None:
    assert rules_of() == []
    assert rules_of(now={"response_rate": (0, 0)}, before={"response_rate": (0, 0)}) == []


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        ((93, 100), (90, 100), [("better", "response_rate")]),
        ((92, 100), (90, 100), []),
        ((87, 100), (90, 100), [("worse", "response_rate")]),
        ((4, 4), (0, 4), []),
    ],
)
def test_a_change_counts_from_three_points_and_five_rows(
    now: tuple[int, int], before: tuple[int, int], found: list[tuple[str, str]]
) -> None:
    assert rules_of(now={"response_rate": now}, before={"response_rate": before}) == found


def test_less_is_better_for_reopened_tickets() -> None:
    fewer = {"now": {"reopen_rate": (1, 20)}, "before": {"reopen_rate": (4, 20)}}
    assert rules_of(**fewer) == [("better", "reopen_rate")]


def test_of_the_targets_missed_the_furthest_is_named() -> None:
    now = {"response_rate": (50, 100), "on_time_rate": (80, 100)}
    targets = {"response_rate": 60.0, "on_time_rate": 95.0}
    assert rules_of(now=now, targets=targets) == [("missed", "on_time_rate")]
    assert rules_of(now=now, targets={"response_rate": 50.0}) == []


def test_somebody_stands_out_where_nobody_comes_near() -> None:
    lin, zhou = person("林", in_time=(10, 10)), person("周", in_time=(8, 10))
    assert rules_of(people=[lin, zhou]) == [("stands_out", "on_time_rate")]
    assert rules_of(people=[lin, person("周", in_time=(10, 10))]) == []
    one_of_one = person("马", in_time=(1, 1))
    assert rules_of(people=[person("林", in_time=(9, 10)), zhou, one_of_one]) == []


def test_two_who_share_a_name_are_two_people() -> None:
    best, other = person("张伟", in_time=(10, 10)), person("张伟", in_time=(8, 10))
    assert rules_of(people=[best, other]) == [("stands_out", "on_time_rate")]
    assert rules_of(people=[best, person("张伟", in_time=(10, 10))]) == []


def test_what_is_overdue_lies_with_few_or_with_many() -> None:
    few = [person("赵", late=6), person("马", late=4), *(person(n, late=1) for n in "林周沈何")]
    assert rules_of(people=few) == [("overdue_with", "contacts_overdue")]
    many = [person(name, late=1) for name in "赵马林周沈何孙"]
    assert rules_of(people=many) == [("overdue", "contacts_overdue")]
    assert rules_of(people=[person("赵", late=2)]) == [("overdue", "contacts_overdue")]


def test_a_broken_promise_is_named() -> None:
    assert rules_of(now={"resolved_in_time_rate": (3, 4)}) == [
        ("promises", "resolved_in_time_rate")
    ]
    assert rules_of(now={"resolved_in_time_rate": (4, 4)}) == []


def plain_rules(
    now: dict[str, Any], before: dict[str, Any], targets: dict[str, float] | None = None
) -> list[tuple[str, str]]:
    figures = {"whole": now, "before": before, "targets": targets or {}, "people": []}
    found = found_in(figures, HEADS, less=LESS, counts=COUNTS, rules=RULES)
    return [(one.rule, one.key) for one in found]


@pytest.mark.parametrize(
    ("key", "now", "before", "found"),
    [
        ("first_response_hours", hours(0.18), hours(0.25), ["better"]),
        ("first_response_hours", hours(20), hours(2), ["worse"]),
        ("first_response_hours", hours(2.4), hours(2), []),
        ("first_response_hours", hours(20, 4), hours(2), []),
        ("complaint_count", count(12), count(4), ["worse"]),
        ("complaint_count", count(0), count(6), ["better"]),
        ("complaint_count", count(3), count(1), []),
        ("order_count", count(5), count(0), ["better"]),
        ("order_count", count(0), count(0), []),
    ],
)
def test_times_and_counts_change_from_a_quarter_of_what_they_were(
    key: str, now: dict[str, Any], before: dict[str, Any], found: list[str]
) -> None:
    assert plain_rules({key: now}, {key: before}) == [(rule, key) for rule in found]


def test_times_counts_and_rates_are_weighed_against_what_makes_a_change() -> None:
    now = {"response_rate": number(94, 100), "first_response_hours": hours(1)}
    before = {"response_rate": number(90, 100), "first_response_hours": hours(2)}
    assert plain_rules(now, before) == [("better", "first_response_hours")]
    now["response_rate"] = number(99, 100)
    assert plain_rules(now, before) == [("better", "response_rate")]


def test_a_time_or_a_count_misses_its_target_too() -> None:
    sold = {"order_count": count(3), "response_rate": number(55, 100)}
    aims = {"order_count": 20.0, "response_rate": 60.0}
    assert plain_rules(sold, {}, aims) == [("missed", "order_count")]
    slow = {"first_response_hours": hours(20)}
    assert plain_rules(slow, {}, {"first_response_hours": 2.0}) == [
        ("missed", "first_response_hours")
    ]
    assert plain_rules(slow, {}, {"first_response_hours": 24.0}) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            {"rule": "worse", "key": "complaint_count", "facts": {}},
            "Complaints received is worse: from 4 to 12, target 5.",
        ),
        (
            {"rule": "better", "key": "first_response_hours", "facts": {}},
            "First response is better: from 15 minutes to 11 minutes (31 new cards).",
        ),
        (
            {"rule": "missed", "key": "complaint_count", "facts": {}},
            "Complaints received misses its target: 12, target 5.",
        ),
        (
            {"rule": "missed", "key": "response_rate", "facts": {"points": 5.0}},
            "Response rate misses its target: 55.0% (55 / 100), 5.0 points from 60%.",
        ),
    ],
)
def test_each_unit_has_its_own_words(found: dict[str, Any], sentence: str) -> None:
    figures = {
        "whole": {
            "complaint_count": count(12),
            "first_response_hours": hours(11 / 60, 31),
            "response_rate": number(55, 100),
        },
        "before": {"complaint_count": count(4), "first_response_hours": hours(0.25, 28)},
        "targets": {"complaint_count": 5.0, "response_rate": 60.0},
    }
    with translation.override("en"):
        assert str(sentence_of(found, figures)) == sentence


def test_a_time_to_resolve_counts_complaints_and_visit_problems() -> None:
    told = Number(None, 5, 2.5)
    with translation.override("en"):
        assert Shown("resolution_hours", told, "").out_of == "5 complaints and visit problems"
