"""What stands out in the figures of a visit report: the rule table."""

from __future__ import annotations

import pytest

from crm.reports.findings import Count, findings

LIMITS = {"worse_points": 3, "good_percent": 90, "least": 5}


def found(now: dict[str, Count], before: dict[str, Count] | None = None) -> list[tuple[str, str]]:
    return [(one.rule, one.key) for one in findings(now, before or {}, **LIMITS)]


@pytest.mark.parametrize(
    ("now", "before", "rules"),
    [
        ((95, 100), (95, 100), []),
        ((90, 100), (92, 100), []),
        ((95, 100), (98, 100), ["fell"]),  # exactly the points
        ((951, 1000), (98, 100), []),  # a tenth of a point less
        ((80, 100), (80, 100), ["low"]),
        ((80, 100), (90, 100), ["fell"]),  # said once
        ((0, 0), (90, 100), []),  # nobody was visited
        ((80, 100), (0, 0), ["low"]),  # nothing to compare with
    ],
)
def test_a_rate_stands_out_that_fell_or_is_low(now: Count, before: Count, rules: list[str]) -> None:
    key = "satisfaction_rate"
    assert [rule for rule, _key in found({key: now}, {key: before})] == rules


def test_the_dissatisfied_are_the_two_lowest_grades_together() -> None:
    (unhappy,) = findings({"grade_2": (3, 40), "grade_1": (1, 40)}, {}, **LIMITS)
    assert (unhappy.rule, unhappy.now) == ("unhappy", (4, 40))
    assert found({"grade_2": (0, 40), "grade_1": (0, 40)}) == []


def test_the_three_reasons_named_most_stand_out() -> None:
    named = {"reason-a": (1, 9), "reason-b": (5, 9), "reason-c": (2, 9), "reason-d": (3, 9)}
    keys = [("reason", "reason-b"), ("reason", "reason-d"), ("reason", "reason-c")]
    assert found({**named, "reason-e": (0, 9)}) == keys


def test_what_customers_are_least_content_with_needs_enough_answers() -> None:
    graded = {"content_with_sales": (4, 5), "content_with_product": (3, 6)}
    assert found(graded) == [("least", "content_with_product")]
    assert found({"content_with_sales": (1, 4)}) == []
    assert found({"content_with_sales": (9, 10)}) == []
