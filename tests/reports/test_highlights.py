"""What stands out in a managers' report: the table of its rules (RP-09)."""

from __future__ import annotations

from typing import Any

import pytest

from crm.reports.highlights import Rules, found_in

HEADS = ("response_rate", "on_time_rate", "reopen_rate")
RULES = Rules(points=3, least=5, share_percent=50)


def number(above: int, below: int) -> dict[str, Any]:
    return {"numerator": above, "denominator": below, "value": above / below if below else None}


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
    found = found_in(figures, HEADS, less={"reopen_rate"}, rules=RULES)
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
